import type { Kind } from './kinds.ts';

const MAX_NAME = 100;

/** Characters that end a path, mean something to a system, or turn the direction of the text. */
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069"*:<>?|]/g;

/**
 * The name a visitor gave a file (percent-encoded UTF-8), made safe: no path, no hidden characters, and an ending that
 * tells what the file is, so that a text does not open as a program.
 */
export function safeName(given: string | undefined, kind: Kind): string {
  const last =
    decoded(given ?? '')
      .split(/[/\\]/)
      .at(-1) ?? '';
  const clean = last
    .replaceAll(/\p{Surrogate}/gu, '')
    .replace(UNSAFE, '')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const [ending = 'bin'] = kind.endings;
  const [, stem = clean, own = ''] = /^(.*)\.([^.]*)$/s.exec(clean) ?? [];
  const fits = kind.endings.includes(own.toLowerCase());
  const name = Array.from(fits ? stem : clean)
    .slice(0, MAX_NAME)
    .join('')
    .trimEnd();
  return `${name === '' ? 'file' : name}.${fits ? own : ending}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
