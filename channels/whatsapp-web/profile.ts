import { readFile, readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** What Chromium leaves in a profile while it runs; the first names who runs. */
const LOCKS = ['SingletonLock', 'SingletonSocket', 'SingletonCookie'];

/**
 * Makes a login usable that a killed browser has left locked, also one of a container that is gone. A browser that lost its
 * parent is ended. Throws when another server uses the login.
 */
export async function freeProfile(folder: string): Promise<void> {
  const lock = await readlink(join(folder, 'SingletonLock')).catch(() => null);
  if (lock === null) return;
  const [, host = '', digits = ''] = /^(.*)-(\d+)$/.exec(lock) ?? [];
  const pid = Number(digits);
  if (host === hostname() && pid > 0 && (await uses(pid, folder))) {
    if (!(await isOrphan(pid))) throw new Error(`the login is in use by process ${pid}`);
    process.kill(pid, 'SIGKILL');
  }
  for (const name of LOCKS) await rm(join(folder, name), { force: true });
}

/** True when the process is a browser on this folder. Without /proc a lock counts as left over. */
async function uses(pid: number, folder: string): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.includes(`--user-data-dir=${folder}`);
}

/** A browser whose process of whatsapp-web.js has died now has another parent: not one that runs this channel. */
async function isOrphan(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1] ?? '0';
  const line = await readFile(`/proc/${parent}/cmdline`, 'utf8').catch(() => '');
  return !/whatsapp-web[\\/]child\.[jt]s/.test(line);
}
