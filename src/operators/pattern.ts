import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { INPUT_LIMIT, PatternError, compilePattern } from './read/pattern.ts';
import type { Pattern } from './read/pattern.ts';
import { error, negate, onText, textArgument } from './verdicts.ts';

const TOO_LONG = error(`the value has more than ${INPUT_LIMIT} characters, too many for a pattern`);

/** A regular expression anywhere in the text; `extra` has the groups by number and name (ilhapush: matches regex). */
export const matches: Operator = {
  summary: 'A regular expression (RE2 syntax) fits somewhere in the text. Case does not matter.',
  group: 'pattern',
  aliases: ['has_pattern', 'regex', 'matches_regex', 'MATCHES_REGEX'],
  argument: z.string(),
  example: `{ matches: '^[A-Z]{2}-(?P<number>\\d{4})$', next: order }`,
  prepare: (argument) => fitting(compiled(argument)),
};

/** The opposite of {@link matches}; holds for an unset value, and a bad pattern is refused all the same. */
export const not_matches: Operator = {
  summary: 'A regular expression (RE2 syntax) fits nowhere in the text.',
  group: 'pattern',
  aliases: ['does_not_match_regex', 'not_matches_regex'],
  argument: z.string(),
  example: `{ not_matches: '^\\d{8,10}$', next: ask_again }`,
  prepare: (argument) => negate(fitting(compiled(argument))),
};

function compiled(argument: Json): Pattern {
  if (typeof argument !== 'string') throw new OperatorError('needs a pattern in quotes');
  try {
    return compilePattern(textArgument(argument) === '' ? '' : argument);
  } catch (problem) {
    if (problem instanceof PatternError) throw new OperatorError(problem.message, { cause: problem });
    throw problem;
  }
}

function fitting(pattern: Pattern): Test {
  return onText((text) => {
    if (text.length > INPUT_LIMIT) return TOO_LONG;
    const hit = pattern.find(text);
    return hit === null ? NO_MATCH : { kind: 'match', value: hit.text, extra: hit.groups };
  });
}
