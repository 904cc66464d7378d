import { toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Test, TestContext, Verdict } from './operator.ts';
import { hasInk } from '../domain/fold.ts';

type Scalar = string | number | boolean;

const LIST_NOT_TEXT = error('the value is a list, and this needs a text');
const OBJECT_NOT_TEXT = error('the value is an object, and this needs a text');

/** A match with what matched. */
export function match(value: Json): Verdict {
  return { kind: 'match', value };
}

/** A value that cannot be judged; counts as no match and is shown in the trace. */
export function error(reason: string): Verdict {
  return { kind: 'error', reason };
}

/** A match with what matched, or no match for null. */
export function found(value: Json): Verdict {
  return value === null ? NO_MATCH : { kind: 'match', value };
}

/** A test of one value: lists and objects are errors. */
export function onScalar(judge: (value: Scalar | null | undefined, context: TestContext) => Verdict): Test {
  return (value, context) => {
    if (typeof value !== 'object' || value === null) return judge(value, context);
    return Array.isArray(value) ? LIST_NOT_TEXT : OBJECT_NOT_TEXT;
  };
}

/** {@link onScalar} that reads text: unset and null are the empty text, numbers and booleans as written. */
export function onText(judge: (text: string, context: TestContext) => Verdict): Test {
  return onScalar((value, context) => judge(typeof value === 'string' ? value : toText(value), context));
}

/** The opposite of a test; what was tested is the match, and an error stays one. */
export function negate(test: Test): Test {
  return (value, context) => {
    const verdict = test(value, context);
    if (verdict.kind === 'error') return verdict;
    return verdict.kind === 'match' ? NO_MATCH : match(value ?? null);
  };
}

/** An argument that is a text with something in it; a number or boolean counts as written. */
export function textArgument(argument: Json): string {
  const text = scalarText(argument);
  if (text === null) throw new OperatorError('needs a text');
  if (!hasInk(text))
    throw new OperatorError('needs a text that is not empty; to test for nothing write is_empty: true');
  return text;
}

/** An argument that is one text or a list of them, none empty. */
export function textsArgument(argument: Json): string[] {
  const list = Array.isArray(argument) ? argument : [argument];
  if (list.length === 0) throw new OperatorError('needs at least one text, and the list is empty');
  return list.map((item: Json) => textArgument(item));
}

/** Text of a scalar; null for null, lists and objects. */
export function scalarText(value: Json | undefined): string | null {
  return value === undefined || typeof value === 'object' ? null : toText(value);
}
