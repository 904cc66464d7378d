import { ParleyError } from '../domain/error.ts';
import { SealedRecords, unreadable } from './records.ts';
import type { RecordFacts, RecordParts } from './records.ts';
import type { Values } from './vault.ts';

/** One authentication field of an integration. All values are encrypted; those of type `password` are masked as well. */
export interface CredentialField {
  readonly identifier: string;
  readonly type: 'text' | 'password';
  readonly required: boolean;
}

/** The integration that a credential is for. */
export interface CredentialHolder {
  readonly id: string;
  readonly fields: readonly CredentialField[];
  /** The origins its requests go to: the only ones the values may be sent to. */
  readonly origins: readonly string[];
}

/** A credential without its values. */
export interface CredentialFacts extends Omit<RecordFacts, 'id'> {
  readonly integration: string;
  readonly name: string;
}

/** A credential as a call needs it, or one sentence that says why it cannot be had. */
export type CredentialRead =
  | {
      readonly kind: 'values';
      readonly name: string;
      readonly values: Values;
      /** Identifiers of the values that are masked wherever they turn up. */
      readonly secret: readonly string[];
      readonly origins: readonly string[];
    }
  | { readonly kind: 'problem'; readonly reason: string };

/** Where a record has the identifiers of its secret values, sealed with them; no field can have this name. */
const SECRET = '#secret';
const MAX_VALUE = 16_384;
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._@+()-]{0,58}[\p{L}\p{N}.)])?$/u;

/** Named values for the authentication fields of integrations (Truora's credentials), encrypted in the store. */
export class Credentials {
  private readonly records: SealedRecords;
  private readonly parts: RecordParts;

  constructor(parts: RecordParts) {
    this.parts = parts;
    this.records = new SealedRecords('credential', parts);
  }

  /** Stores a new one. Throws `bad_request` for values that do not fit the fields, `conflict` for a name in use. */
  async add(holder: CredentialHolder, name: string, values: Values): Promise<void> {
    checkName(name);
    await this.parts.serial(async () => {
      await this.free(holder.id, name);
      await this.seal(holder, name, fitting(holder, values));
    });
  }

  /**
   * Gives one new values, bound to where its integration goes now; calls take the old ones or the new ones, and nothing
   * in between. Throws `bad_request` for values that do not fit, `not_found`.
   */
  async change(holder: CredentialHolder, name: string, values: Values): Promise<void> {
    await this.parts.serial(async () => {
      await this.facts(holder.id, name);
      await this.seal(holder, name, fitting(holder, values));
    });
  }

  /** All, or those of one integration: names and facts only. */
  async list(integration?: string): Promise<CredentialFacts[]> {
    const all = (await this.records.list()).map(credentialFacts);
    return integration === undefined ? all : all.filter((each) => each.integration === integration);
  }

  /** The facts of one. Throws `not_found`. */
  async facts(integration: string, name: string): Promise<CredentialFacts> {
    const facts = await this.records.facts(idOf(integration, name));
    if (facts === null) throw await this.missing(integration, name);
    return credentialFacts(facts);
  }

  /** A record is bound to its name, so it is sealed again. Throws `not_found`, or `conflict` when it cannot be. */
  async rename(integration: string, from: string, to: string): Promise<void> {
    checkName(to);
    await this.parts.serial(async () => {
      const found = await this.records.open(idOf(integration, from));
      if (found.kind === 'none') throw await this.missing(integration, from);
      if (from === to) return;
      if (found.kind !== 'opened') throw new ParleyError('conflict', unreadable(shown(integration, from), found));
      await this.free(integration, to);
      await this.records.put(idOf(integration, to), found.values, found.facts);
      await this.records.remove(idOf(integration, from));
    });
  }

  /** Throws `not_found`. */
  async remove(integration: string, name: string): Promise<void> {
    const gone = await this.parts.serial(() => this.records.remove(idOf(integration, name)));
    if (!gone) throw await this.missing(integration, name);
  }

