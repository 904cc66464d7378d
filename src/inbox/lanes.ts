import { setTimeout as pause } from 'node:timers/promises';
import type { Held, Store } from '../store/store.ts';
import { Lane } from './lane.ts';
import type { LaneSteps } from './lane.ts';
import { LEASE_MS, Tenure, moment } from './lease.ts';
import type { Moment } from './lease.ts';
import { Stop } from './stop.ts';

/** Milliseconds for a step that was broken off to come to its end. */
const GRACE_MS = 2000;

/** A lane at work. */
interface Working {
  readonly token: string;
  readonly tenure: Tenure;
  readonly stop: Stop;
  readonly lane: Lane;
  readonly ended: Promise<void>;
}

/** One lane per conversation that this process holds: entries one by one, in order, until nothing is left. */
export class Lanes {
  private readonly store: Store;
  private readonly steps: LaneSteps;
  private readonly lanes = new Map<string, Working>();
  private readonly heart: NodeJS.Timeout;
  /** Milliseconds that leases are taken for. */
  readonly leaseMs: number;

  constructor(store: Store, steps: LaneSteps, leaseMs = LEASE_MS) {
    this.store = store;
    this.steps = steps;
    this.leaseMs = leaseMs;
    this.heart = setInterval(() => void this.renew(), leaseMs / 4).unref();
  }

  /** Conversations that are being worked on here. */
  get size(): number {
    return this.lanes.size;
  }

  /** Entries that wait in the conversations which are being worked on, as far as their lanes have seen. */
  get waiting(): number {
    return [...this.lanes.values()].reduce((sum, { lane }) => sum + lane.waiting, 0);
  }

  /** True while this process works on a conversation. */
  has(id: string): boolean {
    return this.lanes.has(id);
  }

  /** Starts a lane for a conversation whose lease was asked for at `since`. One that still runs has lost its lease. */
  run(held: Held, since: Moment): void {
    const { id } = held.conversation;
    this.lanes.get(id)?.stop.stop();
    const stop = new Stop();
    const tenure = new Tenure(since, this.leaseMs);
    const grip = { stop, alive: () => !stop.stopped && tenure.sure };
    const lane = new Lane(this.store, this.steps);
    const ended = lane.work(held, grip).catch((error: unknown) => this.steps.failed(id, error));
    const working: Working = { token: held.token, tenure, stop, lane, ended };
    this.lanes.set(id, working);
    void ended.finally(() => {
      if (this.lanes.get(id) === working) this.lanes.delete(id);
    });
  }

  /** Resolves when nothing is being worked on. */
  async idle(): Promise<void> {
    while (this.lanes.size > 0) await Promise.all([...this.lanes.values()].map((lane) => lane.ended));
  }

  /** Waits for the lanes to finish, at most so long; what is under way then is broken off and made again later. */
  async drain(limitMs: number): Promise<void> {
    await within(this.idle(), limitMs);
    for (const lane of this.lanes.values()) lane.stop.stop();
    await within(this.idle(), GRACE_MS);
    clearInterval(this.heart);
  }

  /** Renews what was not renewed in time: after a long pause of the process its own work must not look abandoned to it. */
  async catchUp(): Promise<void> {
    for (const { tenure } of this.lanes.values()) {
      if (tenure.age() > this.leaseMs / 2) return this.renew();
    }
  }

  /** Keeps the leases of working lanes; a lane whose lease is gone stops before its next step. */
  async renew(): Promise<void> {
    const leases = [...this.lanes].map(([id, lane]) => ({ id, token: lane.token }));
    if (leases.length === 0) return;
    const asked = moment();
    try {
      const lost = new Set(await this.store.renew(leases, this.leaseMs));
      for (const { id, token } of leases) {
        const lane = this.lanes.get(id);
        if (lane?.token !== token) continue;
        if (lost.has(id)) lane.stop.stop();
        else lane.tenure.renewed(asked);
      }
    } catch (error) {
      this.steps.failed('', error);
    }
  }
}

/** Waits for work, but no longer than so many milliseconds. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  const stop = new AbortController();
  const limit = pause(ms, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
  await Promise.race([work, limit]);
  stop.abort();
}
