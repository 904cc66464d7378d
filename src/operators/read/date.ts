import { addDays, isoDate, monthOf, relativeDay } from './calendar.ts';
import { asciiDigits } from './digits.ts';
import { foldText } from '../../domain/fold.ts';
import { localeOf } from './locale.ts';
import { findTime } from './time.ts';
import { wallTime, zonedIso } from './zone.ts';

/** What a date in a text may depend on: order and names by language, "today" by time zone and clock (ms since 1970). */
export interface DateContext {
  readonly language: string;
  readonly timezone: string;
  readonly now: number;
}

/** A date as calendars in the context's time zone show it. */
export interface FoundDate {
  /** `2024-05-03` */
  readonly date: string;
  /** `10:30` or `10:30:00`; absent when the text gives none. */
  readonly time?: string;
  /** The date, or with a time the date-time with its offset: `2024-05-03T10:30:00-05:00`. */
  readonly iso: string;
}

const ISO = /(?<![\d-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/;
const INSTANT = /^[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d{1,9})?\s?(Z|[+-]\d{2}:?\d{2})/i;
/** "24/7" means always. */
const NUMERIC = /(?<![\d/.-])(?!24\/7(?!\d))(\d{1,2})(?:([/.-])(\d{1,2})\2(\d{4}|\d{2})|\/(\d{1,2}))(?![\d/]|[.-]\d)/;
const DAY_MONTH =
  /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|[.ºª°])?[\s-]{1,3}(?:(?:de|of|do)\s{1,3})?(\p{L}{2,20})\.?(?:,?[\s-]{1,3}(?:(?:de|del|of|do)\s{1,3})?(\d{4})(?!\d))?/gu;
const MONTH_DAY = /(?<!\p{L})(\p{L}{2,20})\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?(?![\d:])(?:,?\s{1,3}(\d{4})(?!\d))?/gu;
const WORD = /(?<![\p{L}'])(?:la\s)?[\p{L}'’]{3,20}/gu;

/** Dates stand near the front of an answer; searching further only costs time. */
const LONGEST = 4096;

/** What was found where, before the time of day is looked for in the rest. */
interface Spot {
  readonly date: string;
  readonly at: number;
  readonly length: number;
}

/**
 * The first date in a text, by kind: ISO (always year-month-day), numeric (day or month first by language, and the
 * other way round where only that is a date), with a month's name, then "today", "mañana", "ontem". Without a year it
 * is this year; two digits are the year within 80 years back and 20 ahead. Null for days that do not exist.
 */
export function findDate(text: string, context: DateContext): FoundDate | null {
  const plain = asciiDigits(text.slice(0, LONGEST));
  const iso = ISO.exec(plain);
  const instant = iso === null ? null : readInstant(plain.slice(iso.index), iso, context);
  if (instant !== null) return instant;
  const spot =
    (iso === null ? null : isoSpot(iso)) ??
    numericSpot(plain, context) ??
    namedSpot(plain, context) ??
    relativeSpot(plain, context);
  if (spot === null) return null;
  const time = findTime(`${plain.slice(0, spot.at)} ${plain.slice(spot.at + spot.length).replace(/^T/i, ' ')}`);
  if (time === null) return { date: spot.date, iso: spot.date };
  return {
    date: spot.date,
    time,
    iso: zonedIso({ date: spot.date, time: time.length === 5 ? `${time}:00` : time }, context.timezone),
  };
}

/** The first date in a text as ISO: a date, or with a time of day a date-time with offset. Null when there is none. */
export function parseDate(text: string, context: DateContext): string | null {
  return findDate(text, context)?.iso ?? null;
}

/** A moment that names its own offset, shown on the context's calendar. */
function readInstant(text: string, iso: RegExpExecArray, context: DateContext): FoundDate | null {
  const clock = INSTANT.exec(text.slice(iso[0].length));
  const spot = isoSpot(iso);
  if (clock === null || spot === null) return null;
  const offset = (clock[3] ?? 'Z').toUpperCase().replace(/(\d{2}):?(\d{2})$/, '$1:$2');
  const ms = Date.parse(`${spot.date}T${clock[1] ?? ''}${clock[2] ?? ':00'}${offset}`);
  if (Number.isNaN(ms)) return null;
  const wall = wallTime(ms, context.timezone);
  return { ...wall, iso: zonedIso(wall, context.timezone) };
}

function isoSpot(found: RegExpExecArray): Spot | null {
  return spotOf(found, isoDate(Number(found[1]), Number(found[3]), Number(found[4])));
}

function numericSpot(text: string, context: DateContext): Spot | null {
  const found = NUMERIC.exec(text);
  if (found === null) return null;
  const [first, second] = [Number(found[1]), Number(found[3] ?? found[5])];
  const year = yearOf(found[4], context);
  const { monthFirst } = localeOf(context.language);
  const [asMonthFirst, asDayFirst] = [isoDate(year, first, second), isoDate(year, second, first)];
  return spotOf(found, monthFirst ? (asMonthFirst ?? asDayFirst) : (asDayFirst ?? asMonthFirst));
}

function namedSpot(text: string, context: DateContext): Spot | null {
  const lower = text.toLowerCase();
  for (const found of lower.matchAll(DAY_MONTH)) {
    const spot = monthSpot(found, found[2], found[1], context);
    if (spot !== null) return spot;
  }
  for (const found of lower.matchAll(MONTH_DAY)) {
    const spot = monthSpot(found, found[1], found[2], context);
    if (spot !== null) return spot;
  }
  return null;
}

function monthSpot(
  found: RegExpExecArray,
  name: string | undefined,
  day: string | undefined,
  context: DateContext,
): Spot | null {
  const month = monthOf(foldText(name ?? ''), context.language);
  return month === undefined ? null : spotOf(found, isoDate(yearOf(found[3], context), month, Number(day)));
}

/** "la mañana" is the morning, not tomorrow. */
function relativeSpot(text: string, context: DateContext): Spot | null {
  for (const found of text.matchAll(WORD)) {
    const days = relativeDay(foldText(found[0]));
    if (days !== undefined) return spotOf(found, addDays(wallTime(context.now, context.timezone).date, days));
  }
  return null;
}

function yearOf(written: string | undefined, context: DateContext): number {
  const current = Number(wallTime(context.now, context.timezone).date.slice(0, 4));
  if (written === undefined) return current;
  const year = Number(written);
  if (written.length === 4) return year;
  const near = current - (current % 100) + year;
  if (near > current + 20) return near - 100;
  return near <= current - 80 ? near + 100 : near;
}

function spotOf(found: RegExpExecArray, date: string | null): Spot | null {
  return date === null ? null : { date, at: found.index, length: found[0].length };
}
