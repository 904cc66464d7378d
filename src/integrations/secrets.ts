import { ParleyError } from '../domain/error.ts';
import { checkValue } from './credentials.ts';
import { SealedRecords, unreadable } from './records.ts';
import type { RecordFacts, RecordParts } from './records.ts';

/** A secret as a call needs it, or one sentence that says why it cannot be had. */
export type SecretRead =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'problem'; readonly reason: string };

/** Names are read in templates, as `@secret.<name>`. */
const NAME = /^[a-z](?:[a-z0-9_]{0,58}[a-z0-9])?$/;

/** Values that flows use as `@secret.<name>` without ever seeing them, encrypted in the store. */
export class Secrets {
  private readonly records: SealedRecords;
  private readonly parts: RecordParts;

  constructor(parts: RecordParts) {
    this.parts = parts;
    this.records = new SealedRecords('secret', parts);
  }

  /** Keeps a value, in place of an older one; true when the name is new. Throws `bad_request`. */
  async set(name: string, value: string): Promise<boolean> {
    checkName(name);
    const kept = checkValue(name, value);
    if (kept === '') throw new ParleyError('bad_request', `the secret "${name}" needs a value`, 'Give it one.');
    return this.parts.serial(async () => {
      const before = await this.records.facts(name);
      const createdAt = before === null ? {} : { createdAt: before.createdAt };
      await this.records.put(name, { value: kept }, { origins: [], ...createdAt });
      return before === null;
    });
  }

  /** Names and facts of all, in the order of their names. */
  list(): Promise<RecordFacts[]> {
    return this.records.list();
  }

  /** The facts of one. Throws `not_found`. */
  async facts(name: string): Promise<RecordFacts> {
    const facts = await this.records.facts(name);
    if (facts === null) throw missing(name);
    return facts;
  }

  /** Throws `not_found`. */
  async remove(name: string): Promise<void> {
    if (!(await this.parts.serial(() => this.records.remove(name)))) throw missing(name);
  }

  /** The value, for a call. */
  async read(name: string): Promise<SecretRead> {
    const found = await this.records.open(name);
    if (found.kind === 'none') return { kind: 'problem', reason: missing(name).message };
    if (found.kind !== 'opened') return { kind: 'problem', reason: unreadable(`the secret "${name}"`, found) };
    return { kind: 'value', value: found.values['value'] ?? '' };
  }
}

function missing(name: string): ParleyError {
  return new ParleyError('not_found', `there is no secret "${name}"`, `Set it with: parley secrets set ${name}`);
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new ParleyError(
    'bad_request',
    'the name of a secret has small letters, digits and _, begins with a letter, ends with a letter or digit, and has 60 at most',
    'Choose a name such as crm_key; flows write it as @secret.crm_key.',
  );
}
