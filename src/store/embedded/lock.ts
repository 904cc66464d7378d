import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ParleyError } from '../../domain/error.ts';
import { openDriver, sqliteCode } from '../driver.ts';
import type { SqliteDriver } from '../driver.ts';

/** Proof that no other store, in this process or another, has the directory. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Locks a data directory or throws `data_dir_in_use` with the holder's pid. The lock is an exclusive transaction on
 * a SQLite file of its own: the operating system drops it with the process, even on kill -9, so it cannot go stale.
 */
export function lockDirectory(dir: string): DirectoryLock {
  const file = join(dir, 'parley.lock');
  createPrivate(file);
  const driver = openDriver(file);
  try {
    driver.exec('PRAGMA busy_timeout = 0');
    driver.exec('BEGIN EXCLUSIVE');
    writeFileSync(join(dir, 'parley.pid'), `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    release(driver);
    throw sqliteCode(error) === 'SQLITE_BUSY' ? inUse(dir) : error;
  }
  return { release: () => release(driver) };
}

/**
 * Makes an empty file that only its owner can read. An existing file is not even opened: closing it again
 * would drop the locks that SQLite holds on it in this process (POSIX).
 */
export function createPrivate(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** libsql closes the file only when it is collected as garbage, so the lock is let go of first. */
function release(driver: SqliteDriver): void {
  if (driver.inTransaction) driver.exec('ROLLBACK');
  driver.close();
}

function inUse(dir: string): ParleyError {
  return new ParleyError('data_dir_in_use', `The data directory ${dir} is in use by ${holder(dir)}`);
}

function holder(dir: string): string {
  try {
    return `process ${readFileSync(join(dir, 'parley.pid'), 'utf8').trim()}`;
  } catch {
    return 'another process';
  }
}
