import { z } from 'zod';
import { isObject, own } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { error, match } from './verdicts.ts';

const NOT_A_CALL = error('the value is not the result of a call');
const status = z.union([z.number(), z.string()]);

/** Reads a call block's result, or a status that was kept; without an answer there is no status and no match. */
export const status_is: Operator = {
  summary: 'The call was answered with this HTTP status; 2xx stands for 200 to 299.',
  group: 'call',
  aliases: ['statuscode'],
  argument: status,
  example: '{ value: "@lookup", status_is: 2xx, next: found }',
  prepare: (argument) => answeredWith([argument]),
};

/** One of several statuses or classes of them. */
export const status_in: Operator = {
  summary: 'The call was answered with one of these HTTP statuses, such as [200, 4xx].',
  group: 'call',
  argument: z.array(status).min(1),
  example: '{ value: "@lookup", status_in: [200, 404], next: known }',
  prepare(argument) {
    if (!Array.isArray(argument) || argument.length === 0) throw new OperatorError('needs a list such as [200, 4xx]');
    return answeredWith(argument);
  },
};

/** The call's time ran out before a usable answer came. */
export const timed_out: Operator = {
  summary: 'The call did not answer in time.',
  group: 'call',
  example: '{ value: "@lookup", timed_out: true, next: later }',
  prepare: () => fact('timed_out'),
};

/** The call was answered with a 2xx status. */
export const succeeded: Operator = {
  summary: 'The call was answered with a status from 200 to 299.',
  group: 'call',
  aliases: ['http_success'],
  example: '{ value: "@lookup", succeeded: true, next: found }',
  prepare: () => fact('succeeded'),
};

/** A flag of a call's result; a call that has not been made is no match. */
function fact(name: 'timed_out' | 'succeeded'): Test {
  return (value) => {
    if (value === undefined || value === null) return NO_MATCH;
    const flag = own(value, name);
    if (typeof flag !== 'boolean') return NOT_A_CALL;
    return flag ? match(true) : NO_MATCH;
  };
}

function answeredWith(wanted: readonly Json[]): Test {
  const ranges = wanted.map(rangeOf);
  return (value) => {
    const got = statusOf(value);
    if (got === null) return NO_MATCH;
    if (got === undefined) return NOT_A_CALL;
    return ranges.some(([low, high]) => got >= low && got <= high) ? match(got) : NO_MATCH;
  };
}

/** Null when there was no answer, undefined when the value is no result at all. */
function statusOf(value: Json | undefined): number | null | undefined {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return codeOf(value);
  const held = own(value, 'status_code');
  if (held !== undefined && held !== null) return codeOf(held);
  return typeof own(value, 'succeeded') === 'boolean' || held === null ? null : undefined;
}

function codeOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[1-5]\d\d\s*$/.test(value) ? Number(value) : undefined;
}

function rangeOf(wanted: Json): readonly [number, number] {
  const text = typeof wanted === 'number' || typeof wanted === 'string' ? String(wanted).trim().toLowerCase() : '';
  if (/^[1-5]xx$/.test(text)) return [Number(text[0]) * 100, Number(text[0]) * 100 + 99];
  if (/^[1-5]\d\d$/.test(text)) return [Number(text), Number(text)];
  throw new OperatorError('needs an HTTP status such as 404, or a class of them such as 4xx');
}
