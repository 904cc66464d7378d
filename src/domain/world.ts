import { createHmac, randomBytes, randomUUID } from 'node:crypto';

/** Clock, ids and chance. Engine and blocks have no others, so a turn can be taken again exactly. */
export interface World {
  /** Milliseconds since 1970. */
  now(): number;
  /** A new unique id. */
  id(): string;
  /** A number in [0, 1). */
  random(): number;
  /** A secret that only this server can make: the same for the same purpose, 32 bytes in base64url. */
  derive(purpose: string): string;
}

/** The world outside: real time, random ids. */
export const realWorld: Omit<World, 'derive'> = {
  now: () => Date.now(),
  id: () => randomUUID(),
  random: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};

/** The world outside with the server's key: what it derives can be guessed by nobody who lacks the key. */
export function worldWith(key: string): World {
  return { ...realWorld, derive: (purpose) => createHmac('sha256', key).update(purpose).digest('base64url') };
}
