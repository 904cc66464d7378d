import { foldText } from '../../domain/fold.ts';

const EVERYWHERE = ['en', 'es', 'pt'];
const KEPT = 200;

/** Days from today that a word stands for, folded: en, es, pt, fr, de, it. */
const RELATIVE: ReadonlyMap<string, number> = new Map([
  ...['today', 'hoy', 'hoje', "aujourd'hui", 'heute', 'oggi'].map((word) => [word, 0] as const),
  ...['tomorrow', 'manana', 'amanha', 'demain', 'morgen', 'domani'].map((word) => [word, 1] as const),
  ...['yesterday', 'ayer', 'ontem', 'hier', 'gestern', 'ieri'].map((word) => [word, -1] as const),
]);

interface Names {
  readonly months: ReadonlyMap<string, number>;
  readonly weekdays: ReadonlyMap<string, number>;
}

const known = new Map<string, Names>();

/** 1-12 for a folded month name: in full in en, es, pt and the language, abbreviated in the language alone ("out" is October in Portuguese only). */
export function monthOf(word: string, language: string): number | undefined {
  return namesOf(language).months.get(word);
}

/** 1 (Monday) to 7 for a folded name of a day in full, in en, es, pt and the language. No abbreviations: "sat" is also a verb. */
export function weekdayOf(word: string, language: string): number | undefined {
  return namesOf(language).weekdays.get(word);
}

/** How many days from today a folded word such as "tomorrow", "hoy" or "ontem" is. */
export function relativeDay(word: string): number | undefined {
  return RELATIVE.get(word);
}

/** `2024-05-03`, or null for a day that no calendar has, such as 30 February. Years 1000 to 9999. */
export function isoDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1000 || year > 9999 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10);
}

/** The date some days after another. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** 1 (Monday) to 7 of an ISO date. */
export function weekdayOfDate(date: string): number {
  return new Date(date.slice(0, 10)).getUTCDay() || 7;
}

function namesOf(language: string): Names {
  const kept = known.get(language);
  if (kept !== undefined) return kept;
  const made = readNames(language);
  if (known.size >= KEPT) known.clear();
  known.set(language, made);
  return made;
}

function readNames(language: string): Names {
  const names = { months: new Map<string, number>(), weekdays: new Map<string, number>() };
  for (const tag of EVERYWHERE) addNames(names, tag, 'long');
  addNames(names, language, 'short');
  addNames(names, language, 'long');
  return names;
}

function addNames(
  names: { months: Map<string, number>; weekdays: Map<string, number> },
  tag: string,
  style: 'short' | 'long',
): void {
  const month = namer(tag, { month: style, day: 'numeric' }, 'month');
  const weekday = namer(tag, { weekday: style }, 'weekday');
  for (let i = 1; i <= 12; i += 1) names.months.set(month(Date.UTC(2024, i - 1, 1)), i);
  if (style === 'short') return;
  // The first of January 2024 was a Monday. Portuguese says "segunda-feira", and in a chat "segunda".
  for (let i = 1; i <= 7; i += 1) names.weekdays.set(weekday(Date.UTC(2024, 0, i)).replace(/-feira$/, ''), i);
}

function namer(tag: string, options: Intl.DateTimeFormatOptions, type: string): (ms: number) => string {
  const format = formatOf(tag, { ...options, timeZone: 'UTC', calendar: 'gregory' });
  return (ms) => foldText(format.formatToParts(ms).find((part) => part.type === type)?.value ?? '').replace(/\.$/, '');
}

function formatOf(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(tag.replaceAll('_', '-'), options);
  } catch {
    return new Intl.DateTimeFormat('en', options);
  }
}
