import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isObject, own } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { KeyRing, MasterKey } from './keyring.ts';

/** What a record belongs to. All of it is authenticated: a record copied to another owner does not open. */
export interface Owner {
  readonly kind: string;
  readonly id: string;
  /** Origins the values may be sent to; empty: wherever a flow sends them. */
  readonly origins: readonly string[];
}

/** Secret values by their names. */
export type Values = Readonly<Record<string, string>>;

/** What opening a record came to. `tampered`: it is not what was sealed for this owner. */
export type Opening =
  | { readonly kind: 'opened'; readonly values: Values }
  | { readonly kind: 'lost_key'; readonly key: string }
  | { readonly kind: 'tampered' };

/** What wrapping a record again came to; `current` was under the newest key already. */
export type Rewrapping =
  | { readonly kind: 'rewrapped'; readonly record: JsonObject }
  | { readonly kind: 'current' }
  | Exclude<Opening, { kind: 'opened' }>;

/**
 * Envelope encryption (reliability S19): a random data key encrypts the values of one record, a master key wraps the
 * data key. Both are AES-256-GCM with a random 96-bit nonce.
 */
export interface Vault {
  seal(owner: Owner, values: Values): JsonObject;
  open(owner: Owner, record: Json | undefined): Opening;
  /** Puts the data key under the newest master key; the encrypted values stay as they are. */
  rewrap(owner: Owner, record: Json | undefined): Rewrapping;
  /** True when a master key is in the ring. */
  knows(key: string): boolean;
}

const VERSION = 1;

/** A vault whose master keys are those of the ring. */
export function createVault(ring: KeyRing): Vault {
  return {
    seal: (owner, values) => seal(owner, values, ring.current()),
    open: (owner, record) => {
      const found = unwrap(owner, record, ring);
      return found.kind === 'unwrapped' ? decryptValues(owner, found) : found;
    },
    rewrap: (owner, record) => rewrap(owner, record, ring),
    knows: (key) => ring.find(key) !== undefined,
  };
}

/** The id of the master key that a record is under, or null when it is no record. */
export function keyIdOf(record: Json | undefined): string | null {
  const id = own(record, 'kid');
  return typeof id === 'string' ? id : null;
}

function seal(owner: Owner, values: Values, master: MasterKey): JsonObject {
  const dataKey = randomBytes(32);
  const record = {
    v: VERSION,
    kid: master.id,
    key: encrypt(master.key, dataKey, aad('key', owner)),
    values: encrypt(createSecretKey(dataKey), Buffer.from(JSON.stringify(values)), aad('values', owner)),
  };
  dataKey.fill(0);
  return record;
}

type Unwrapping =
  | { readonly kind: 'unwrapped'; readonly dataKey: Buffer; readonly values: Json | undefined; readonly kid: string }
  | Exclude<Opening, { kind: 'opened' }>;

function unwrap(owner: Owner, record: Json | undefined, ring: KeyRing): Unwrapping {
  const kid = keyIdOf(record);
  if (kid === null || own(record, 'v') !== VERSION) return { kind: 'tampered' };
  const master = ring.find(kid);
  if (master === undefined) return { kind: 'lost_key', key: kid };
  const dataKey = decrypt(master.key, own(record, 'key'), aad('key', owner));
  if (dataKey?.length !== 32) return { kind: 'tampered' };
  return { kind: 'unwrapped', dataKey, values: own(record, 'values'), kid };
}

function decryptValues(owner: Owner, { dataKey, values }: Extract<Unwrapping, { kind: 'unwrapped' }>): Opening {
  const text = decrypt(createSecretKey(dataKey), values, aad('values', owner));
  dataKey.fill(0);
  return text === null ? { kind: 'tampered' } : { kind: 'opened', values: valuesOf(text) };
}

function rewrap(owner: Owner, record: Json | undefined, ring: KeyRing): Rewrapping {
  const found = unwrap(owner, record, ring);
  if (found.kind !== 'unwrapped') return found;
  const master = ring.current();
  if (found.kid === master.id) return { kind: 'current' };
  const key = encrypt(master.key, found.dataKey, aad('key', owner));
  found.dataKey.fill(0);
  return { kind: 'rewrapped', record: { v: VERSION, kid: master.id, key, values: found.values } };
}

/** What was sealed was made of texts by {@link seal}, and GCM has proved that it is still that. */
function valuesOf(text: Buffer): Values {
  const data = JSON.parse(text.toString('utf8')) as Json;
  const pairs = isObject(data) ? Object.entries(data) : [];
  return Object.fromEntries(pairs.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

/** JSON keeps the parts apart, so that no two owners have the same bytes. */
function aad(part: 'key' | 'values', { kind, id, origins }: Owner): Buffer {
  return Buffer.from(JSON.stringify(['parley', VERSION, part, kind, id, ...origins]));
}

function encrypt(key: KeyObject, plain: Buffer, bound: Buffer): JsonObject {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound);
  const ct = Buffer.concat([cipher.update(plain), cipher.final()]);
  const [ivText, ctText, tag] = [iv, ct, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
  return { iv: ivText, ct: ctText, tag };
}

/** Null when the parts do not belong together. */
function decrypt(key: KeyObject, sealed: Json | undefined, bound: Buffer): Buffer | null {
  const [iv, ct, tag] = ['iv', 'ct', 'tag'].map((name) => bytesOf(own(sealed, name)));
  if (iv?.length !== 12 || tag?.length !== 16 || ct === undefined || ct === null) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(bound).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ct), decipher.final()]);
  } catch {
    // GCM says only that something does not fit; what it was cannot be known.
    return null;
  }
}

/** Bytes of strict base64: a text that was changed in a place that does not count is a changed text. */
function bytesOf(text: Json | undefined): Buffer | null {
  if (typeof text !== 'string') return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
