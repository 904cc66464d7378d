import type { JsonObject } from '../domain/json.ts';
import { allOf } from './documents.ts';
import type { Documents, KeptDocument, Serial } from './documents.ts';
import { keyIdOf } from './vault.ts';
import type { Opening, Owner, Values, Vault } from './vault.ts';

/** What sealed records are made with. */
export interface RecordParts {
  readonly documents: Documents;
  readonly vault: Vault;
  readonly serial: Serial;
  /** Milliseconds since 1970. */
  now(): number;
}

/** What may be told about a record without opening it. */
export interface RecordFacts {
  readonly id: string;
  readonly origins: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Id of the master key it is under, and whether this server has that key. */
  readonly key: string;
  readonly keyKnown: boolean;
}

/** A record that was looked for and opened. */
export type Found = { readonly kind: 'none' } | (Opening & { readonly facts: RecordFacts });

/** The sealed records of one kind. Changes are made one at a time; callers hold the turn with `serial`. */
export class SealedRecords {
  readonly kind: string;
  private readonly parts: RecordParts;

  constructor(kind: string, parts: RecordParts) {
    this.kind = kind;
    this.parts = parts;
  }

  async put(id: string, values: Values, bound: { origins: readonly string[]; createdAt?: number }): Promise<void> {
    const { documents, vault } = this.parts;
    const { origins, createdAt = this.parts.now() } = bound;
    const owner: Owner = { kind: this.kind, id, origins };
    const body = { created_at: createdAt, origins, sealed: vault.seal(owner, values) };
    await documents.put({ kind: this.kind, id, order: orderOf(createdAt, id), body });
  }

  async open(id: string): Promise<Found> {
    const document = await this.parts.documents.get(this.kind, id);
    if (document === null) return { kind: 'none' };
    const opening = this.parts.vault.open(ownerOf(document), document.body['sealed']);
    return { ...opening, facts: this.factsOf(document) };
  }

  /** The facts of one record, or null when there is none. */
  async facts(id: string): Promise<RecordFacts | null> {
    const document = await this.parts.documents.get(this.kind, id);
    return document === null ? null : this.factsOf(document);
  }

  /** The facts of all records, in the order of their ids. */
  async list(): Promise<RecordFacts[]> {
    const all = await allOf(this.parts.documents, this.kind);
    return all.map((document) => this.factsOf(document)).sort((a, b) => a.id.localeCompare(b.id));
  }

  remove(id: string): Promise<boolean> {
    return this.parts.documents.remove(this.kind, id);
  }

  private factsOf({ id, body }: KeptDocument): RecordFacts {
    const key = keyIdOf(body['sealed']) ?? '';
    const createdAt = typeof body['created_at'] === 'number' ? body['created_at'] : 0;
    return { id, origins: originsOf(body), createdAt, key, keyKnown: this.parts.vault.knows(key) };
  }
}

/** Whom a document's secret was sealed for, as the document itself says; a false word makes it fail to open. */
export function ownerOf({ kind, id, body }: KeptDocument): Owner {
  return { kind, id, origins: originsOf(body) };
}

function originsOf({ origins }: JsonObject): string[] {
  return Array.isArray(origins) ? origins.filter((each) => typeof each === 'string') : [];
}

/** Stays the same when a record is changed, so that going through all of them misses none. */
function orderOf(createdAt: number, id: string): string {
  return `${String(createdAt).padStart(15, '0')}-${id}`;
}

/** What a record that cannot be opened means for whoever needs it. */
export function unreadable(what: string, found: Exclude<Opening, { kind: 'opened' }>): string {
  if (found.kind === 'lost_key')
    return `${what} is encrypted with the key ${found.key}, which SECRET_KEY does not have; put the key back, or remove it and enter it again`;
  return `${what} cannot be decrypted: it was damaged or changed outside Parley; remove it and enter it again`;
}
