/** Milliseconds a lease lasts. With the look that finds it after its end, a killed process costs its conversations less than 10 s. */
export const LEASE_MS = 9_000;

/** The part of a lease that is kept back, so that what was begun in time also leaves in time. */
const MARGIN = 0.1;

/** A moment by both clocks of the machine: one may be set, the other stands still while the machine sleeps. */
export interface Moment {
  readonly wall: number;
  readonly steady: number;
}

/** Now. Taken before the store is asked for a lease, because the store counts from when it is asked at the earliest. */
export function moment(): Moment {
  return { wall: Date.now(), steady: performance.now() };
}

/**
 * What this process can know of a lease without asking. A process that was stopped for longer than a lease wakes up
 * in the middle of a step; it must not send anything before it has asked whether somebody took over meanwhile.
 */
export class Tenure {
  private readonly leaseMs: number;
  private since: Moment;

  constructor(since: Moment, leaseMs: number) {
    this.since = since;
    this.leaseMs = leaseMs;
  }

  /** The store has prolonged the lease; it was asked at this moment. */
  renewed(asked: Moment): void {
    this.since = asked;
  }

  /** True while nobody else can have taken the lease. */
  get sure(): boolean {
    return this.age() < this.leaseMs * (1 - MARGIN);
  }

  /** Milliseconds since the lease was taken or prolonged, by the clock that says more. */
  age(): number {
    const now = moment();
    return Math.max(now.wall - this.since.wall, now.steady - this.since.steady);
  }
}
