import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, Test, TestContext } from './operator.ts';
import { addDays, relativeDay } from './read/calendar.ts';
import { findDate } from './read/date.ts';
import { foldText } from '../domain/fold.ts';
import { wallTime } from './read/zone.ts';
import { pairOf } from './schemas.ts';
import { match, onText } from './verdicts.ts';

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:$|[T ]\d{2}:\d{2})/;

/** The date an argument stands for, once it is known where and when we are. */
type DateOf = (context: TestContext) => string;

/** The first date in the text: ISO, by the language's order, or by name; the match is ISO, with a time when there is one. */
export const has_date: Operator = {
  summary: 'There is a date in the text, as digits, with a month name, or as "tomorrow".',
  group: 'date',
  example: '{ has_date: true, category: Date, next: book }',
  prepare: () => onDate(() => true),
};

/** The same day, in the flow's time zone; the time of day does not count (ilhapush: has a date equal to). */
export const date_eq: Operator = {
  ...comparison('is', ['has_date_eq']),
  example: '{ date_eq: today, next: same_day }',
  prepare: (argument) => against(argument, (day, limit) => day === limit),
};

/** An earlier day. */
export const date_lt: Operator = {
  ...comparison('is before', ['has_date_lt', 'is_before_date']),
  example: '{ date_lt: today, next: past }',
  prepare: (argument) => against(argument, (day, limit) => day < limit),
};

/** The same or an earlier day. */
export const date_lte: Operator = {
  ...comparison('is at or before', ['has_date_lte']),
  example: '{ date_lte: "2026-12-31", next: this_year }',
  prepare: (argument) => against(argument, (day, limit) => day <= limit),
};

/** A later day. */
export const date_gt: Operator = {
  ...comparison('is after', ['has_date_gt', 'is_after_date']),
  example: '{ date_gt: today, next: coming }',
  prepare: (argument) => against(argument, (day, limit) => day > limit),
};

/** The same or a later day. */
export const date_gte: Operator = {
  ...comparison('is at or after', ['has_date_gte']),
  example: '{ date_gte: tomorrow, next: book }',
  prepare: (argument) => against(argument, (day, limit) => day >= limit),
};

/** A day from one to another, both included. */
export const date_between: Operator = {
  summary: 'The date in the text lies between two days, both included.',
  group: 'date',
  aliases: ['has_date_between'],
  argument: pairOf(z.string()),
  example: '{ date_between: ["2026-12-01", "2026-12-24"], next: advent }',
  prepare(argument) {
    if (!Array.isArray(argument) || argument.length !== 2)
      throw new OperatorError('needs two dates, such as ["2026-12-01", "2026-12-24"]');
    const [from, to] = [dateArgument(argument[0]), dateArgument(argument[1])];
    if (reversed(argument[0], argument[1])) throw new OperatorError('needs the earlier date first');
    return onDate((day, context) => day >= from(context) && day <= to(context));
  },
};

function comparison(
  how: string,
  aliases: readonly string[],
): Pick<Operator, 'summary' | 'group' | 'aliases' | 'argument'> {
  return { summary: `The date in the text ${how} the given day.`, group: 'date', aliases, argument: z.string() };
}

function against(argument: Json, compare: (day: string, limit: string) => boolean): Test {
  const limit = dateArgument(argument);
  return onDate((day, context) => compare(day, limit(context)));
}

/** ISO dates compare as text. */
function onDate(fits: (day: string, context: TestContext) => boolean): Test {
  return onText((text, context) => {
    const found = findDate(text, context);
    return found !== null && fits(found.date, context) ? match(found.iso) : NO_MATCH;
  });
}

function dateArgument(argument: Json | undefined): DateOf {
  const text = dateText(argument);
  const days = relativeDay(foldText(text));
  if (days !== undefined) return (context) => addDays(wallTime(context.now, context.timezone).date, days);
  const absolute = ISO_DATE.test(text) ? findDate(text, { language: 'en', timezone: 'UTC', now: 0 }) : null;
  if (absolute === null) throw new OperatorError('needs a date such as "2026-12-31", or today, tomorrow or yesterday');
  if (absolute.time === undefined) return () => absolute.date;
  return (context) => findDate(text, context)?.date ?? absolute.date;
}

function dateText(argument: Json | undefined): string {
  return typeof argument === 'string' ? argument.trim() : '';
}

/** Known when the flow loads only for two dates that are written out. */
function reversed(from: Json | undefined, to: Json | undefined): boolean {
  const [first, last] = [dateText(from), dateText(to)];
  return ISO_DATE.test(first) && ISO_DATE.test(last) && first.slice(0, 10) > last.slice(0, 10);
}
