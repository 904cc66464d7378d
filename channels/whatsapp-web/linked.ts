import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from './settings.ts';
import type { State } from './supervisor.ts';

type Where = Pick<Settings, 'folder' | 'session'>;

/** Notes beside the login whose number it is, for who looks at the disk only; WhatsApp asks for a code: it is nobody's any more. */
export async function noteLinked(where: Where, state: State): Promise<void> {
  if (state.kind === 'ready') await writeFile(fileOf(where), state.me, { mode: 0o600 });
  if (state.kind === 'qr') await rm(fileOf(where), { force: true });
}

/** The number that was linked when the server last knew, digits only; null when a code has to be scanned. */
export function linkedNumber(where: Where): string | null {
  try {
    return /^\d+/.exec(readFileSync(fileOf(where), 'utf8'))?.[0] ?? null;
  } catch {
    // Nothing was noted, so nobody is linked.
    return null;
  }
}

function fileOf({ folder, session }: Where): string {
  return join(folder, `linked-${session}`);
}
