import { WHATSAPP } from '../../src/channel/limits.ts';

/** How fast Meta lets one number write to one contact. */
const { every: PAIR_EVERY, burst: PAIR_BURST } = WHATSAPP.rate;

/** Contacts whose pace is remembered before those at rest are dropped. */
const MANY = 10_000;

/**
 * When the next message may go out, so that Meta need not refuse it: so many a second over all contacts, and the pair
 * limit per contact. Per process: several processes on one number share its limit.
 */
export class Pace {
  private readonly every: number;
  private readonly now: () => number;
  /** When each contact, and the number as a whole, will have caught up with what was sent (ms since 1970). */
  private readonly contacts = new Map<string, number>();
  private number = 0;
  private heldUntil = 0;

  constructor(perSecond: number, now: () => number) {
    this.every = 1000 / perSecond;
    this.now = now;
  }

  /** Milliseconds until a message to this contact may go out; 0: now. */
  wait(contact: string): number {
    const now = this.now();
    const pair = (this.contacts.get(contact) ?? 0) - (PAIR_BURST - 1) * PAIR_EVERY;
    return Math.max(0, this.number - now, this.heldUntil - now, pair - now);
  }

  /** Counts one message, which goes out when its wait is over. */
  count(contact: string): void {
    const now = this.now();
    const at = now + this.wait(contact);
    this.number = Math.max(this.number, at) + this.every;
    this.contacts.set(contact, Math.max(this.contacts.get(contact) ?? 0, at) + PAIR_EVERY);
    if (this.contacts.size > MANY)
      for (const [name, until] of this.contacts) if (until <= now) this.contacts.delete(name);
  }

  /** Nothing goes out for so long: Meta has said that the number sends too much. */
  hold(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, this.now() + ms);
  }
}
