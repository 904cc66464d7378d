import { isObject, own } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, Test, Verdict } from './operator.ts';
import { sameKey } from './sameness.ts';
import { numeral, scalar, scalars } from './schemas.ts';
import { error, match, scalarText, textArgument, textsArgument } from './verdicts.ts';

const NOT_LIST = error('the value is not a list');
const NOT_OBJECT = error('the value is not an object');

/** Items compare as in `equals`; anything but a list is an error, an unset value is no match (features.md 6.3). */
export const includes: Operator = {
  summary: 'The list has an item that equals the given one.',
  group: 'list',
  argument: scalar,
  example: '{ value: "@tags", includes: vip, next: lounge }',
  prepare: (argument) => someOf([textArgument(argument)], (items) => items[0] ?? null),
};

/** At least one; the match is the list's items that were asked for. */
export const includes_any: Operator = {
  summary: 'The list has at least one of the given items.',
  group: 'list',
  argument: scalars,
  example: '{ value: "@tags", includes_any: [vip, staff], next: lounge }',
  prepare: (argument) => someOf(textsArgument(argument), (items) => items),
};

/** Every one, in any order; the match is the list's items that were asked for. */
export const includes_all: Operator = {
  summary: 'The list has all of the given items.',
  group: 'list',
  argument: scalars,
  example: '{ value: "@tags", includes_all: [vip, adult], next: bar }',
  prepare(argument) {
    const wanted = new Set(textsArgument(argument).map(sameKey));
    return onList((list) => {
      const items = itemsIn(list, wanted);
      return new Set(items.map(sameKey)).size === wanted.size ? match(items) : NO_MATCH;
    });
  },
};

/** The number of items; the match is that number. */
export const length_eq: Operator = {
  summary: 'The list has exactly so many items.',
  group: 'list',
  argument: numeral,
  example: '{ value: "@orders", length_eq: 1, next: the_order }',
  prepare: (argument) => lengthTest(argument, (length, limit) => length === limit),
};

/** Fewer items. */
export const length_lt: Operator = {
  summary: 'The list has fewer items.',
  group: 'list',
  argument: numeral,
  example: '{ value: "@orders", length_lt: 4, next: buttons }',
  prepare: (argument) => lengthTest(argument, (length, limit) => length < limit),
};

/** More items. */
export const length_gt: Operator = {
  summary: 'The list has more items.',
  group: 'list',
  argument: numeral,
  example: '{ value: "@orders", length_gt: 3, next: list_them }',
  prepare: (argument) => lengthTest(argument, (length, limit) => length > limit),
};

/** A key of the object itself, null included; the match is what is under it. */
export const has_key: Operator = {
  summary: 'The object has this key.',
  group: 'list',
  argument: scalar,
  example: '{ value: "@order", has_key: tracking, next: track }',
  prepare(argument) {
    const key = textArgument(argument);
    return (value) => {
      if (value === undefined || value === null) return NO_MATCH;
      return isObject(value) ? keyOf(value, key) : NOT_OBJECT;
    };
  },
};

function keyOf(value: JsonObject, key: string): Verdict {
  const held = own(value, key);
  return held === undefined ? NO_MATCH : match(held);
}

function someOf(wanted: readonly string[], answer: (items: readonly Json[]) => Json): Test {
  const keys = new Set(wanted.map(sameKey));
  return onList((list) => {
    const items = itemsIn(list, keys);
    return items.length === 0 ? NO_MATCH : match(answer(items));
  });
}

function itemsIn(list: readonly Json[], keys: ReadonlySet<string>): Json[] {
  return list.filter((item) => scalarText(item) !== null && keys.has(sameKey(item)));
}

function onList(judge: (list: readonly Json[]) => Verdict): Test {
  return (value) => {
    if (value === undefined || value === null) return NO_MATCH;
    return Array.isArray(value) ? judge(value) : NOT_LIST;
  };
}

function lengthTest(argument: Json, compare: (length: number, limit: number) => boolean): Test {
  const text = scalarText(argument)?.trim() ?? '';
  if (!/^\d{1,9}$/.test(text)) throw new OperatorError('needs a whole number that is not negative');
  const limit = Number(text);
  return onList((list) => (compare(list.length, limit) ? match(list.length) : NO_MATCH));
}
