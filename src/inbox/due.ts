import type { Store } from '../store/store.ts';
import { LANE_LIMIT } from './accept.ts';
import type { Lanes } from './lanes.ts';
import { moment } from './lease.ts';

/** How often conversations are looked for that are due, in milliseconds. */
export const EVERY = 500;

/** Conversations taken at one look. */
const LIMIT = 200;

/** What looking tells about itself. */
export interface DueReports {
  taken(conversations: number): void;
  failed(error: unknown): void;
}

/** Finds conversations that are due: timers that ran out, deliveries to try again, work a dead process left. */
export class Due {
  private readonly store: Store;
  private readonly lanes: Lanes;
  private readonly owner: string;
  private readonly reports: DueReports;
  private readonly only: { readonly channels?: readonly string[] };
  private timer: NodeJS.Timeout | undefined;
  private busy = false;
  private looking: Promise<void> = Promise.resolve();

  /** `channels`: the ones this process has, where others have other ones. */
  constructor(store: Store, lanes: Lanes, owner: string, reports: DueReports, channels?: readonly string[]) {
    this.store = store;
    this.lanes = lanes;
    this.owner = owner;
    this.reports = reports;
    this.only = channels === undefined ? {} : { channels };
  }

  start(): void {
    this.timer = setInterval(() => {
      if (this.busy) return;
      this.busy = true;
      this.looking = this.look().finally(() => (this.busy = false));
    }, EVERY);
  }

  /** Stops, after the look under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    try {
      await this.lanes.catchUp();
      const limit = Math.min(LIMIT, LANE_LIMIT - this.lanes.size);
      if (limit <= 0) return;
      const asked = moment();
      const { owner, lanes, only } = this;
      const found = await this.store.claim({ owner, leaseMs: lanes.leaseMs, limit, ...only });
      if (found.length > 0) this.reports.taken(found.length);
      for (const held of found) this.lanes.run(held, asked);
    } catch (error) {
      this.reports.failed(error);
    }
  }
}
