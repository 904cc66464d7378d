import type { CallFailure, CallOutcome } from '../domain/call.ts';

/** A request that ended without a usable response; `reason` is one sentence without header values or secrets. */
export function failed(code: CallFailure, reason: string): CallOutcome {
  return { kind: 'failed', code, reason };
}

/** A response over one of the limits; `what` begins the sentence that says so. */
export class TooLarge extends Error {
  constructor(what: string) {
    super(`${what} is larger than this server takes.`);
    this.name = 'TooLarge';
  }
}

/** A response this server cannot read although it arrived. The message is the sentence shown. */
export class Unreadable extends Error {}

const TLS = /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$|INVALID_CA$|HOSTNAME_MISMATCH$)/;

const SENTENCES: readonly (readonly [RegExp, CallFailure, string])[] = [
  [/^UND_ERR_HEADERS_OVERFLOW$|^HPE_HEADER_OVERFLOW$/, 'too_large', 'sent more headers than this server takes'],
  [/^UND_ERR_INVALID_ARG$|^UND_ERR_NOT_SUPPORTED$|^UND_ERR_REQ_/, 'bad_request', 'cannot be sent such a request'],
  [TLS, 'tls', 'has no working TLS connection'],
  [/^ENOTFOUND$|^ENODATA$/, 'network', 'cannot be found: no such name'],
  [/^EAI_|^ETIMEOUT$|^ESERVFAIL$/, 'network', 'cannot be found: the name service does not answer'],
  [/^ECONNREFUSED$/, 'network', 'refused the connection'],
  [/^ECONNRESET$|^EPIPE$|^UND_ERR_SOCKET$/, 'network', 'broke the connection before the answer was complete'],
  [/^ETIMEDOUT$|^EHOSTUNREACH$|^ENETUNREACH$|^EADDRNOTAVAIL$/, 'network', 'cannot be reached'],
  [/^UND_ERR_RES_CONTENT_LENGTH/, 'network', 'sent less than it had announced'],
  [/^HPE_/, 'network', 'sent something that is not HTTP'],
];

/** An error of the network, of TLS or of the HTTP library as an outcome. Never repeats the error's own text. */
export function failureOf(error: unknown, host: string): CallOutcome {
  if (error instanceof TooLarge) return failed('too_large', error.message);
  if (error instanceof Unreadable) return failed('network', error.message);
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return { kind: 'timed_out', reason: `${host} did not accept a connection in time.` };
  }
  const [, kind, text] = SENTENCES.find(([pattern]) => pattern.test(code)) ?? [/./, 'network', 'could not be called'];
  return failed(kind, `${host} ${text} (${code}).`);
}

/** The code of whatever was thrown; libraries wrap the cause, and several tried addresses make one error of many. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error.cause !== undefined) return codeOf(error.cause);
  return error instanceof AggregateError && error.errors.length > 0 ? codeOf(error.errors[0]) : error.name;
}
