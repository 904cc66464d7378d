import type { Notes } from '../../src/channel/channel.ts';

/** How far back is looked before the last message that was stored (seconds): clocks and orders differ a little. */
const MARGIN = 120;

/** Milliseconds between two notes. */
const EVERY = 10_000;

/**
 * How far messages have been stored, for each of our numbers: after a crash the chats are looked through from there. A number
 * that is new here begins now, so that nobody gets answers to old messages.
 */
export class Seen {
  private readonly notes: Notes;
  private readonly now: () => number;
  private me = '';
  /** Seconds since 1970 of the newest message that was stored; before it, all were. */
  private newest = 0;
  private kept = 0;
  private keptAt = 0;

  constructor(notes: Notes, now: () => number) {
    this.notes = notes;
    this.now = now;
  }

  /** From when on messages of this number have to be looked at (seconds since 1970). */
  async since(me: string): Promise<number> {
    if (me !== this.me) {
      const noted = Number((await this.notes.get(`seen:${me}`)) ?? 0);
      this.newest = noted > 0 ? noted : Math.floor(this.now() / 1000) + MARGIN;
      this.me = me;
      await this.keep();
    }
    return this.newest - MARGIN;
  }

  /** All messages up to this one have been stored. */
  async passed(at: number): Promise<void> {
    this.newest = Math.max(this.newest, Math.min(at, Math.floor(this.now() / 1000)));
    if (this.now() - this.keptAt >= EVERY) await this.keep();
  }

  /** Writes it down, unless that was done. */
  async keep(): Promise<void> {
    if (this.me === '' || this.newest === this.kept) return;
    this.keptAt = this.now();
    await this.notes.set(`seen:${this.me}`, String(this.newest));
    this.kept = this.newest;
  }
}
