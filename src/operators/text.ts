import type { Json } from '../domain/json.ts';
import { NO_MATCH } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { foldCase } from '../domain/fold.ts';
import { scalar } from './schemas.ts';
import { match, negate, onText, textArgument } from './verdicts.ts';

type Compare = (text: string, wanted: string) => boolean;

/** Both trimmed and in small letters, accents kept; an empty argument is an author's mistake (features.md 6.3). */
function comparing(argument: Json, compare: Compare): Test {
  const written = textArgument(argument).trim();
  const wanted = foldCase(written);
  return onText((text) => (compare(foldCase(text.trim()), wanted) ? match(written) : NO_MATCH));
}

const within: Compare = (text, wanted) => text.includes(wanted);
const first: Compare = (text, wanted) => text.startsWith(wanted);
const last: Compare = (text, wanted) => text.endsWith(wanted);

/** Part of the text, inside words too; the match is the text looked for. */
export const contains: Operator = {
  summary: 'The text has another text in it, inside words too. Case does not matter.',
  group: 'text',
  argument: scalar,
  example: '{ contains: refund, next: refunds }',
  prepare: (argument) => comparing(argument, within),
};

/** The opposite of {@link contains}; holds for an unset value. */
export const not_contains: Operator = {
  summary: 'The text does not have another text in it.',
  group: 'text',
  aliases: ['does_not_contain'],
  argument: scalar,
  example: '{ not_contains: "@", next: not_an_address }',
  prepare: (argument) => negate(comparing(argument, within)),
};

/** A prefix by characters, not words: "yes" begins "yesterday" (ilhapush: starts with). */
export const starts_with: Operator = {
  summary: 'The text begins with another text. Case does not matter.',
  group: 'text',
  aliases: ['has_beginning'],
  argument: scalar,
  example: '{ starts_with: "CO-", next: colombia }',
  prepare: (argument) => comparing(argument, first),
};

/** The opposite of {@link starts_with}; holds for an unset value. */
export const not_starts_with: Operator = {
  summary: 'The text does not begin with another text.',
  group: 'text',
  aliases: ['does_not_start_with'],
  argument: scalar,
  example: '{ not_starts_with: "CO-", next: abroad }',
  prepare: (argument) => negate(comparing(argument, first)),
};

/** A suffix by characters. */
export const ends_with: Operator = {
  summary: 'The text ends with another text. Case does not matter.',
  group: 'text',
  argument: scalar,
  example: '{ ends_with: "?", next: answer }',
  prepare: (argument) => comparing(argument, last),
};

/** The opposite of {@link ends_with}; holds for an unset value. */
export const not_ends_with: Operator = {
  summary: 'The text does not end with another text.',
  group: 'text',
  aliases: ['does_not_end_with'],
  argument: scalar,
  example: '{ not_ends_with: "?", next: note }',
  prepare: (argument) => negate(comparing(argument, last)),
};
