import type { BodyEncoding } from './encoding.ts';
import type { Json } from './json.ts';

/** Text in which secrets stand as references: they are put in when the request leaves, and nowhere before. */
export type Sealed = string | readonly (string | SecretRef)[];

/** `secret.<name>` of the server's secrets, or `auth.<identifier>` of the credential that the request goes with. */
export interface SecretRef {
  readonly secret: string;
}

/** One request owed to an external API, rendered and ready to go but for its secrets. */
export interface CallRequest {
  /** The block type that asks, as the webhook log shows it. */
  readonly type: 'webhook' | 'external_web_call' | 'custom_integration';
  readonly method: string;
  /** Absolute http(s) URL. A secret in it is percent-encoded. */
  readonly url: Sealed;
  readonly headers: Readonly<Record<string, Sealed>>;
  /** HTTP Basic authentication, encoded when the request leaves. */
  readonly auth?: { readonly username: Sealed; readonly password: Sealed };
  readonly body?: Sealed;
  /** How the body is encoded, and so a secret in it; where it is not said, the `Content-Type` among the headers tells. */
  readonly encoding?: BodyEncoding;
  /** Milliseconds for everything: name look-up, connection, headers and body. Each try has as much. */
  readonly timeout: number;
  readonly retry?: Retry;
  readonly hold?: Hold;
  /** The integration's action that is called, and the credential `@auth` is read from. */
  readonly action?: { readonly integration: string; readonly action: string; readonly credential?: string };
}

/** When a request that failed is made again. */
export interface Retry {
  /** Tries in all. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubles from try to try. `Retry-After` is honoured beside it. */
  readonly backoff: number;
  readonly on: readonly RetryOn[];
}

/** What may be tried again: no answer in time, no connection, too many requests, a fault of the server. */
export const RETRY_ON = ['timeout', 'network', '429', '5xx'] as const;
export type RetryOn = (typeof RETRY_ON)[number];

/** What the contact hears while a call takes long (SmartFlows' hold music). */
export interface Hold {
  readonly message?: string;
  /** Milliseconds from one message to the next. */
  readonly every: number;
  readonly typing: boolean;
}

/** A one-time code owed to a phone. The code itself is written nowhere: it is derived from `nonce` and the server's key. */
export interface CodeRequest {
  readonly type: 'phone_code';
  /** Ways to send it, tried in this order. */
  readonly via: readonly CodeWay[];
  /** E.164. */
  readonly to: string;
  readonly nonce: string;
  /** Digits of the code. */
  readonly length: number;
  /** BCP 47 tag of the text around the code. */
  readonly language: string;
  readonly timeout: number;
}

export const CODE_WAYS = ['whatsapp', 'sms'] as const;
export type CodeWay = (typeof CODE_WAYS)[number];

/** Everything a session may wait for as a call. */
export type OwedRequest = CallRequest | CodeRequest;

/** Sealed text as people may see it: secrets stand in it by their names. */
export function shownText(sealed: Sealed): string {
  if (typeof sealed === 'string') return sealed;
  return sealed.map((part) => (typeof part === 'string' ? part : `@${part.secret}`)).join('');
}

/** A request in a few words, for traces and tests: what is asked of whom. */
export function shownRequest(request: OwedRequest): { readonly method: string; readonly url: string } {
  if (request.type === 'phone_code') return { method: 'SEND', url: `${request.via.join('|')}:${request.to}` };
  return { method: request.method, url: shownText(request.url) };
}

/** How a request ended. Anything but `answered` never had a usable response. */
export type CallOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** The body as JSON, when it is JSON; absent otherwise. */
      readonly json?: Json;
    }
  | { readonly kind: 'timed_out'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: CallFailure; readonly reason: string };

/**
 * Why a request had no usable response. `refused_address` is the guard against private networks, `no_secret` a
 * credential or secret that is missing or cannot be read, `busy` a host that gets no more requests for now.
 */
export type CallFailure = 'network' | 'refused_address' | 'bad_request' | 'too_large' | 'tls' | 'no_secret' | 'busy';

/** The exits a call block can leave by, finest first; each falls back to the next coarser one. */
export type CallExit = 'on_success' | 'on_timeout' | 'on_http_error' | 'on_invalid_output' | 'on_failure';
