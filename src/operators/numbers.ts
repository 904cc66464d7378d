import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { findNumbers } from './read/number.ts';
import { numeral, pairOf } from './schemas.ts';
import { match, onText } from './verdicts.ts';

/** The first number in the text, whatever its digits and separators; what Intl says of the language decides. */
export const has_number: Operator = {
  summary: 'There is a number in the text.',
  group: 'number',
  example: '{ has_number: true, category: Amount, next: pay }',
  prepare: () => anyNumber(() => true),
};

/** Some number in the text equals the argument. */
export const number_eq: Operator = {
  ...comparison('equals', ['has_number_eq']),
  example: '{ number_eq: 3, next: third }',
  prepare: (argument) => against(argument, (n, limit) => n === limit),
};

/** Some number in the text differs from the argument; a text without numbers is no match. */
export const number_ne: Operator = {
  ...comparison('differs from', ['has_number_ne']),
  example: '{ number_ne: 0, next: some }',
  prepare: (argument) => against(argument, (n, limit) => n !== limit),
};

/** Some number in the text is below the argument. */
export const number_lt: Operator = {
  ...comparison('is below', ['has_number_lt', 'less_than', 'is_less_than']),
  example: '{ number_lt: 18, next: too_young }',
  prepare: (argument) => against(argument, (n, limit) => n < limit),
};

/** Some number in the text is at or below the argument. */
export const number_lte: Operator = {
  ...comparison('is at or below', ['has_number_lte', 'less_or_equal_to']),
  example: '{ number_lte: 17, next: too_young }',
  prepare: (argument) => against(argument, (n, limit) => n <= limit),
};

/** Some number in the text is above the argument. Strictly: some peers' "greater" means at or above. */
export const number_gt: Operator = {
  ...comparison('is above', ['has_number_gt', 'greater_than', 'is_greater_than', 'GREATER']),
  example: '{ number_gt: 100, next: big_order }',
  prepare: (argument) => against(argument, (n, limit) => n > limit),
};

/** Some number in the text is at or above the argument. */
export const number_gte: Operator = {
  ...comparison('is at or above', ['has_number_gte', 'greater_or_equal_to']),
  example: '{ number_gte: 18, next: welcome }',
  prepare: (argument) => against(argument, (n, limit) => n >= limit),
};

/** Some number in the text lies between two, both included (ilhapush: has a number between). */
export const number_between: Operator = {
  summary: 'A number in the text lies between two, both included.',
  group: 'number',
  aliases: ['has_number_between'],
  argument: pairOf(numeral),
  example: '{ number_between: [1, 10], category: Score, next: thanks }',
  prepare(argument) {
    if (!Array.isArray(argument) || argument.length !== 2)
      throw new OperatorError('needs two numbers, such as [1, 10]');
    const [low, high] = [limitOf(argument[0]), limitOf(argument[1])];
    if (low > high) throw new OperatorError(`needs the smaller number first; ${low} is above ${high}`);
    return anyNumber((n) => n >= low && n <= high);
  },
};

function comparison(
  how: string,
  aliases: readonly string[],
): Pick<Operator, 'summary' | 'group' | 'aliases' | 'argument'> {
  return { summary: `A number in the text ${how} the given one.`, group: 'number', aliases, argument: numeral };
}

function against(argument: Json, compare: (n: number, limit: number) => boolean): Test {
  const limit = limitOf(argument);
  return anyNumber((n) => compare(n, limit));
}

/** Numbers only: never the length of a text or list (Typebot's fall-back, which we do not copy). */
function anyNumber(fits: (n: number) => boolean): Test {
  const inText = onText((text, context) => {
    const hit = findNumbers(text, context.language).find(fits);
    return hit === undefined ? NO_MATCH : match(hit);
  });
  return (value, context) => {
    if (typeof value !== 'number') return inText(value, context);
    return fits(value) ? match(value) : NO_MATCH;
  };
}

/** The author's number, always with a decimal point: what the contact's language writes does not matter here. */
function limitOf(argument: Json | undefined): number {
  if (typeof argument === 'number' && Number.isFinite(argument)) return argument;
  if (
    typeof argument === 'string' &&
    /^\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*$/.test(argument) &&
    Number.isFinite(Number(argument))
  )
    return Number(argument);
  throw new OperatorError(`needs a number; ${JSON.stringify(argument ?? null).slice(0, 60)} is none`);
}
