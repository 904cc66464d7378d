import { NO_MATCH } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { sameKey } from './sameness.ts';
import { scalar, scalars } from './schemas.ts';
import { match, negate, onScalar, onText, textArgument, textsArgument } from './verdicts.ts';

/** The value equals the argument, trimmed, whatever the case, numbers by value (Truora: "is equal to"). */
export const equals: Operator = {
  summary: 'The value equals a text or number. Case and surrounding blanks do not matter, and "200" equals 200.',
  group: 'equality',
  aliases: ['equal_to', 'is_equal_to', 'EQUAL'],
  argument: scalar,
  example: '{ equals: shipped, next: tell_where }',
  prepare: (argument) => sameAsOne([textArgument(argument)]),
};

/** The opposite of {@link equals}; an unset value is unequal to everything. */
export const not_equals: Operator = {
  summary: 'The value does not equal a text or number.',
  group: 'equality',
  aliases: ['not_equal_to', 'is_not_equal_to'],
  argument: scalar,
  example: '{ not_equals: shipped, next: wait }',
  prepare: (argument) => negate(sameAsOne([textArgument(argument)])),
};

/** Byte for byte (ilhapush: has only text): no trimming, no folding. */
export const equals_exactly: Operator = {
  summary: 'The value equals a text byte for byte: case, accents and blanks matter.',
  group: 'equality',
  aliases: ['has_only_text'],
  argument: scalar,
  example: '{ equals_exactly: "AbC-1", next: unlocked }',
  prepare(argument) {
    const wanted = typeof argument === 'string' && argument !== '' ? argument : textArgument(argument);
    return onText((text) => (text === wanted ? match(text) : NO_MATCH));
  },
};

const isIn: Operator = {
  summary: 'The value equals one of a list.',
  group: 'equality',
  aliases: ['matches_any_of'],
  argument: scalars,
  example: '{ in: [CO, MX, PE], next: americas }',
  prepare: (argument) => sameAsOne(textsArgument(argument)),
};

/** The opposite of `in`. */
export const not_in: Operator = {
  summary: 'The value equals none of a list.',
  group: 'equality',
  aliases: ['does_not_match_any_of'],
  argument: scalars,
  example: '{ not_in: [CO, MX, PE], next: elsewhere }',
  prepare: (argument) => negate(sameAsOne(textsArgument(argument))),
};

export { isIn as in };

function sameAsOne(wanted: readonly string[]): Test {
  const keys = new Set(wanted.map(sameKey));
  return onScalar((value) =>
    keys.has(sameKey(value)) ? match(typeof value === 'string' ? value.trim() : (value ?? null)) : NO_MATCH,
  );
}
