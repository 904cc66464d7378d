import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, TestContext } from './operator.ts';
import { weekdayOf, weekdayOfDate } from './read/calendar.ts';
import { findDate } from './read/date.ts';
import { foldText, splitWords } from '../domain/fold.ts';
import { findTime, parseTime } from './read/time.ts';
import { names, pairOf } from './schemas.ts';
import { found, match, onText, textsArgument } from './verdicts.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** The first time of day: "10:30", "10 PM", "22h30"; a date-time with offset gives its time in the flow's zone. */
export const has_time: Operator = {
  summary: 'There is a time of day in the text.',
  group: 'date',
  example: '{ has_time: true, category: Time, next: book }',
  prepare: () => onText((text, context) => found(timeIn(text, context))),
};

/** From one time to another, both included; over midnight when the first is the later one. */
export const time_between: Operator = {
  summary: 'The time of day in the text lies between two, both included; ["22:00", "06:00"] is the night.',
  group: 'date',
  argument: pairOf(z.string()),
  example: '{ time_between: ["09:00", "18:00"], next: open }',
  prepare(argument) {
    if (!Array.isArray(argument) || argument.length !== 2)
      throw new OperatorError('needs two times, such as ["09:00", "18:00"]');
    const [from, to] = [timeArgument(argument[0]), timeArgument(argument[1])];
    const inside =
      from <= to ? (time: string) => time >= from && time <= to : (time: string) => time >= from || time <= to;
    return onText((text, context) => {
      const time = timeIn(text, context);
      return time !== null && inside(withSeconds(time)) ? match(time) : NO_MATCH;
    });
  },
};

/** The day of the week of the date in the text, or the one it names ("on Friday"); the match is the English name. */
export const weekday_in: Operator = {
  summary: 'The date in the text, or the day it names, is one of these days of the week.',
  group: 'date',
  argument: names,
  example: '{ weekday_in: [saturday, sunday], next: closed }',
  prepare(argument) {
    const wanted = new Set(textsArgument(argument).map(weekdayArgument));
    return onText((text, context) => {
      const day = weekdayIn(text, context);
      return day !== undefined && wanted.has(day) ? match(DAYS[day - 1] ?? null) : NO_MATCH;
    });
  },
};

function timeIn(text: string, context: TestContext): string | null {
  return findDate(text, context)?.time ?? findTime(text);
}

function weekdayIn(text: string, context: TestContext): number | undefined {
  const date = findDate(text, context)?.date;
  if (date !== undefined) return weekdayOfDate(date);
  for (const { folded } of splitWords(text)) {
    const day = weekdayOf(folded, context.language);
    if (day !== undefined) return day;
  }
  return undefined;
}

function withSeconds(time: string): string {
  return time.length === 5 ? `${time}:00` : time;
}

function timeArgument(argument: Json | undefined): string {
  const time = typeof argument === 'string' ? parseTime(argument) : null;
  if (time === null) throw new OperatorError('needs a time such as "09:00"');
  return withSeconds(time);
}

/** Names in full in English, Spanish and Portuguese, or three letters in English. */
function weekdayArgument(name: string): number {
  const folded = foldText(name.trim()).replace(/-feira$/, '');
  const day = weekdayOf(folded, 'en') ?? DAYS.findIndex((one) => folded.length === 3 && one.startsWith(folded)) + 1;
  if (day === 0) throw new OperatorError(`"${name}" is not a day of the week; write monday or mon`);
  return day;
}
