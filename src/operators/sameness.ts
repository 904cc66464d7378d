import { toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { asciiDigits } from './read/digits.ts';
import { foldCase } from '../domain/fold.ts';

/** A plain decimal number of at most 15 digits, which a double holds exactly. Leading zeros make it a code. */
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * What equality compares (features.md 6.3): trimmed, small letters, NFKC, and "1.0", "1" and 1 the same. Codes such
 * as "007" and ids too long for a number compare as text, so that no two of them become equal.
 */
export function sameKey(value: Json | undefined): string {
  const text = foldCase(toText(value).trim());
  const digits = asciiDigits(text);
  const exact = digits.length <= 17 && DECIMAL.test(digits) && digits.replace(/[-.]/g, '').length <= 15;
  return exact ? String(Number(digits)) : text;
}
