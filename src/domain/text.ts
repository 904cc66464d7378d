import { splitWords } from './fold.ts';

/** The words of a text as comparisons see them: small letters, no accents. */
export function foldWords(text: string): string[] {
  return splitWords(text).map(({ folded }) => folded);
}

/** True when `words` begins with all of `start`. */
export function startsWithWords(words: readonly string[], start: readonly string[]): boolean {
  return start.length > 0 && start.every((word, i) => words[i] === word);
}
