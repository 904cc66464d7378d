import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { CallOutcome } from '../domain/call.ts';
import { bytesOf } from './encode.ts';
import { failed } from './failure.ts';

/** A request in clear: secrets stand in it as themselves, so it lives only as long as one call. */
export interface PlainRequest {
  readonly method: string;
  /** Absolute http(s) URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for everything: the wait for a free place, name look-up, connection, headers and body. */
  readonly timeout: number;
}

/** A request with the headers that go on the wire. */
export interface Prepared {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/**
 * Set by the connection itself. An author's `Host` would reach another server than the one the guard
 * judged, and the others change where a message ends, so they are left out.
 */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Methods whose requests carry no body: servers ignore one, or take it for the next request. */
const NO_BODY = new Set(['GET', 'HEAD', 'TRACE', 'CONNECT']);

/** Bytes of all headers together; few servers take as much. */
const MAX_HEADERS = 64 * 1024;

/** A request as it goes out: our headers added where the author has none. Refuses what HTTP cannot carry. */
export function prepare(request: PlainRequest, key: string, version: string): Prepared | CallOutcome {
  const method = request.method.toUpperCase();
  if (!/^[!#$%&'*+.^_`|~0-9A-Z-]+$/.test(method)) return failed('bad_request', 'The method is not an HTTP method.');
  const headers = headersOf(request, key, version);
  const fault = Object.entries(headers)
    .map(([name, value]) => faultOf(name, value))
    .find((one) => one !== undefined);
  if (fault !== undefined) return failed('bad_request', fault);
  const size = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (size > MAX_HEADERS) return failed('bad_request', tooMuch(size));
  return { method, headers, body: NO_BODY.has(method) ? null : (request.body?.toWellFormed() ?? null) };
}

function headersOf(request: PlainRequest, key: string, version: string): Record<string, string> {
  const given = Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  const ours = Object.entries({
    'User-Agent': `Parley/${version}`,
    Accept: '*/*',
    'Accept-Encoding': 'gzip, deflate, br',
    'Idempotency-Key': key,
  }).filter(([name]) => !names.has(name.toLowerCase()));
  // UTF-8, one character for each byte, as curl and most servers have it: HTTP has no way to write others.
  return Object.fromEntries([...given, ...ours].map(([name, value]) => [name, bytesOf(value)]));
}

function tooMuch(size: number): string {
  return `The headers of the request have ${Math.ceil(size / 1024)} KB together, and 64 KB is the most that is sent; put long values into the body.`;
}

/** What is wrong with a header, without its value. */
function faultOf(name: string, value: string): string | undefined {
  if (throws(() => validateHeaderName(name))) return 'A header has a name that HTTP does not allow.';
  if (!throws(() => validateHeaderValue(name, value))) return undefined;
  return `The header ${name} holds a character that HTTP does not allow in headers.`;
}

function throws(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}
