import type { Path, RequestSource } from '../blocks/block.ts';
import { suspicion, urlValues, writtenValues } from './inline-secrets.ts';
import type { Suspicion, WrittenValue } from './inline-secrets.ts';

/** Reports one value that should not be written out. */
export type ReportSecret = (found: WrittenValue, suspicion: Suspicion) => void;

/** Looks for secrets that an author wrote into a request instead of naming them. */
export function findInlineSecrets(source: RequestSource, report: ReportSecret): void {
  const written = [
    ...urlValues(source.url, ['url']),
    ...writtenValues(source.headers, ['headers']),
    ...writtenValues(source.query, ['query']),
    ...writtenValues(source.body, ['body']),
  ];
  for (const value of written) {
    const found = suspicion(value);
    if (found !== null) report(value, found);
  }
}

/** The same for a block of a flow: a password is refused, what only looks like a secret is a warning. */
export function checkRequestSecrets(
  source: RequestSource,
  problem: (code: string, text: string, path: Path, hint?: string) => void,
): void {
  const hint = 'parley secrets set <name>, and write @secret.<name> here';
  findInlineSecrets(source, ({ path, name }) => {
    const what = name === '' ? 'the address' : `"${name}"`;
    problem('likely-secret', `${what} looks like a secret that is written out`, path, hint);
  });
  const password = source.auth?.password;
  if (password === undefined || suspicion({ name: 'password', value: password }) === null) return;
  problem('inline-secret', 'the password is written out', ['basic_auth', 'password'], hint);
}
