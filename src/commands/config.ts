import { readConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { ParleyError } from '../domain/error.ts';

/** The configuration of this process; a wrong value stops it with one clear line. */
export function configOrFail(): Config {
  const read = readConfig(process.env);
  if ('config' in read) return read.config;
  throw new ParleyError('bad_config', read.problem, read.hint);
}
