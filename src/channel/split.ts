const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const SENTENCES = new Intl.Segmenter(undefined, { granularity: 'sentence' });
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * Cuts a text into pieces of at most `max` UTF-16 units: between paragraphs, else lines, sentences, words, else
 * characters as people see them. White space at a cut goes away; a blank text has no pieces.
 */
export function splitText(text: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim() === '' ? '' : text;
  while (rest.length > max) {
    const at = cutOf(rest, max);
    const piece = rest.slice(0, at).trimEnd();
    if (piece !== '') pieces.push(piece);
    rest = rest.slice(at).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}

/** Where to cut: as late as possible at the best kind of border, but not in the first half for the sake of a better one. */
function cutOf(text: string, max: number): number {
  const window = text.slice(0, max);
  const whole = new Set(starts(GRAPHEMES, text.slice(0, max + 2)).filter((at) => at <= max));
  const last = (borders: readonly number[], least: number): number | undefined =>
    borders.findLast((at) => at >= least && whole.has(at));
  return (
    last(ends(/\n[^\S\n]*\n\s*/g, window), max / 2) ??
    last(ends(/\n\s*/g, window), max / 2) ??
    last(starts(SENTENCES, window), max / 2) ??
    last([...ends(/\s+/g, window), ...(/\s/.test(text.charAt(max)) ? [max] : [])], 1) ??
    last(starts(WORDS, window), max / 2) ??
    last([...whole], 1) ??
    withinPoint(text, max)
  );
}

/** One character that is longer than a whole message is cut between its code points. */
function withinPoint(text: string, max: number): number {
  const inPair = /[\uD800-\uDBFF]$/.test(text.slice(0, max)) && max > 1;
  return inPair ? max - 1 : max;
}

function starts(segmenter: Intl.Segmenter, text: string): number[] {
  return Array.from(segmenter.segment(text), ({ index }) => index).filter((index) => index > 0);
}

function ends(pattern: RegExp, text: string): number[] {
  return Array.from(text.matchAll(pattern), (match) => match.index + match[0].length);
}
