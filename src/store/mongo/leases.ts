import type { Held, Lease, Store } from '../store.ts';
import type { StoreClock } from './clock.ts';
import { leaseOrRelease } from './expressions.ts';
import { answered } from './gate.ts';
import { WITHOUT_HISTORY, conversationOf } from './record.ts';
import type { Collections } from './record.ts';
import { newToken } from './turns.ts';

/** Leases prolonged by one command. */
const STEP = 500;

/** `renew` and `claim`. */
export class Leases {
  readonly #in: Collections;
  readonly #clock: StoreClock;

  constructor(collections: Collections, clock: StoreClock) {
    this.#in = collections;
    this.#clock = clock;
  }

  async renew(leases: readonly Lease[], leaseMs: number): Promise<string[]> {
    const lost: string[] = [];
    for (let from = 0; from < leases.length; from += STEP) {
      lost.push(...(await answered(this.#renew(leases.slice(from, from + STEP), leaseMs))));
    }
    return lost;
  }

  /**
   * Takes what is due, earliest first. Two that claim at once may find the same conversations; whoever writes first
   * moves `dueAt`, so the other's write finds nothing. What was taken is answered even if the server then fails.
   */
  async claim({ leaseMs, limit, channels }: Parameters<Store['claim']>[0]): Promise<Held[]> {
    const claimed: Held[] = [];
    while (claimed.length < limit) {
      const now = await answered(this.#clock.read());
      const due = await answered(this.#due(now, limit - claimed.length, channels));
      if (due.length === 0) break;
      const taken = await Promise.allSettled(due.map((id) => answered(this.#take(id, now, leaseMs))));
      for (const one of taken) if (one.status === 'fulfilled' && one.value !== null) claimed.push(one.value);
      const failed = taken.find((one) => one.status === 'rejected');
      if (failed === undefined) continue;
      if (claimed.length === 0) throw failed.reason;
      break;
    }
    return claimed;
  }

  /** Ids of what is due by the index: free with something to do, or held by somebody who fell silent. */
  async #due(now: number, limit: number, channels: readonly string[] | undefined): Promise<string[]> {
    const here = channels === undefined ? {} : { _id: { $regex: idsOn(channels) } };
    const due = this.#in.conversations.find({ dueAt: { $lte: now }, ...here }, { projection: { _id: 1 } });
    return (await due.sort({ dueAt: 1 }).limit(limit).toArray()).map(({ _id }) => _id);
  }

  /** Takes a conversation that is still due; null when somebody else did, or there turns out to be nothing to do. */
  async #take(id: string, now: number, leaseMs: number): Promise<Held | null> {
    const token = newToken();
    const stored = await this.#in.conversations.findOneAndUpdate(
      { _id: id, dueAt: { $lte: now } },
      leaseOrRelease(this.#clock.now(), { token, leaseMs }),
      { returnDocument: 'after', projection: WITHOUT_HISTORY },
    );
    return stored?.token === token ? { token, conversation: conversationOf(stored) } : null;
  }

  async #renew(leases: readonly Lease[], leaseMs: number): Promise<string[]> {
    const prolong = [{ $set: { leaseMs, dueAt: { $add: [this.#clock.now(), leaseMs] } } }];
    const { conversations } = this.#in;
    const { matchedCount } = await conversations.bulkWrite(
      leases.map(({ id, token }) => ({ updateOne: { filter: { _id: id, token }, update: prolong } })),
      { ordered: false },
    );
    if (matchedCount === leases.length) return [];
    const ids = leases.map(({ id }) => id);
    const found = await conversations.find({ _id: { $in: ids } }, { projection: { token: 1 } }).toArray();
    const holders = new Map(found.map(({ _id, token }) => [_id, token]));
    return leases.filter(({ id, token }) => holders.get(id) !== token).map(({ id }) => id);
  }
}

/** What matches ids of conversations on these channels: an id begins with its channel. */
function idsOn(channels: readonly string[]): string {
  const names = channels.map((name) => name.replaceAll(/[^A-Za-z0-9_-]/g, (sign) => `\\${sign}`));
  return names.length === 0 ? '(?!)' : `^(${names.join('|')}):`;
}
