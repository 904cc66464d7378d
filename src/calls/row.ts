import { shownText } from '../domain/call.ts';
import type { CallOutcome, CallRequest } from '../domain/call.ts';
import { cleanText } from '../domain/parse-json.ts';
import { MASK } from './mask.ts';
import type { Mask } from './mask.ts';
import type { PlainRequest } from './prepare.ts';

/** Who a call is made for; all null when somebody tries a request out. */
export interface About {
  readonly contact: string | null;
  readonly channel: string | null;
  readonly flow: string | null;
  readonly block: string | null;
}

/** Headers and body of one direction; `size` is the true number of bytes of the body. */
export type Shown = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly size: number;
};

/** One try of one call, as the webhook log keeps it (ilhapush). No secret is in it. */
export type CallRow = {
  readonly type: string;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  /** `unknown`: the process ended while this try was under way. */
  readonly result: 'answered' | 'timed_out' | 'failed' | 'unknown';
  /** Why there was no usable answer. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly contact: string | null;
  readonly channel: string | null;
  readonly flow: string | null;
  readonly block: string | null;
  readonly integration: string | null;
  readonly action: string | null;
  readonly credential: string | null;
  /** `Idempotency-Key`: the same for all tries of a call. */
  readonly key: string;
  /** This try, from 1, and how many there may be. */
  readonly attempt: number;
  readonly attempts: number;
  readonly duration_ms: number;
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  readonly request: Shown;
  /** Null when nothing usable came back. */
  readonly response: Shown | null;
};

/** Bytes of a body that a row keeps. */
export const MAX_SHOWN = 16 * 1024;
const MAX_URL = 8 * 1024;
/** Bytes that a row keeps of the value of one header, and of all headers of one direction with their names. */
export const MAX_HEADER = 2 * 1024;
export const MAX_HEADERS = 16 * 1024;

/** A try and everything about it, in clear. */
export interface Try {
  readonly sealed: CallRequest;
  /** Undefined when the secrets could not be had. */
  readonly plain: PlainRequest | undefined;
  /** Masked already; `received` is the true size of its body in bytes. */
  readonly outcome: CallOutcome;
  readonly received: number;
  readonly credential: string | undefined;
  readonly about: About;
  readonly key: string;
  readonly attempt: number;
  readonly attempts: number;
  readonly at: number;
  readonly ms: number;
  /** The process that made it ended meanwhile; `outcome` only has the reason. */
  readonly interrupted?: true;
}

/** Makes the row of one try: masked by value, then by the names of headers, then cut. */
export function rowOf(made: Try, mask: Mask): CallRow {
  const { sealed, outcome, about, key, attempt, attempts, at, interrupted = false } = made;
  const answer = outcome.kind === 'answered' ? outcome : undefined;
  return {
    type: sealed.type,
    ...shownRequest(made, mask),
    status: answer?.status ?? null,
    result: interrupted ? 'unknown' : outcome.kind,
    code: outcome.kind === 'failed' && !interrupted ? outcome.code : null,
    reason: outcome.kind === 'answered' ? null : outcome.reason,
    ...about,
    integration: sealed.action?.integration ?? null,
    action: sealed.action?.action ?? null,
    credential: made.credential ?? sealed.action?.credential ?? null,
    key,
    attempt,
    attempts,
    duration_ms: Math.max(Math.round(made.ms), 0),
    at,
    response: answer === undefined ? null : shown(answer.headers, answer.body, made.received),
  };
}

/** The request of a try as people may see it; the key is shown among the headers, as it is sent. */
export function shownRequest(
  { sealed, plain, key }: Pick<Try, 'sealed' | 'plain' | 'key'>,
  mask: Mask,
): Pick<CallRow, 'method' | 'url' | 'request'> {
  const given = plain?.headers ?? mapped(sealed.headers, shownText);
  const named = Object.keys(given).some((name) => name.toLowerCase() === 'idempotency-key');
  const headers = mapped(named ? given : { ...given, 'Idempotency-Key': key }, mask);
  const body = plain === undefined ? shownText(sealed.body ?? '') : (plain.body ?? '');
  return {
    method: sealed.method,
    url: cut(mask(plain?.url ?? shownText(sealed.url)), MAX_URL),
    request: shown(headers, mask(body), Buffer.byteLength(body)),
  };
}

function shown(headers: Readonly<Record<string, string>>, body: string, size: number): Shown {
  const named = Object.entries(headers).map(([name, value]) => [name, maskHeader(name, value)] as const);
  return { headers: cutHeaders(named), body: cut(body, MAX_SHOWN), size };
}

/** What does not fit in any more is cut off: the last value, and the headers after it. */
function cutHeaders(named: readonly (readonly [string, string])[]): Record<string, string> {
  const kept: [string, string][] = [];
  let left = MAX_HEADERS;
  for (const [name, value] of named) {
    left -= Buffer.byteLength(name);
    if (left <= 0) break;
    const shortened = cut(value, Math.min(MAX_HEADER, left));
    left -= Buffer.byteLength(shortened);
    kept.push([name, shortened]);
  }
  return Object.fromEntries(kept);
}

const SECRET_HEADER =
  /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$|(?:token|key|secret|password|signature|credential)s?$/i;

/** Headers whose name says that they let somebody in; the scheme of an authorization stays. */
function maskHeader(name: string, value: string): string {
  if (!SECRET_HEADER.test(name) || name.toLowerCase() === 'idempotency-key' || value === '') return value;
  const scheme = /authorization$/i.test(name)
    ? (/^(?:basic|bearer|token|digest|negotiate) /i.exec(value)?.[0] ?? '')
    : '';
  return scheme + MASK;
}

/** At most so many bytes of a text, such as every store can hold; a character is never cut in two. */
function cut(whole: string, limit: number): string {
  const text = cleanText(whole);
  if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return text;
  return new TextDecoder().decode(Buffer.from(text).subarray(0, limit), { stream: true });
}

function mapped<A, B>(fields: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
}
