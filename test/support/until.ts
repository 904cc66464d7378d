import { setTimeout as pause } from 'node:timers/promises';

/** Longer than anything takes on a busy machine. */
const PATIENCE_MS = 30_000;

/** Looks again and again until something is there, for what tells nobody that it has happened. */
export async function until<T>(what: string, look: () => T | undefined | false | null): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false && found !== null) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(5);
  }
}
