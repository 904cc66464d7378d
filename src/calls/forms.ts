import { escapeMarkup } from '../domain/escape.ts';
import { bytesOf, formText, headerValue, jsonText, percent } from './encode.ts';
import { readings } from './layers.ts';

/** One way a secret value may stand in a text, as bytes (each character is one byte). */
export interface Form {
  readonly bytes: string;
  /** `word`: only where nothing that belongs to a word touches it; `base64`: a middle, whose neighbours hold the rest. */
  readonly how: 'plain' | 'word' | 'base64' | 'hex';
}

/** Shorter values are parts of ordinary words, so only whole words are masked. */
const SHORT = 4;
/** A longer value is found by its beginning, so that a search stays linear in the text. */
export const HEAD = 64;

/** Every form that a value is looked for in. Escapes (`%41`, `\u0041`, `&#65;`) are undone in the text instead. */
export function formsOf(value: string): Form[] {
  const forms = [...sentAs(value)].flatMap(formsAsIs);
  return [...new Map(forms.map((form) => [form.bytes, form])).values()].filter((form) => form.bytes !== '');
}

/**
 * The value as it may leave and come back: a header carries it on one line, with nothing around it, as bytes that may
 * be read as characters each; other places trim it, or end its lines in another way.
 */
function sentAs(value: string): Set<string> {
  const unix = value.replaceAll('\r\n', '\n');
  // oxlint-disable-next-line no-control-regex
  const without = value.replace(/[\u0000-\u001F\u007F]/g, '');
  const header = headerValue(value);
  return new Set([value, value.trim(), without, header, bytesOf(header), unix, unix.replaceAll('\n', '\r\n')]);
}

function formsAsIs(value: string): Form[] {
  const bytes = bytesOf(value);
  // White space alone is no secret, and stands everywhere.
  if (bytes.trim() === '') return [];
  if (value.length < SHORT) return [plainForm(bytes)];
  const query = encodeURIComponent(value.toWellFormed());
  const encoded = [query, percent(value), formText(value), jsonText(value), escapeMarkup(value)];
  const written = new Set([value, ...encoded].map(bytesOf));
  const hex = Buffer.from(bytes, 'latin1').toString('hex');
  return [
    // A value that holds escapes of its own loses them where a text's escapes are undone.
    ...readings(value).map(plainForm),
    { bytes: hex, how: 'hex' },
    ...[...written].flatMap(base64Forms),
  ];
}

function plainForm(bytes: string): Form {
  return { bytes: folded(bytes), how: bytes.length < SHORT ? 'word' : 'plain' };
}

/** `+` and space are one character to forms, and to a search. */
export function folded(bytes: string): string {
  return bytes.replaceAll('+', ' ');
}

/**
 * Inside a longer base64 text a value begins at one of three places of a group of four characters. What is the
 * same whatever stands before and after it is looked for; the characters beside it share bits with neighbours.
 */
function base64Forms(bytes: string): Form[] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.from('\0'.repeat(shift) + bytes, 'latin1')
      .toString('base64')
      .replace(/=+$/, '');
    const last = ((shift + bytes.length) * 8) % 6 === 0 ? whole.length : whole.length - 1;
    const middle = whole.slice(Math.ceil((shift * 8) / 6), last);
    const url = middle.replaceAll('+', '-').replaceAll('/', '_');
    return [middle, url].map((text): Form => ({ bytes: folded(text), how: 'base64' }));
  });
}
