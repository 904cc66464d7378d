import type { CallOutcome } from '../domain/call.ts';
import { isObject } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { parseJson } from '../domain/parse-json.ts';
import { UNMASKED } from './mask.ts';
import type { Mask } from './mask.ts';

/**
 * An outcome that gives no secret away. APIs echo what they were sent (TRACE does nothing else), and an answer is
 * kept in variables, shown in traces and said to contacts.
 */
export function maskOutcome(outcome: CallOutcome, mask: Mask): CallOutcome {
  if (mask === UNMASKED) return outcome;
  if (outcome.kind !== 'answered') {
    const reason = mask(outcome.reason);
    return reason === outcome.reason ? outcome : { ...outcome, reason };
  }
  const headers = Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [mask(name), mask(value)]));
  const body = mask(outcome.body);
  if (body === outcome.body || outcome.json === undefined) return { ...outcome, headers, body };
  // A secret that stood there as a number leaves a text that is no JSON any more.
  return { ...outcome, headers, body, json: parseJson(body) ?? maskJson(outcome.json, mask) };
}

function maskJson(value: Json, mask: Mask): Json {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item: Json) => maskJson(item, mask));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [mask(key), maskJson(item ?? null, mask)]));
  }
  const text = JSON.stringify(value);
  return mask(text) === text ? value : mask(text);
}
