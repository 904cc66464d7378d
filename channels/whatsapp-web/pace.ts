import type { Notes } from '../../src/channel/channel.ts';
import { WHATSAPP_WEB } from '../../src/channel/limits.ts';

/** Milliseconds between two messages: to the same chat, and to another one. In between it is left to chance. */
const SAME = { least: WHATSAPP_WEB.rate.every, most: 2 * WHATSAPP_WEB.rate.every } as const;
const OTHER = { least: 1000, most: 3000 } as const;

/** Milliseconds for which typing shows before a text: as long as it takes a quick person, within bounds. */
const PER_CHARACTER = 12;
const TYPING = { least: 300, most: 2500 } as const;

/** Sends after which the count of the day is written down. */
const NOTE_EVERY = 10;

const DAY = 24 * 60 * 60_000;

/** When a message may go out: never two at once, at a person's speed, and not more in a day than was set. */
export class Pace {
  private readonly cap: number;
  private readonly now: () => number;
  private readonly notes: Notes;
  private readonly random: () => number;
  private last: { readonly chat: string; readonly at: number } | null = null;
  private heldUntil = 0;
  private day = '';
  private count = 0;

  constructor(cap: number, notes: Notes, now: () => number, random: () => number) {
    this.cap = cap;
    this.notes = notes;
    this.now = now;
    this.random = random;
  }

  /** Takes the next place in the row if it comes within `patience`; answers the milliseconds until then in any case. */
  take(chat: string, characters: number, patience: number): { readonly wait: number; readonly taken: boolean } {
    const now = this.now();
    const typing = Math.min(TYPING.most, Math.max(TYPING.least, characters * PER_CHARACTER));
    const next = this.last === null ? now : this.last.at + this.between(this.last.chat === chat ? SAME : OTHER);
    const at = Math.max(now + typing, next, this.heldUntil);
    const taken = at - now <= patience;
    if (taken) this.last = { chat, at };
    return { wait: at - now, taken };
  }

  /** Nothing goes out for so long: WhatsApp has said that it is too much. */
  hold(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, this.now() + ms);
  }

  /** Milliseconds until the day is over when its messages are used up; 0: there are some left. */
  async spent(): Promise<number> {
    const today = await this.today();
    return this.cap > 0 && this.count >= this.cap ? Date.parse(today) + DAY - this.now() : 0;
  }

  /** Counts one message that went out. */
  async counted(): Promise<void> {
    const today = await this.today();
    this.count += 1;
    if (this.count % NOTE_EVERY === 0) await this.notes.set('day', `${today} ${this.count}`);
  }

  private async today(): Promise<string> {
    const today = new Date(this.now()).toISOString().slice(0, 10);
    if (today === this.day) return today;
    const [day, count] = ((await this.notes.get('day')) ?? '').split(' ');
    this.count = day === today ? Number(count) : 0;
    this.day = today;
    return today;
  }

  private between({ least, most }: { readonly least: number; readonly most: number }): number {
    return least + this.random() * (most - least);
  }
}
