import { isObject, own, toText } from '../../domain/json.ts';
import type { Json } from '../../domain/json.ts';
import { dateFunctions } from './dates.ts';
import type { Fn } from './fn.ts';
import { follow, parsePath } from './path.ts';
import { Instant, MAX_TEXT, Span, instantOf, toJson, truthy } from './values.ts';
import type { Val } from './values.ts';

/** The text of a value inside an expression. */
export function textOf(value: Val | undefined): string {
  return toText(value === undefined ? undefined : toJson(value));
}

function numberOf(value: Val | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Span) return value.ms / 1000;
  if (value instanceof Instant) return value.ms;
  const text = typeof value === 'string' ? value.trim() : '';
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

function listOf(value: Val | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function size(value: Val | undefined): number | null {
  if (typeof value === 'string') return Array.from(value).length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : null;
}

function text1(summary: string, run: (text: string) => Val): Fn {
  return { args: [1, 1], summary, run: ([a]) => (a === null ? null : run(textOf(a))) };
}

function text2(summary: string, run: (text: string, other: string) => Val): Fn {
  return { args: [2, 2], summary, run: ([a, b]) => (a === null ? false : run(textOf(a), textOf(b))) };
}

function title(text: string): string {
  return text
    .toLowerCase()
    .replace(/(^|[^\p{L}\p{N}'’])(\p{L})/gu, (_, before: string, first: string) => before + first.toUpperCase());
}

function round(value: Val | undefined, digits: Val | undefined): number | null {
  const number = numberOf(value);
  if (number === null) return null;
  const places = Math.max(0, Math.min(15, Math.trunc(numberOf(digits) ?? 0)));
  const rounded = Number(`${Math.round(Number(`${Math.abs(number)}e${places}`))}e-${places}`);
  return Math.sign(number) * (Number.isNaN(rounded) ? Math.abs(number) : rounded);
}

function get(value: Val | undefined, path: Val | undefined): Json | null {
  const steps = typeof path === 'number' ? [path] : parsePath(textOf(path));
  const subject = value instanceof Instant || value instanceof Span ? undefined : value;
  return steps === null ? (own(subject, textOf(path)) ?? null) : (follow(subject, steps) ?? null);
}

function split(text: string, separator: string): readonly Json[] {
  return separator === '' ? Array.from(text) : text.split(separator);
}

/** All functions, by name. Each can be called as `f(x, y)` and as `x.f(y)`. */
export const FUNCTIONS: ReadonlyMap<string, Fn> = new Map<string, Fn>(
  Object.entries({
    upper: text1('text in capitals', (t) => t.toUpperCase()),
    lower: text1('text in small letters', (t) => t.toLowerCase()),
    trim: text1('text without blanks at its ends', (t) => t.trim()),
    title: text1('Each Word With A Capital', title),
    urlencode: text1('text made safe for a URL', (t) => encodeURIComponent(t.toWellFormed())),
    text: { args: [1, 1], summary: 'any value as text', run: ([a]) => textOf(a) },
    string: { args: [1, 1], summary: 'any value as text', run: ([a]) => textOf(a) },
    number: { args: [1, 1], summary: 'text as a number, or null', run: ([a]) => numberOf(a) },
    double: { args: [1, 1], summary: 'text as a number, or null', run: ([a]) => numberOf(a) },
    int: {
      args: [1, 1],
      summary: 'a number without its decimals, or null',
      run: ([a]) => (numberOf(a) === null ? null : Math.trunc(numberOf(a) ?? 0)),
    },
    bool: { args: [1, 1], summary: 'true or false', run: ([a]) => (a === 'false' ? false : truthy(a ?? null)) },
    abs: {
      args: [1, 1],
      summary: 'a number without its sign',
      run: ([a]) => (numberOf(a) === null ? null : Math.abs(numberOf(a) ?? 0)),
    },
    round: { args: [1, 2], summary: 'a number rounded to so many decimals', run: ([a, b]) => round(a, b) },
    size: { args: [1, 1], summary: 'length of a text, list or object', run: ([a]) => size(a) },
    default: {
      args: [2, 2],
      summary: 'the value, or the other one when it is missing or empty',
      run: ([a, b]) => (a === null || a === undefined || a === '' ? (b ?? null) : a),
    },
    get: { args: [2, 2], summary: 'a field or path of a value, or null', run: ([a, b]) => get(a, b) },
    json: { args: [1, 1], summary: 'any value as JSON text', run: ([a]) => JSON.stringify(toJson(a ?? null)) },
    first: { args: [1, 1], summary: 'first item of a list', run: ([a]) => listOf(a).at(0) ?? null },
    last: { args: [1, 1], summary: 'last item of a list', run: ([a]) => listOf(a).at(-1) ?? null },
    join: {
      args: [1, 2],
      summary: 'items of a list in one text',
      run: ([a, b]) =>
        listOf(a)
          .map((i) => toText(i))
          .join(b === undefined ? ', ' : textOf(b)),
    },
    split: { args: [2, 2], summary: 'a text cut at each separator', run: ([a, b]) => split(textOf(a), textOf(b)) },
    pluralize: {
      args: [2, 3],
      summary: 'pluralize(2, "order") gives "2 orders"',
      run: ([n, one, many]) =>
        `${textOf(n)} ${numberOf(n) === 1 ? textOf(one) : many === undefined ? `${textOf(one)}s` : textOf(many)}`,
    },
    contains: text2('true if the text contains the other', (t, o) => t.includes(o)),
    startsWith: text2('true if the text starts with the other', (t, o) => t.startsWith(o)),
    endsWith: text2('true if the text ends with the other', (t, o) => t.endsWith(o)),
    replace: {
      args: [3, 3],
      summary: 'the text with each find replaced',
      run: ([a, b, c]) => (textOf(b) === '' ? textOf(a) : textOf(a).split(textOf(b)).join(textOf(c))),
    },
    substring: {
      args: [2, 3],
      summary: 'characters from a position up to another',
      run: ([a, b, c]) =>
        Array.from(textOf(a))
          .slice(numberOf(b) ?? 0, c === undefined ? undefined : (numberOf(c) ?? 0))
          .join(''),
    },
    timestamp: { args: [1, 1], summary: 'an ISO date and time', run: ([a]) => (a === undefined ? null : instantOf(a)) },
    ...dateFunctions,
  }),
);

/** Refuses texts that grew past the limit. */
export function limited(value: Val): Val {
  if (typeof value === 'string' && value.length > MAX_TEXT)
    throw new RangeError(`a text grew over ${MAX_TEXT} characters`);
  return value;
}
