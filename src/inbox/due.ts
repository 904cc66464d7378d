import type { Store } from '../store/store.ts';
import { LEASE_MS } from './lanes.ts';
import type { Lanes } from './lanes.ts';

/** How often conversations are looked for that are due, in milliseconds. */
const EVERY = 500;

/** Conversations taken at one look. */
const LIMIT = 200;

/** Finds conversations that are due: timers that ran out, deliveries to try again, work a dead process left. */
export class Due {
  private readonly store: Store;
  private readonly lanes: Lanes;
  private readonly owner: string;
  private readonly failed: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private busy = false;
  private looking: Promise<void> = Promise.resolve();

  constructor(store: Store, lanes: Lanes, owner: string, failed: (error: unknown) => void) {
    this.store = store;
    this.lanes = lanes;
    this.owner = owner;
    this.failed = failed;
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
      // After a long pause of the process its own work must not look abandoned to it.
      await this.lanes.renew();
      const found = await this.store.claim({ owner: this.owner, leaseMs: LEASE_MS, limit: LIMIT });
      for (const held of found) this.lanes.run(held);
    } catch (error) {
      this.failed(error);
    }
  }
}
