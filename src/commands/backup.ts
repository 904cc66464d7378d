import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { ParleyError } from '../domain/error.ts';
import { backUp } from '../store/backup.ts';
import { configOrFail } from './config.ts';

/** `parley backup <file>`: a copy of the embedded store and of its keys, also while the server runs. */
export function backup(file: string): number {
  const { dataDir, mongodbUri } = configOrFail();
  if (mongodbUri !== undefined) {
    const hint = 'Use mongodump, or what your MongoDB service offers; docs/deploy.md says how.';
    throw new ParleyError('wrong_use', 'MONGODB_URI is set, so everything is in MongoDB', hint);
  }
  const bytes = backUp(dataDir, file);
  chmodSync(file, 0o600);
  process.stdout.write(`${file}: ${(bytes / 1_000_000).toFixed(1)} MB\n`);
  const keys = join(dataDir, 'keys.json');
  if (!existsSync(keys)) return 0;
  copyFileSync(keys, `${file}.keys.json`);
  chmodSync(`${file}.keys.json`, 0o600);
  process.stdout.write(`${file}.keys.json: the key of stored credentials and the admin token; keep it apart\n`);
  return 0;
}
