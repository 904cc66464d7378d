import { createHash, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ParleyError } from '../domain/error.ts';

/** A key that wraps data keys. The id is made from the key, so a ring can be put in another order. */
export interface MasterKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The master keys of this server: new records go under the first, older ones are still read with the others. */
export interface KeyRing {
  current(): MasterKey;
  find(id: string): MasterKey | undefined;
  /** Ids of all keys, the current one first. */
  ids(): readonly string[];
  /** Takes another ring, so that a running server can be given a new key. */
  replace(text: string): void;
}

/** Reads SECRET_KEY: keys of 32 bytes in base64, separated by commas, the current one first. Throws `bad_config`. */
export function readKeyRing(text: string): KeyRing {
  let keys = parse(text);
  return {
    current: () => keys[0],
    find: (id) => keys.find((key) => key.id === id),
    ids: () => keys.map(({ id }) => id),
    replace: (changed) => {
      keys = parse(changed);
    },
  };
}

function parse(text: string): readonly [MasterKey, ...MasterKey[]] {
  const [first = '', ...others] = text.split(',');
  return [masterKey(first), ...others.map(masterKey)];
}

function masterKey(text: string): MasterKey {
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length !== 32)
    throw new ParleyError(
      'bad_config',
      'SECRET_KEY must be 32 bytes in base64, or a comma list of such keys',
      "Make one with: node -p \"require('crypto').randomBytes(32).toString('base64')\"",
    );
  const id = createHash('sha256').update('parley key id\0').update(bytes).digest('hex').slice(0, 12);
  return { id, key: createSecretKey(bytes) };
}
