import { CALLS } from './calls.ts';
import { CHANNELS } from './channels.ts';
import type { Example } from './example.ts';
import { FLOWS } from './flows.ts';
import { KEYS } from './keys.ts';
import { LANGUAGE } from './language.ts';
import { PATHS } from './paths.ts';
import { READING } from './reading.ts';

/** A failing example for every code of `codes.ts`; the tests prove that each is found. */
export const EXAMPLES: ReadonlyMap<string, Example> = new Map(
  [READING, KEYS, LANGUAGE, PATHS, CALLS, CHANNELS, FLOWS].flatMap((group) => Object.entries(group)),
);
