import { randomBytes, randomUUID } from 'node:crypto';

/** Clock, ids and chance. Engine and blocks have no others, so a turn can be taken again exactly. */
export interface World {
  /** Milliseconds since 1970. */
  now(): number;
  /** A new unique id. */
  id(): string;
  /** A number in [0, 1). */
  random(): number;
}

/** The world outside: real time, random ids. */
export const realWorld: World = {
  now: () => Date.now(),
  id: () => randomUUID(),
  random: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};
