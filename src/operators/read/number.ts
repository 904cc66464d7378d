import { asciiDigits } from './digits.ts';
import { localeOf } from './locale.ts';
import type { Locale } from './locale.ts';

/** No-break, thin and narrow spaces, which only group digits. */
const THIN = '\u00A0\u2009\u202F';
const TOKEN = new RegExp(
  String.raw`(?<![\p{Script=Latin}\p{M}\p{N}_]|\p{N}[.,])(?:(?<!\p{L})[-+−])?\p{Sc}?\.?(?:\d[\d.,'’٫٬ ${THIN}]*\d|\d)`,
  'gu',
);
/** The spaces that group: three digits follow, and one to three or a group stand before. */
const groupSpaces = (spaces: string): RegExp =>
  new RegExp(String.raw`(?<=^\D{0,2}\d{1,3}|[${spaces}]\d{3})[${spaces}](?=\d{3}(?!\d))`, 'gu');
const GROUP_THIN = groupSpaces(THIN);
const GROUP_ANY = groupSpaces(` ${THIN}`);
const SPACES = new RegExp(`[ ${THIN}]+`, 'u');
const BARE = /^[-+−]?\p{Sc}?\d/u;
const LONGEST = 60;

/**
 * The numbers in a text, in its order, in the digits of any script. The language decides what `,` and `.` are:
 * - both present: the last one is the decimal sign, the other groups by three;
 * - one kind, several times: it groups, by three (or by two and three, as in India);
 * - once: the language's decimal sign is that; the other sign groups when three digits follow one to three
 *   ("1.500" is 1500 in Spanish, 1.5 in English) and is a decimal sign otherwise ("1.5" is 1.5 in both);
 * - commas that fit none of this separate numbers ("10,20,30"); points that fit none make it no number ("1.2.3").
 * An apostrophe or a space groups by three; a plain space only where the language writes so (French, Polish…).
 * A number glued to a Latin letter before it ("AB12") is a code, not a number.
 */
export function findNumbers(text: string, language: string): number[] {
  const locale = localeOf(language);
  const found: number[] = [];
  for (const [token] of asciiDigits(text).matchAll(TOKEN)) {
    for (const part of partsOf(token, locale)) found.push(...readToken(part, locale));
  }
  return found;
}

/** The number that the whole text is, or null: "12,5" and "$ 1.500" are, "12 years" is not. */
export function parseNumber(text: string, language: string): number | null {
  const locale = localeOf(language);
  const bare = asciiDigits(text.trim())
    .replace(/^([-+−]?)\s?\p{Sc}\s?/u, '$1')
    .replace(/\s?\p{Sc}$/u, '')
    .replace(/^([-+−]?)\./, '$10.');
  if (!BARE.test(bare) || !/\d$/.test(bare)) return null;
  const parts = partsOf(bare, locale);
  const [part] = parts;
  if (part === undefined || parts.length > 1) return null;
  return readOne(part, locale);
}

/** Takes a run of digits and separators apart at the spaces that do not group. */
function partsOf(token: string, locale: Locale): string[] {
  return token.replace(locale.spaced ? GROUP_ANY : GROUP_THIN, '').split(SPACES);
}

function readToken(token: string, locale: Locale): number[] {
  const one = readOne(token, locale);
  if (one !== null) return [one];
  const several = token.split(',').filter((part) => part !== '');
  if (several.length < 2) return [];
  return several.flatMap((part) => readOne(part, locale) ?? []);
}

function readOne(token: string, locale: Locale): number | null {
  if (token.length > LONGEST) return null;
  const plain = token
    .replace(/^\+/, '')
    .replace('−', '-')
    .replace(/\p{Sc}/u, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/[.,]+$/, '');
  const signs = plain.replace(/[-\d]/g, '');
  const decimal = decimalOf(plain, signs, locale);
  if (decimal === null) return null;
  const [whole = '', fraction, more] = decimal === '' ? [plain] : plain.split(decimal);
  if (more !== undefined || (fraction !== undefined && !/^\d+$/.test(fraction)) || !fits(whole)) return null;
  const value = Number(`${whole.replace(/[^-\d]/g, '')}.${fraction ?? '0'}`);
  return Number.isFinite(value) ? value : null;
}

/** Which sign stands before the fraction; '' when there is none, null when the signs contradict each other. */
function decimalOf(token: string, signs: string, locale: Locale): string | null {
  if (signs.includes('٫')) return '٫';
  const last = Math.max(token.lastIndexOf('.'), token.lastIndexOf(','));
  const sign = token[last];
  if (last < 0 || sign === undefined) return '';
  const other = sign === '.' ? ',' : '.';
  const once = token.indexOf(sign) === last;
  if (!once) return signs.includes(other) ? null : '';
  if (signs.length > 1 || sign === locale.decimal) return sign;
  return /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(token) ? '' : sign;
}

/** Plain digits, or groups by one kind of sign: of three, or as in India of two with three at the end. */
function fits(whole: string): boolean {
  return (
    /^-?\d+$/.test(whole) ||
    /^-?\d{1,3}([.,'’٬])\d{3}(\1\d{3})*$/.test(whole) ||
    /^-?\d{1,2}(,\d{2})+,\d{3}$/.test(whole)
  );
}
