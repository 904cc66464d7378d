import type { Clock } from '../../channels/whatsapp-web/clock.ts';

/** Time that stands still until a test lets it pass. */
export class FakeClock implements Clock {
  time = Date.UTC(2026, 10, 21, 12);
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets so many milliseconds pass; what is due happens on the way, in order, with all that follows from it. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.time = next.at;
      next.run();
      await settle();
    }
    this.time = end;
    await settle();
  }
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Up to so many milliseconds are pauses between messages; what is longer are limits, which have to stay. */
const LONGEST_PAUSE = 5000;

/** Time as it is, but for pauses, which nobody has to sit out. */
export function leapingClock(now: () => number): Clock {
  return {
    now,
    after(ms, run) {
      const timer = setTimeout(run, ms > LONGEST_PAUSE ? ms : 0).unref();
      return () => clearTimeout(timer);
    },
  };
}
