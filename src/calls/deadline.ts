import type { CallOutcome } from '../domain/call.ts';
import { failed } from './failure.ts';

/** One time limit over all phases of a call. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The outcome of a call that was ended from here, or undefined while it runs. */
  outcome(): CallOutcome | undefined;
  /** Ends the call because nobody waits for it any more. */
  cancel(): void;
  /** Stops the clock. */
  release(): void;
}

/** The outcome of a call that was given up from outside. */
export const CANCELLED: CallOutcome = failed('network', 'The request was cancelled before it was answered.');

/** Starts the clock for one call: `timeout` in milliseconds; `outer` cancels it. */
export function startDeadline(timeout: number, host: string, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let ended: CallOutcome | undefined;
  const end = (outcome: CallOutcome): void => {
    ended ??= outcome;
    controller.abort();
  };
  const late: CallOutcome = { kind: 'timed_out', reason: `${host} did not answer within ${duration(timeout)}.` };
  const timer = setTimeout(() => end(late), Math.min(Math.max(timeout, 1), 2 ** 31 - 1));
  const cancel = (): void => end(CANCELLED);
  if (outer?.aborted === true) cancel();
  outer?.addEventListener('abort', cancel);
  return {
    signal: controller.signal,
    outcome: () => ended,
    cancel,
    release: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cancel);
    },
  };
}

/** The result of `work`, or a rejection as soon as the signal says stop: name look-ups cannot be stopped themselves. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const forget = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new Error('aborted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { signal: forget.signal });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    forget.abort();
  }
}

function duration(timeout: number): string {
  return timeout % 1000 === 0 ? `${timeout / 1000} s` : `${timeout} ms`;
}
