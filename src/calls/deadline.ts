import type { CallOutcome } from '../domain/call.ts';
import { failed } from './failure.ts';

/** What a part of a call has to know of its end. */
export interface Ending {
  over(): boolean;
  /** Runs `stop` when the call is ended from here, at once if it has been; answers how to take that back. */
  onEnd(stop: () => void): () => void;
}

/** One time limit over all phases of a call. */
export interface Deadline extends Ending {
  /** The result of `work`, or the outcome of the ended call if that comes first: look-ups cannot be stopped themselves. */
  race(work: Promise<CallOutcome>): Promise<CallOutcome>;
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
  const stops = new Set<() => void>();
  let ended: CallOutcome | undefined;
  const end = (outcome: CallOutcome): void => {
    if (ended !== undefined) return;
    ended = outcome;
    for (const stop of stops) stop();
    stops.clear();
  };
  const late = (): void => end({ kind: 'timed_out', reason: `${host} did not answer within ${duration(timeout)}.` });
  const timer = setTimeout(late, Math.min(Math.max(timeout, 1), 2 ** 31 - 1));
  const cancel = (): void => end(CANCELLED);
  if (outer?.aborted === true) cancel();
  outer?.addEventListener('abort', cancel);
  const onEnd = (stop: () => void): (() => void) => {
    if (ended === undefined) stops.add(stop);
    else stop();
    return () => void stops.delete(stop);
  };
  return {
    over: () => ended !== undefined,
    outcome: () => ended,
    onEnd,
    race: async (work) =>
      await new Promise((resolve, reject) => {
        onEnd(() => resolve(ended ?? CANCELLED));
        work.then(resolve, reject);
      }),
    cancel,
    release: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cancel);
    },
  };
}

function duration(timeout: number): string {
  return timeout % 1000 === 0 ? `${timeout / 1000} s` : `${timeout} ms`;
}
