import type { CallOutcome, Retry, RetryOn } from './call.ts';

/** Longest wait between two tries, whatever a server asks for. Milliseconds. */
export const MAX_WAIT = 60_000;
const MAX_ATTEMPTS = 10;

/** Tries in all. */
export function attemptsOf(retry: Retry | undefined): number {
  return Math.min(Math.max(Math.trunc(retry?.attempts ?? 1), 1), MAX_ATTEMPTS);
}

/** True when an outcome is one of those that the author wants tried again. */
export function retryable(outcome: CallOutcome, retry: Retry | undefined): boolean {
  const reason = reasonOf(outcome);
  return reason !== undefined && retry?.on.includes(reason) === true;
}

/** A host that gets no more requests for now (`busy`) is not helped by another one. */
function reasonOf(outcome: CallOutcome): RetryOn | undefined {
  if (outcome.kind === 'timed_out') return 'timeout';
  if (outcome.kind === 'failed') return outcome.code === 'network' ? 'network' : undefined;
  if (outcome.status === 429) return '429';
  return outcome.status >= 500 ? '5xx' : undefined;
}

/**
 * Milliseconds before the next try: doubling, between half and all of it by chance so that callers do not come
 * back together, and never before the time that the server asked for.
 */
export function waitBefore(
  next: { readonly attempt: number; readonly backoff: number; readonly outcome: CallOutcome },
  world: { now(): number; random(): number },
): number {
  const doubled = Math.min(next.backoff * 2 ** (next.attempt - 2), MAX_WAIT);
  const jittered = doubled * (0.5 + world.random() / 2);
  return Math.round(Math.max(jittered, retryAfter(next.outcome, world.now())));
}

/** Milliseconds that a server asks for with 429 or 503, as seconds or as a date (RFC 9110); 0 when it does not. */
export function retryAfter(outcome: CallOutcome, now: number): number {
  if (outcome.kind !== 'answered' || (outcome.status !== 429 && outcome.status !== 503)) return 0;
  const text = outcome.headers['retry-after']?.trim() ?? '';
  const asked = /^\d+$/.test(text) ? Number(text) * 1000 : untilDate(text, now);
  return Math.min(Math.max(asked, 0), MAX_WAIT);
}

/** The three date forms of HTTP all name the day; anything else that `Date` would take is none. */
function untilDate(text: string, now: number): number {
  const time = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? 0 : time - now;
}
