import { toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { NO_MATCH } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { hasInk } from '../domain/fold.ts';
import { match, onText } from './verdicts.ts';

const set: Test = (value) => (isEmpty(value) ? NO_MATCH : match(value ?? null));
const empty: Test = (value) => (isEmpty(value) ? match(value ?? null) : NO_MATCH);
const text: Test = onText((written) => (hasInk(written) ? match(written.trim()) : NO_MATCH));

/** Anything but unset, null, blanks and empty lists and objects; 0 and false are set (features.md 6.3). */
export const is_set: Operator = {
  summary: 'The value is there: not unset, null, blank or an empty list. 0 and false are there.',
  group: 'presence',
  aliases: ['is_present', 'is_not_blank'],
  example: '{ is_set: true, next: known }',
  prepare: () => set,
};

/** The exact opposite of {@link is_set}. */
export const is_empty: Operator = {
  summary: 'The value is unset, null, blank or an empty list.',
  group: 'presence',
  aliases: ['is_blank', 'is_not_present'],
  example: '{ is_empty: true, next: ask_again }',
  prepare: () => empty,
};

/** Matches the trimmed text (ilhapush: has some text). */
export const has_text: Operator = {
  summary: 'There is some text that is not blank.',
  group: 'presence',
  aliases: ['has_value'],
  example: '{ has_text: true, category: Answered, next: thanks }',
  prepare: () => text,
};

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'object') return Object.keys(value).length === 0;
  return !hasInk(toText(value));
}
