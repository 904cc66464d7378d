import type { Notes } from '../../src/channel/channel.ts';
import { Recent } from '../../src/channel/recent.ts';

/** Contacts whose delivery is known without asking the store. */
const KEPT = 10_000;

/** How far a delivery came: so many of its messages are out, and the next was begun at `tried` (ms since 1970), or not yet. */
export interface Progress {
  readonly done: number;
  readonly tried: number | null;
}

/**
 * Remembers, for each contact, the delivery that is on its way. A contact gets one delivery after the other, so one note is
 * enough to tell, after a crash, which message may have gone out already.
 */
export class Outgoing {
  private readonly notes: Notes;
  private readonly latest = new Recent<{ readonly key: string; readonly progress: Progress }>(KEPT);

  constructor(notes: Notes) {
    this.notes = notes;
  }

  /** How far this delivery came in an earlier try. */
  async progress(address: string, key: string): Promise<Progress> {
    const latest = this.latest.get(address);
    if (latest?.key === key) return latest.progress;
    const [noted, done, tried] = ((await this.notes.get(`out:${address}`)) ?? '').split(' ');
    return noted === encodeURIComponent(key) ? { done: Number(done), tried: Number(tried) } : { done: 0, tried: null };
  }

  /** The message after so many is about to go out. */
  async begin(address: string, key: string, done: number, at: number): Promise<void> {
    await this.notes.set(`out:${address}`, `${encodeURIComponent(key)} ${done} ${at}`);
    this.latest.set(address, { key, progress: { done, tried: at } });
  }

  /** So many are out. The next {@link begin} writes it down; until then a look into the chat tells. */
  passed(address: string, key: string, done: number): void {
    this.latest.set(address, { key, progress: { done, tried: null } });
  }
}
