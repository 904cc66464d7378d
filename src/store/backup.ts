import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ParleyError, messageOf } from '../domain/error.ts';
import { openDriver, sqliteCode } from './driver.ts';

/**
 * Writes a whole copy of the embedded store of `dir` into a new file, while a server may go on writing it, and answers
 * its size in bytes. Throws `bad_config` when there is no store, or the copy cannot be written.
 */
export function backUp(dir: string, file: string): number {
  const source = join(dir, 'parley.db');
  if (!existsSync(source))
    throw new ParleyError('bad_config', `There is no embedded store in ${dir}`, 'DATA_DIR says where it is.');
  if (existsSync(file)) throw new ParleyError('bad_config', `${file} is there already`, 'Name a new file.');
  const driver = openDriver(source);
  try {
    // A server that is just writing is waited for; what it writes meanwhile is not in the copy.
    driver.exec('PRAGMA busy_timeout = 10000');
    driver.exec(`VACUUM INTO '${file.replaceAll("'", "''")}'`);
  } catch (error) {
    const code = sqliteCode(error);
    if (code === '') throw error;
    const hint = 'Name a file in a folder that is there, with room for the whole store.';
    throw new ParleyError('bad_config', `The copy ${file} cannot be written: ${messageOf(error)}`, hint);
  } finally {
    driver.close();
  }
  return statSync(file).size;
}
