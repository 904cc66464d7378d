import type { CallOutcome } from '../domain/call.ts';
import { CANCELLED } from './deadline.ts';

/** When a host is left alone, and for how long. Times in milliseconds. */
export interface BreakerLimits {
  /** Failures in a row, with no answer between them. */
  readonly failures: number;
  /** Contacts whose calls must have had faults for answers before these count: one alone closes no API for others. */
  readonly contacts: number;
  readonly openFor: number;
  /** Each probe that fails doubles the time, up to this. */
  readonly openAtMost: number;
}

/** Ten failures in a row are no accident; a minute is the longest that a host which came back goes unnoticed. */
export const BREAKER_LIMITS: BreakerLimits = { failures: 10, contacts: 5, openFor: 10_000, openAtMost: 60_000 };

/** How one call through the breaker ended: `fault` may be due to what was asked, `none` says nothing about the host. */
export type Health = 'good' | 'silent' | 'fault' | 'none';

/** What an outcome says about a host: that it works, gives no answer, answers with a fault of its own, or nothing. */
export function healthOf(outcome: CallOutcome): Health {
  if (outcome.kind === 'answered') return outcome.status >= 500 ? 'fault' : 'good';
  if (outcome.kind === 'timed_out') return 'silent';
  return outcome.code === 'network' && outcome !== CANCELLED ? 'silent' : 'none';
}

/** How a call ended, and for whom it was made; calls for nobody are those of one contact. */
export interface Ended {
  readonly health: Health;
  readonly who?: string | null;
}

/**
 * The circuit breaker of one host: opens after failures in a row, then lets one probe through at a time. Answers with a
 * fault (5xx) open it only when they are those of several contacts: what one of them sends may be all that is wrong.
 */
export class Breaker {
  private readonly limits: BreakerLimits;
  private silences = 0;
  private faults = 0;
  /** Whose calls had faults for answers, as many as are needed to believe it. */
  private readonly faulted = new Set<string>();
  /** Whose probe had one last. */
  private prober: string | undefined;
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
  end({ health, who }: Ended, probe: boolean, now: number): void {
    if (probe) this.probing = false;
    if (health === 'none') return;
    if (health === 'good') return this.close();
    this.count(health, who ?? '');
    if (probe) this.failedProbe(health, who ?? '', now);
    else if (this.openFor === 0 && this.broken()) this.open(this.limits.openFor, now);
  }

  /** True when it knows nothing that is worth keeping. */
  idle(): boolean {
    return this.silences === 0 && this.faults === 0 && this.openFor === 0;
  }

  private count(health: 'silent' | 'fault', who: string): void {
    if (health === 'silent') this.silences += 1;
    else this.faults += 1;
    if (health === 'fault' && this.faulted.size < this.limits.contacts) this.faulted.add(who);
  }

  private broken(): boolean {
    const { failures, contacts } = this.limits;
    if (this.silences >= failures) return true;
    return this.faulted.size >= contacts && this.silences + this.faults >= failures;
  }

  /** A contact whose every call ends in a fault keeps the host shut once, and not for as long as it goes on asking. */
  private failedProbe(health: 'silent' | 'fault', who: string, now: number): void {
    const again = health === 'fault' && who === this.prober;
    this.prober = health === 'fault' ? who : undefined;
    if (!again) this.open(Math.min(this.openFor * 2, this.limits.openAtMost), now);
  }

  private close(): void {
    this.silences = 0;
    this.faults = 0;
    this.faulted.clear();
    this.prober = undefined;
    this.openFor = 0;
  }

  private open(duration: number, now: number): void {
    this.openFor = duration;
    this.openUntil = now + duration;
  }
}
