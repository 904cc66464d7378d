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
  const headers = Object.fromEntries(
    Object.entries(outcome.headers).map(([name, value]) => [maskName(name, mask), mask(value)]),
  );
  const body = mask(outcome.body);
  if (outcome.json === undefined) return { ...outcome, headers, body };
  if (body === outcome.body && !numbersGiveAway(outcome.json, mask)) return { ...outcome, headers };
  // A secret that stood there as a number leaves a text that is no JSON any more.
  const json = maskJson(parseJson(body) ?? outcome.json, mask);
  // A number may be the secret and be written in another way, such as 1.5e6: then the text is written anew.
  return { ...outcome, headers, body: body === outcome.body ? JSON.stringify(json) : body, json };
}

/** Names that mean something to everybody: none of them is a secret, whatever the secret is. */
const KNOWN_NAMES = new Set(
  `accept-ranges access-control-allow-credentials access-control-allow-headers access-control-allow-methods
  access-control-allow-origin access-control-expose-headers access-control-max-age age allow alt-svc authorization
  cache-control connection content-disposition content-encoding content-language content-length content-location
  content-range content-security-policy content-type cookie date etag expires host idempotency-key keep-alive
  last-modified link location permissions-policy pragma referrer-policy request-id retry-after server server-timing
  set-cookie strict-transport-security trailer transfer-encoding upgrade user-agent vary via warning www-authenticate
  x-content-type-options x-correlation-id x-frame-options x-powered-by x-ratelimit-limit x-ratelimit-remaining
  x-ratelimit-reset x-request-id x-xss-protection`.split(/\s+/),
);

function maskName(name: string, mask: Mask): string {
  return KNOWN_NAMES.has(name.toLowerCase()) ? name : mask(name, 'name');
}

/** One look at all numbers, as most answers have no secret in them. */
function numbersGiveAway(json: Json, mask: Mask): boolean {
  const numbers = numbersIn(json).join(' ');
  return mask(numbers) !== numbers;
}

function numbersIn(value: Json): number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap((item: Json) => numbersIn(item));
  return isObject(value) ? Object.values(value).flatMap((item) => numbersIn(item ?? null)) : [];
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
