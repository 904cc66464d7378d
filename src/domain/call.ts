import type { Json } from './json.ts';

/** One request owed to an external API, rendered and ready to go. Secrets are still references. */
export interface CallRequest {
  /** The block type that asks, as the webhook log shows it. */
  readonly type: 'webhook' | 'external_web_call' | 'custom_integration';
  readonly method: string;
  /** Absolute http(s) URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for everything: name look-up, connection, headers and body. */
  readonly timeout: number;
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

/** Why a request had no usable response. `refused_address` is the guard against private networks. */
export type CallFailure = 'network' | 'refused_address' | 'bad_request' | 'too_large' | 'tls';

/** The exits a call block can leave by, finest first; each falls back to the next coarser one. */
export type CallExit = 'on_success' | 'on_timeout' | 'on_http_error' | 'on_invalid_output' | 'on_failure';