  /** The values for a call. Without a name it is the integration's only one. */
  async read(integration: string, name?: string): Promise<CredentialRead> {
    const chosen = name ?? (await this.onlyOne(integration));
    if (chosen === null)
      return problem(`the integration ${integration} has no credential, or several: the block has to name one`);
    const found = await this.records.open(idOf(integration, chosen));
    if (found.kind === 'none') return problem((await this.missing(integration, chosen)).message);
    if (found.kind !== 'opened') return problem(unreadable(shown(integration, chosen), found));
    const { [SECRET]: secret, ...values } = found.values;
    // Records of an older Parley do not say, so all of it is secret.
    const hidden = secret?.split(' ') ?? Object.keys(values);
    return { kind: 'values', name: chosen, values, secret: hidden, origins: found.facts.origins };
  }

  private seal(holder: CredentialHolder, name: string, kept: Values): Promise<unknown> {
    const sealed = { ...kept, [SECRET]: secretOf(holder).join(' ') };
    return this.records.put(idOf(holder.id, name), sealed, { origins: holder.origins });
  }

  private async onlyOne(integration: string): Promise<string | null> {
    const [first, second] = await this.list(integration);
    return first === undefined || second !== undefined ? null : first.name;
  }

  private async free(integration: string, name: string): Promise<void> {
    if ((await this.records.facts(idOf(integration, name))) === null) return;
    const message = `the integration ${integration} has a credential "${name}" already`;
    throw new ParleyError('conflict', message, 'Choose another name, or rename or remove the old one.');
  }

  private async missing(integration: string, name: string): Promise<ParleyError> {
    const names = (await this.list(integration)).map((each) => each.name);
    const hint = names.length === 0 ? 'It has none yet: add one.' : `It has: ${names.join(', ')}`;
    return new ParleyError('not_found', `the integration ${integration} has no credential "${name}"`, hint);
  }
}

function problem(reason: string): CredentialRead {
  return { kind: 'problem', reason };
}

function shown(integration: string, name: string): string {
  return `the credential "${name}" of ${integration}`;
}

function idOf(integration: string, name: string): string {
  return `${integration}/${name}`;
}

function credentialFacts({ id, ...facts }: RecordFacts): CredentialFacts {
  const slash = id.indexOf('/');
  return { integration: id.slice(0, slash), name: id.slice(slash + 1), ...facts };
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new ParleyError(
    'bad_request',
    'the name of a credential has 1 to 60 letters, digits, spaces and . _ @ + ( ) -, and begins with a letter or digit',
    'Choose a name that people recognise, such as "Test account".',
  );
}

function secretOf({ fields }: CredentialHolder): string[] {
  return fields.filter(({ type }) => type === 'password').map(({ identifier }) => identifier);
}

/** The values to keep: an optional field that is empty is one that is not there. */
function fitting({ id, fields }: CredentialHolder, values: Values): Values {
  const known = fields.map(({ identifier }) => identifier);
  const unknown = Object.keys(values).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const hint = known.length === 0 ? 'It has no fields.' : `Its fields: ${known.join(', ')}`;
    throw new ParleyError('bad_request', `the integration ${id} has no authentication field "${unknown}"`, hint);
  }
  const checked = Object.entries(values).map(([name, value]) => [name, checkValue(name, value)] as const);
  const kept = new Map(checked.filter(([, value]) => value !== ''));
  const missing = fields.find(({ identifier, required }) => required && !kept.has(identifier));
  if (missing !== undefined)
    throw new ParleyError('bad_request', `the field "${missing.identifier}" is required`, 'Give it a value.');
  return Object.fromEntries(kept);
}

/**
 * A secret that can be kept and sent, without the white space around it that is easily copied along. Throws
 * `bad_request`; the value itself is never shown.
 */
export function checkValue(name: string, given: string): string {
  const value = given.trim();
  const wrong =
    value.length > MAX_VALUE
      ? `is longer than ${MAX_VALUE} characters`
      : /(?![\t\n\r])\p{Cc}/u.test(value) || !value.isWellFormed()
        ? 'holds characters that no request can carry'
        : null;
  if (wrong !== null) throw new ParleyError('bad_request', `the value of "${name}" ${wrong}`, 'Check what you pasted.');
  return value;
}
