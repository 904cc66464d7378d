import { SLACK } from '../../src/channel/limits.ts';
import { remember } from '../../src/channel/recent.ts';

const { every: EVERY, burst: BURST } = SLACK.rate;

/** Channels whose pace is remembered. */
const KEPT = 10_000;

/** When the next message may go to a channel, so that Slack need not refuse it. Per process, and only an estimate. */
export class Pace {
  private readonly now: () => number;
  /** When each channel will have caught up with what was sent (ms since 1970). */
  private readonly free = new Map<string, number>();

  constructor(now: () => number) {
    this.now = now;
  }

  /** Counts one message to a channel, and answers the milliseconds after which it may go out. */
  take(channel: string): number {
    const now = this.now();
    const free = Math.max(now, this.free.get(channel) ?? 0);
    remember(this.free, KEPT, channel, free + EVERY);
    return Math.max(0, free - now - (BURST - 1) * EVERY);
  }
}
