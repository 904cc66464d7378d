import { RE2JS, RE2JSException } from 're2js';
import { FORBIDDEN_NAMES } from '../../domain/json.ts';

/** Characters in a pattern, and in a text it is tried on. */
export const PATTERN_LIMIT = 4096;
export const INPUT_LIMIT = 65_536;

/** A pattern found in a text. */
export interface PatternMatch {
  readonly text: string;
  /** By number and by name: `{"0": whole, "1": first, year: "2024"}`; null for a group that took no part. */
  readonly groups: Readonly<Record<string, string | null>>;
}

/** A compiled pattern. Its time grows with the text only linearly, whatever the pattern (no ReDoS). */
export interface Pattern {
  /** True when the pattern is anywhere in the text. */
  test(text: string): boolean;
  find(text: string): PatternMatch | null;
}

/** A pattern that cannot be compiled; the message says why. */
export class PatternError extends Error {}

/** Compiles a pattern in RE2 syntax: case does not matter, `^` and `$` also match at line ends, unanchored. */
export function compilePattern(source: string): Pattern {
  if (source.length > PATTERN_LIMIT) throw new PatternError(`a pattern has at most ${PATTERN_LIMIT} characters`);
  const compiled = compile(source);
  const names = Object.entries(compiled.namedGroups());
  const forbidden = names.find(([name]) => FORBIDDEN_NAMES.has(name));
  if (forbidden !== undefined) throw new PatternError(`a group cannot be named "${forbidden[0]}"`);
  return { test: (text) => compiled.test(text), find: (text) => findIn(compiled, names, text) };
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE);
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(reasonOf(source, error.message), { cause: error });
    throw error;
  }
}

/** Names what authors miss most, which RE2 only calls bad syntax: it is what lets other engines run for ever. */
function reasonOf(source: string, message: string): string {
  if (/\(\?<?[=!]/.test(source)) return 'look-ahead and look-behind such as (?=…) are not available in patterns';
  if (/\\(?:[1-9]|k<)/.test(source)) return 'back-references such as \\1 are not available in patterns';
  return `this is not a pattern: ${message}`;
}

function findIn(compiled: RE2JS, names: readonly (readonly [string, number])[], text: string): PatternMatch | null {
  if (!compiled.test(text)) return null;
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return null;
  const groups: Record<string, string | null> = {};
  for (let i = 0; i <= matcher.groupCount(); i += 1) groups[String(i)] = matcher.group(i);
  for (const [name, index] of names) groups[name] = matcher.group(index);
  return { text: matcher.group(0) ?? '', groups };
}
