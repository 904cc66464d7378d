import type { Notes } from './channel.ts';

/** A table that lasts as long as the process: for servers that keep none for their channels. */
export function notesInMemory(): Notes {
  const kept = new Map<string, string>();
  return {
    get: async (name) => kept.get(name) ?? null,
    set: async (name, value) => void kept.set(name, value),
  };
}
