import type { StoreClock } from './clock.ts';
import { insertMissing } from './faults.ts';
import type { Collections } from './record.ts';

/** A conversation keeps its newest ids itself: this many after older ones have left it, and half as many more before. */
const NEWEST = 200;
const MOST = 300;
/** Conversations whose count of departures is kept in memory. */
const MOST_KNOWN = 20_000;

/**
 * The ids of accepted entries. The newest stand in the conversation, where the write that accepts looks at them.
 * Older ones move to the collection `seen`: written there first, then cut off, and each cut is counted. An accept
 * looks there first and then writes only if that count has not moved meanwhile, so no id is ever in neither place.
 */
export class Remembered {
  readonly #in: Collections;
  readonly #clock: StoreClock;
  /** The last known count of each conversation; those not named have, as far as is known, none. */
  readonly #evicted = new Map<string, number>();

  constructor(collections: Collections, clock: StoreClock) {
    this.#in = collections;
    this.#clock = clock;
  }

  /** How often ids have left a conversation, as far as this process knows. */
  evicted(conversation: string): number {
    return this.#evicted.get(conversation) ?? 0;
  }

  /** Notes a count that came with a record. */
  note(conversation: string, evicted: number): void {
    if (evicted === 0) return;
    this.#evicted.delete(conversation);
    this.#evicted.set(conversation, evicted);
    if (this.#evicted.size <= MOST_KNOWN) return;
    const [oldest] = this.#evicted.keys();
    if (oldest !== undefined) this.#evicted.delete(oldest);
  }

  /** True if an id has left its conversation. */
  async isAway(conversation: string, entry: string): Promise<boolean> {
    return (await this.#in.seen.findOne({ conversation, entry }, { projection: { _id: 1 } })) !== null;
  }

  /** True if an id is known. Looks where ids come from first, and then where they go. */
  async knows(conversation: string, entry: string): Promise<boolean> {
    const { conversations } = this.#in;
    const found = await conversations.findOne({ _id: conversation, seen: entry }, { projection: { _id: 1 } });
    return found !== null || this.isAway(conversation, entry);
  }

  /**
   * Moves the oldest ids of a conversation away when it has grown too many. Any step may be repeated. True if the record is
   * not what it was.
   */
  async spill(conversation: string, ids: number, evicted: number): Promise<boolean> {
    if (ids < MOST) return false;
    const count = ids - NEWEST;
    const { conversations, seen } = this.#in;
    const stored = await conversations.findOne(
      { _id: conversation, evicted },
      { projection: { seen: { $slice: count } } },
    );
    if (stored === null) return true;
    const at = new Date(await this.#clock.read());
    const rows = stored.seen.map((entry) => ({ conversation, entry, at }));
    await insertMissing(() => seen.insertMany(rows, { ordered: false }));
    const rest = { $slice: ['$seen', count, { $size: '$seen' }] };
    await conversations.updateOne({ _id: conversation, evicted }, [
      { $set: { seen: rest, ids: { $subtract: ['$ids', count] }, evicted: evicted + 1 } },
    ]);
    this.note(conversation, evicted + 1);
    return true;
  }
}
