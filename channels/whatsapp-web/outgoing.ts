import type { Notes } from '../../src/channel/channel.ts';

/** How far a delivery came before: so many of its messages are out, and the next was begun at `at` (ms since 1970). */
export interface Progress {
  readonly done: number;
  readonly at: number;
}

/**
 * Remembers, for each contact, the delivery that is on its way. A contact gets one delivery after the other, so one note is
 * enough to tell, after a crash, which message may have gone out already.
 */
export class Outgoing {
  private readonly notes: Notes;

  constructor(notes: Notes) {
    this.notes = notes;
  }

  /** How far this delivery came in an earlier try; null for a new one. */
  async progress(address: string, key: string): Promise<Progress | null> {
    const [noted, done, at] = ((await this.notes.get(`out:${address}`)) ?? '').split(' ');
    return noted === encodeURIComponent(key) ? { done: Number(done), at: Number(at) } : null;
  }

  /** The message after so many is about to go out. */
  async begin(address: string, key: string, { done, at }: Progress): Promise<void> {
    await this.notes.set(`out:${address}`, `${encodeURIComponent(key)} ${done} ${at}`);
  }
}
