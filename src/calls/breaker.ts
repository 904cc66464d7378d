import type { CallOutcome } from '../domain/call.ts';
import { CANCELLED } from './deadline.ts';

/** When a host is left alone, and for how long. Times in milliseconds. */
export interface BreakerLimits {
  /** Failures in a row, with no answer between them. */
  readonly failures: number;
  readonly openFor: number;
  /** Each probe that fails doubles the time, up to this. */
  readonly openAtMost: number;
}

/** Ten failures in a row are no accident; a minute is the longest that a host which came back goes unnoticed. */
export const BREAKER_LIMITS: BreakerLimits = { failures: 10, openFor: 10_000, openAtMost: 60_000 };

/** How one call through the breaker ended: `none` says nothing about the host. */
export type Health = 'good' | 'bad' | 'none';

/** What an outcome says about a host: that it gives no answer or only faults, that it works, or nothing. */
export function healthOf(outcome: CallOutcome): Health {
  if (outcome.kind === 'answered') return outcome.status >= 500 ? 'bad' : 'good';
  if (outcome.kind === 'timed_out') return 'bad';
  return outcome.code === 'network' && outcome !== CANCELLED ? 'bad' : 'none';
}

/** The circuit breaker of one host: opens after failures in a row, then lets one probe through at a time. */
export class Breaker {
  private readonly limits: BreakerLimits;
  private failed = 0;
  private openFor = 0;
  private openUntil = 0;
  private probing = false;

  constructor(limits: BreakerLimits) {
    this.limits = limits;
  }

  /** Milliseconds until the host is tried again; 0 while calls may go. */
  waitsFor(now: number): number {
    if (this.openFor === 0) return 0;
    // A probe is under way, and decides within its own time limit.
    if (this.probing) return Math.max(this.openUntil - now, 1000);
    return Math.max(this.openUntil - now, 0);
  }

  /** Lets a call go; true when it is the probe that decides for all. Only to be asked when nothing is waited for. */
  begin(): boolean {
    this.probing = this.openFor > 0;
    return this.probing;
  }

  /** Takes in how a call ended. Calls begun before the host was given up do not make its time longer. */
  end(health: Health, probe: boolean, now: number): void {
    if (probe) this.probing = false;
    if (health === 'good') {
      this.failed = 0;
      this.openFor = 0;
    } else if (health === 'bad') {
      this.failed += 1;
      if (probe) this.open(Math.min(this.openFor * 2, this.limits.openAtMost), now);
      else if (this.openFor === 0 && this.failed >= this.limits.failures) this.open(this.limits.openFor, now);
    }
  }

  /** True when it knows nothing that is worth keeping. */
  idle(): boolean {
    return this.failed === 0 && this.openFor === 0;
  }

  private open(duration: number, now: number): void {
    this.openFor = duration;
    this.openUntil = now + duration;
  }
}
