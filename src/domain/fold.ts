/** Only ASCII: most messages, and folding them is a plain change of case. */
// oxlint-disable-next-line no-control-regex
const ASCII = /^[\x00-\x7F]*$/;

/**
 * Accents and points that readers leave out: combining diacritics, Arabic vowel signs and the stretcher,
 * Hebrew points, variation selectors and skin tones. The vowel signs of Indic and Thai stay: they are letters.
 */
const ACCENTS =
  /[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE00-\uFE0F\u064B-\u065F\u0670\u0640\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\p{EMod}]/gu;

/** Marks of direction and joining that nobody sees. The joiner within an emoji stays: it makes one picture of two. */
const INVISIBLE =
  /[\u00AD\u061C\u200B\u200C\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]|(?<!\p{Extended_Pictographic})\u200D/gu;

const WORD =
  /[\p{L}\p{N}_][\p{L}\p{M}\p{N}_\u00AD\u200C\u200D]*(?:['’][\p{L}\p{N}_][\p{L}\p{M}\p{N}_\u00AD\u200C\u200D]*)*|\p{RI}{2}|\p{Extended_Pictographic}[\p{M}\p{EMod}]*(?:\u200D\p{Extended_Pictographic}[\p{M}\p{EMod}]*)*|\p{S}\p{M}*/gu;

/**
 * Small letters in one form per character (NFKC), accents kept: for equality and text tests. Turkish dotted and
 * dotless i both become `i`, `ß` becomes `ss`, the Greek final sigma a plain one.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('i̇', 'i').replaceAll('ς', 'σ').normalize('NFC');
}

/** {@link foldCase} without accents and invisible marks: for words. */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const bare = text
    .replace(ACCENTS, '')
    .replace(INVISIBLE, '')
    .replaceAll('’', "'")
    .normalize('NFKD')
    .replace(ACCENTS, '');
  return foldCase(bare);
}

/** Most answers are one plain word. */
const ONE_WORD = /^\w+$/;

/** A word as it was written, and as it is compared. */
export interface Word {
  readonly written: string;
  readonly folded: string;
}

/**
 * The words of a text (features.md 6.1): runs of letters, marks, digits, `_` and inner `'`; an emoji, joined ones
 * included, and any other symbol is a word of its own. Punctuation is none. Scripts without spaces are one run.
 */
export function splitWords(text: string): Word[] {
  if (ONE_WORD.test(text)) return [{ written: text, folded: text.toLowerCase() }];
  return (text.match(WORD) ?? []).map((written) => ({ written, folded: foldText(written) }));
}

/** True when something can be seen: white space, invisible marks and letters made to look empty are a blank text. */
export function hasInk(text: string): boolean {
  return /[^\s\p{Cf}\p{Cc}\u115F\u1160\u2800\u3164\uFFA0]/u.test(text);
}
