import type { Path, RequestSource } from '../blocks/block.ts';
import { writtenValues } from './inline-secrets.ts';
import type { LanguageContext } from './language/expression.ts';
import { splitTemplate } from './language/parts.ts';
import { readSteps } from './language/path.ts';

/** What looks like the name of a secret, with a letter or digit right before it. */
const UNREAD = /(?<=[\p{L}\p{N}_])@(secret|auth)(?=\.)/giu;

/**
 * Warns of secrets that would go out as they are written, since an `@` right behind a letter is text, as in an e-mail
 * address. Only names that mean a secret here are told.
 */
export function checkUnread(source: RequestSource, at: (path: Path) => LanguageContext): void {
  const { url, headers, query, body, auth } = source;
  const written = [
    { path: ['url'], value: url },
    ...writtenValues(headers, ['headers']),
    ...writtenValues(query, ['query']),
    ...writtenValues(body, ['body']),
    ...writtenValues(auth, ['basic_auth']),
  ];
  for (const { path, value } of written) checkText(value, at(path));
}

function checkText(text: string, context: LanguageContext): void {
  const read = new Set(splitTemplate(text).map((part) => (part.kind === 'text' ? -1 : part.offset)));
  for (const { index, 0: found } of text.matchAll(UNREAD)) {
    const { steps, end } = readSteps(text, index + found.length);
    if (read.has(index) || context.special?.(found.slice(1), steps)?.kind !== 'text') continue;
    const name = text.slice(index, end);
    context.problem({
      code: 'unread-secret',
      text: `"${name}" stands right behind a letter or digit, so it is sent as it is written`,
      offset: index,
      hint: `put a blank or a sign before it, or that letter into the secret; if it is meant as it stands, write @${name}`,
    });
  }
}
