import { ParleyError } from '../domain/error.ts';
import { CODES } from '../flow/codes.ts';
import type { Code } from '../flow/codes.ts';
import { EXAMPLES } from '../flow/explain/index.ts';
import { suggestion } from '../flow/language/suggest.ts';

/** `parley check --explain`: what a code means, an example of it, and how to mend it. */
export function explain(code: string): number {
  if (!isCode(code)) {
    const known = Object.keys(CODES);
    const hint = suggestion(code, known) ?? `Codes: ${known.join(', ')}`;
    throw new ParleyError('wrong_use', `there is no code "${code}"`, hint);
  }
  const { severity, explain: meaning } = CODES[code];
  process.stdout.write(`${code} (${severity})\n  ${meaning}\n${exampleOf(code)}`);
  return 0;
}

function isCode(code: string): code is Code {
  return Object.hasOwn(CODES, code);
}

function exampleOf(code: Code): string {
  const example = EXAMPLES.get(code);
  if (example === undefined) return '';
  const files = Object.entries(example.files).map(
    ([name, text]) => `\n  ${name}:\n${text.replaceAll(/^(?=.)/gm, '    ')}`,
  );
  return `${files.join('')}\n  ${example.mend}\n`;
}
