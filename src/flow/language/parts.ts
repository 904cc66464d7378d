import { readName, readSteps } from './path.ts';
import type { Step } from './path.ts';

/** A piece of a template: text as it stands, a reference, or an expression. Offsets count UTF-16 units. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'reference';
      readonly root: string;
      readonly steps: readonly Step[];
      readonly source: string;
      readonly offset: number;
    }
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number }
  | { readonly kind: 'unclosed'; readonly offset: number };

const WORD = /[\p{L}\p{N}_]/u;

/**
 * Splits a template. `@@` is a plain `@`; an `@` right behind a letter or digit is text, so that
 * `help@acme.com` stays an address.
 */
export function splitTemplate(template: string): Part[] {
  const parts: Part[] = [];
  let text = '';
  let position = 0;
  while (position < template.length) {
    const found = template[position] === '@' ? partAt(template, position, WORD.test(text.at(-1) ?? '')) : null;
    if (found === null) {
      text += template[position];
      position += 1;
      continue;
    }
    if (found.part.kind === 'text') text += found.part.text;
    else {
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
      parts.push(found.part);
    }
    position = found.end;
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

function partAt(template: string, at: number, inWord: boolean): { part: Part; end: number } | null {
  const next = template[at + 1];
  if (next === '@') return { part: { kind: 'text', text: '@' }, end: at + 2 };
  if (inWord) return null;
  if (next === '(') return expressionAt(template, at);
  const root = readName(template, at + 1);
  if (root === null) return null;
  const { steps, end } = readSteps(template, at + 1 + root.length);
  return { part: { kind: 'reference', root, steps, source: template.slice(at, end), offset: at }, end };
}

function expressionAt(template: string, at: number): { part: Part; end: number } {
  const end = closingParenthesis(template, at + 1);
  if (end === -1) return { part: { kind: 'unclosed', offset: at }, end: template.length };
  return { part: { kind: 'expression', source: template.slice(at + 2, end), offset: at + 2 }, end: end + 1 };
}

/** Position of the parenthesis that closes the one at `open`, strings skipped; -1 when there is none. */
function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '(') depth += 1;
    else if (char === ')' && --depth === 0) return at;
  }
  return -1;
}
