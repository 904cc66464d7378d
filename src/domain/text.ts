/** Text as comparisons see it: one form for each character, no accents, small letters. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}

const WORD = /[\p{L}\p{M}\p{N}_']+|[^\s\p{L}\p{M}\p{N}_'\p{P}]/gu;

/** The words of a text, folded: runs of letters, digits, `_` and `'`; other symbols such as emoji one by one. */
export function foldWords(text: string): string[] {
  return fold(text.replaceAll('’', "'")).match(WORD) ?? [];
}

/** True when `words` begins with all of `start`. */
export function startsWithWords(words: readonly string[], start: readonly string[]): boolean {
  return start.length > 0 && start.every((word, i) => words[i] === word);
}
