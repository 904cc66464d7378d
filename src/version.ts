import { existsSync, readFileSync } from 'node:fs';

/** The root of the package, seen from the sources or from the build. */
export const ROOT =
  ['../', '../../']
    .map((up) => new URL(up, import.meta.url))
    .find((root) => existsSync(new URL('package.json', root))) ?? new URL('../', import.meta.url);

/** Parley's version, as package.json has it. */
export function version(): string {
  const facts = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version?: unknown };
  return typeof facts.version === 'string' ? facts.version : '0.0.0';
}
