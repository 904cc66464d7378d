import { parseSpan } from '../../domain/span.ts';
import type { CallContext, Fn } from './fn.ts';
import { Span, instantOf, isoText } from './values.ts';
import type { Instant } from './values.ts';
import type { Val } from './values.ts';

const DAY = 86_400_000;

/** Parts of a date in a time zone, by the host's own calendar data. */
function partsOf(ms: number, zone: string, language: string): Map<string, string> {
  const format = (options: Intl.DateTimeFormatOptions, locale: string): Intl.DateTimeFormatPart[] =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).formatToParts(ms);
  const digits = format(
    {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    },
    'en-US',
  );
  const words = format({ weekday: 'long', month: 'long' }, language);
  const map = new Map(digits.map((part) => [part.type as string, part.value]));
  for (const part of words) map.set(`${part.type}-name`, part.value);
  return map;
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}

const TOKENS: Readonly<Record<string, (parts: Map<string, string>) => string>> = {
  yyyy: (p) => p.get('year') ?? '',
  MMMM: (p) => p.get('month-name') ?? '',
  EEEE: (p) => p.get('weekday-name') ?? '',
  MM: (p) => p.get('month') ?? '',
  dd: (p) => p.get('day') ?? '',
  d: (p) => String(Number(p.get('day'))),
  HH: (p) => p.get('hour') ?? '',
  mm: (p) => p.get('minute') ?? '',
  ss: (p) => p.get('second') ?? '',
};

function formatDate(args: readonly Val[], context: CallContext): Val {
  const instant = args[0] === undefined ? null : instantOf(args[0]);
  if (instant === null || isoText(instant.ms) === null) return null;
  const pattern = typeof args[1] === 'string' ? args[1] : 'yyyy-MM-dd';
  const zone = typeof args[2] === 'string' ? args[2] : 'UTC';
  if (!isTimeZone(zone)) {
    context.note(`"${zone}" is no time zone`);
    return null;
  }
  const parts = partsOf(instant.ms, zone, context.language);
  return pattern.replace(/yyyy|MMMM|EEEE|MM|dd|d|HH|mm|ss/g, (token) => TOKENS[token]?.(parts) ?? token);
}

function daysBetween(args: readonly Val[]): Val {
  const from = instantOf(args[0] ?? null);
  const to = instantOf(args[1] ?? null);
  if (from === null || to === null) return null;
  return Math.floor(to.ms / DAY) - Math.floor(from.ms / DAY);
}

function span(args: readonly Val[]): Val {
  const [value] = args;
  if (value instanceof Span) return value;
  const ms = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? parseSpan(value) : null;
  return ms === null ? null : new Span(ms);
}

/** Functions over dates and times. Dates without a zone are UTC. */
export const dateFunctions: Readonly<Record<string, Fn>> = {
  date: {
    args: [1, 1],
    summary: 'the date part (yyyy-MM-dd) of a date or time',
    run: ([a]) => {
      const instant = a === undefined ? null : instantOf(a);
      return instant === null ? null : (isoText(instant.ms)?.slice(0, 10) ?? null);
    },
  },
  format_date: {
    args: [1, 3],
    summary: 'format_date(now, "d MMMM yyyy", "America/Bogota") writes a date by a pattern',
    run: formatDate,
  },
  days_between: { args: [2, 2], summary: 'whole days from one date to another', run: daysBetween },
  duration: { args: [1, 1], summary: 'a length of time such as "90s", "5m" or "2d"', run: span },
  epoch: { args: [1, 1], summary: 'seconds since 1970 of a date and time', run: ([a]) => secondsOf(a) },
};

function secondsOf(value: Val | undefined): Val {
  const instant: Instant | null = value === undefined ? null : instantOf(value);
  return instant === null ? null : instant.ms / 1000;
}
