interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Words for numbers from `least` on. */
  readonly words?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: MONTHS },
  { name: 'day of the week', least: 0, most: 7, words: DAYS },
];

/** Days that months have at most, leap years included. */
const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * What is wrong with a schedule, in words; null when it is right. Stricter than most readers of cron: five fields of
 * `*`, numbers, month and day names, ranges, steps and lists, and a day that comes at all.
 */
export function cronProblem(cron: string): string | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS.length)
    return `a schedule has five fields (minute, hour, day of the month, month, day of the week); this has ${fields.length}`;
  const values: number[][] = [];
  for (const [i, field] of FIELDS.entries()) {
    const read = valuesOf(fields[i] ?? '', field);
    if (typeof read === 'string') return read;
    values.push(read);
  }
  const [, , days = [], months = []] = values;
  const comes = months.some((month) => days.some((day) => day <= (LENGTHS[month - 1] ?? 0)));
  return comes ? null : 'there is no such day in any of these months, so it would never come';
}

/** The numbers that a field stands for, or what is wrong with it. */
function valuesOf(text: string, field: Field): number[] | string {
  const values: number[] = [];
  for (const part of text.split(',')) {
    const read = rangeOf(part, field);
    if (read === null)
      return `"${part}" is no ${field.name}: write *, a number from ${field.least} to ${field.most}, a range, or a step such as */2`;
    for (let value = read.from; value <= read.to; value += read.step) values.push(value);
  }
  return values;
}

function rangeOf(part: string, field: Field): { from: number; to: number; step: number } | null {
  const [range = '', stepText, ...rest] = part.split('/');
  const step = stepText === undefined ? 1 : whole(stepText);
  if (rest.length > 0 || step === null || step < 1 || step > field.most) return null;
  if (range === '*') return { from: field.least, to: field.most, step };
  const [from, to, ...more] = range.split('-').map((text) => numberOf(text, field));
  if (from === undefined || from === null || to === null || more.length > 0) return null;
  if (to === undefined) return stepText === undefined ? { from, to: from, step } : null;
  return from <= to ? { from, to, step } : null;
}

function numberOf(text: string, { least, most, words }: Field): number | null {
  const word = words?.indexOf(text.toLowerCase()) ?? -1;
  const value = word >= 0 ? word + least : whole(text);
  return value !== null && value >= least && value <= most ? value : null;
}

function whole(text: string): number | null {
  return /^\d{1,2}$/.test(text) ? Number(text) : null;
}
