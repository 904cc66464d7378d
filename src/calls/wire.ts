import type { Dispatcher } from 'undici';
import { MAX_BODY } from './body.ts';
import type { Ending } from './deadline.ts';
import { TooLarge } from './failure.ts';

/** A response as it came in: the body whole, still compressed. */
export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The two ends of the promise that a response is waited for with. */
export interface Receiver {
  readonly resolve: (response: WireResponse) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers one response straight from the HTTP library, without streams between, which cost most of a small call.
 * What is over the limit or too late is cut while it arrives, so an endless body costs one limit of memory.
 */
export function gather(ending: Ending, { resolve, reject }: Receiver): Dispatcher.DispatchHandler {
  const parts: Buffer[] = [];
  let size = 0;
  let head: Omit<WireResponse, 'body'> = { statusCode: 0, headers: {} };
  let forget = (): void => undefined;
  return {
    onRequestStart: (controller) => {
      forget = ending.onEnd(() => controller.abort(new Error('The call is over.')));
    },
    onResponseStart: (_controller, statusCode, headers) => {
      head = { statusCode, headers };
    },
    onResponseData: (controller, chunk) => {
      size += chunk.length;
      if (size <= MAX_BODY) parts.push(chunk);
      else controller.abort(new TooLarge('The answer'));
    },
    onResponseEnd: () => {
      forget();
      resolve({ body: Buffer.concat(parts), ...head });
    },
    /** The answer to CONNECT is its head. What would follow is a tunnel, which nobody here has a use for. */
    onRequestUpgrade: (_controller, statusCode, headers, socket) => {
      forget();
      socket.on('error', () => undefined).destroy();
      resolve({ statusCode, headers, body: Buffer.alloc(0) });
    },
    onResponseError: (_controller, error) => {
      forget();
      reject(error);
    },
  };
}
