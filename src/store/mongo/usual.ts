import type { mongo } from 'mongoose';
import type { Accept, Commit, Settle } from '../store.ts';
import type { StoreClock } from './clock.ts';
import { literal } from './expressions.ts';
import { Latest } from './latest.ts';
import type { Known } from './latest.ts';
import { owedOf } from './record.ts';
import type { Collections, Read, Stored } from './record.ts';
import { Transcripts } from './transcripts.ts';

/** A time that is up within this is left to the server, whose clock it goes by (ms). */
const SOON = 5000;

/**
 * The verbs in the usual case, which is that nothing has happened to a conversation since this process saw it last. Then the
 * outcome is known before, and a small write that says what must still be so takes the place of expressions and of an answer with
 * the whole record. Each answers null, having written nothing, when it is not so: then the server has to work it out.
 */
export class Usual {
  readonly #conversations: Collections['conversations'];
  readonly #clock: StoreClock;
  readonly #latest = new Latest();

  constructor({ conversations }: Collections, clock: StoreClock) {
    this.#conversations = conversations;
    this.#clock = clock;
  }

  /** Notes a conversation as it was read. */
  read(stored: Read): Known {
    return this.#latest.read(stored);
  }

  /** Nobody knows what is stored of a conversation: a write has failed, or what it holds was made smaller. */
  forget(id: string): void {
    this.#latest.forget(id);
  }

  /** An entry for a conversation that is idle, whose ids have left it so many times as far as the caller has looked. */
  async accept(
    { conversation: id, entry, leaseMs, leave }: Accept,
    token: string,
    evicted: number,
  ): Promise<Known | null> {
    const known = this.#latest.under(id, null);
    if (known === null || leave === true) return null;
    const { conversation, size } = known;
    // What is owed may have become less meanwhile; where nothing is, there is nothing to be wrong about.
    if (conversation.inbox.length + conversation.owed.length > 0 || size.evicted !== evicted) return null;
    const added = { id: entry.id, by: token, json: JSON.stringify(entry) };
    const seen = { $concatArrays: ['$seen', [literal(entry.id)]] };
    const dueAt = { $add: [this.#clock.now(), leaseMs] };
    const entered = { inbox: [literal(added)], seen, ids: { $add: ['$ids', 1] }, token, leaseMs, dueAt };
    const filter = { ...same(known), owed: { $size: 0 }, evicted, seen: { $ne: entry.id } };
    if (!(await this.#write(filter, [{ $set: entered }]))) return null;
    const more = { ...size, ids: size.ids + 1 };
    return this.#latest.note({ ...known, token, size: more, conversation: { ...conversation, inbox: [entry] } });
  }

  /** A turn while nothing else came in. */
  async commit(change: Commit, turn: string): Promise<Known | null> {
    const known = this.#latest.under(change.id, change.token);
    if (known?.conversation.revision !== change.revision) return null;
    const { contact, session, wakeAt, consumed, done, owe, lines } = change;
    const { conversation: before, size } = known;
    const owed = [...before.owed.filter(({ key }) => !done.includes(key)), ...owe];
    const row = Transcripts.row(lines, before.lines + 1);
    const counts = { revision: before.revision + 1, lines: before.lines + lines.length };
    const texts = { contact: JSON.stringify(contact), session: session === null ? null : JSON.stringify(session) };
    const written = await this.#write(same(known), {
      $set: { ...texts, ...counts, wakeAt, turn, owed: owed.map(owedOf) },
      $pull: { inbox: { id: { $in: [...consumed] } } },
      ...(row === null ? {} : { $push: { recent: row }, $inc: { recentBytes: row.bytes } }),
    });
    if (!written) return null;
    const inbox = before.inbox.filter(({ id }) => !consumed.includes(id));
    const conversation = { id: before.id, contact, session, inbox, owed, ...counts };
    const more = { ...size, recentBytes: size.recentBytes + (row?.bytes ?? 0) };
    const after = { conversation, token: known.token, wakeAt, size: more };
    return this.#latest.note(after, texts.contact.length + (texts.session?.length ?? 0));
  }

  /** The end, with all done and no time that is up soon. */
  async release({ id, token, done, postponed }: Settle): Promise<true | null> {
    const known = this.#latest.under(id, token);
    if (known === null || postponed !== undefined) return null;
    const { conversation, wakeAt } = known;
    if (conversation.inbox.length > 0 || conversation.owed.some(({ key }) => !done.includes(key))) return null;
    if (wakeAt !== null && wakeAt < this.#clock.known() + SOON) return null;
    const free = { owed: [], token: null, dueAt: wakeAt, gone: token };
    if (!(await this.#write(same(known), { $set: free }))) return null;
    this.#latest.note({ ...known, token: null, conversation: { ...conversation, owed: [] } });
    return true;
  }

  async #write(filter: mongo.Filter<Stored>, change: mongo.UpdateFilter<Stored> | mongo.Document[]): Promise<boolean> {
    return (await this.#conversations.updateOne(filter, change)).matchedCount === 1;
  }
}

/** What holds while nobody else has changed a conversation: a holder changes the revision, everybody else the inbox. */
function same({ conversation, token }: Known): mongo.Filter<Stored> {
  const { id, revision, inbox } = conversation;
  return { _id: id, token, revision, inbox: { $size: inbox.length } };
}
