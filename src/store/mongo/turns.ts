import { createHash, randomBytes } from 'node:crypto';
import type { mongo } from 'mongoose';
import { INBOX_BYTES } from '../store.ts';
import type { Accept, Accepted, Commit, Committed, Settle, Settled } from '../store.ts';
import type { Expression, StoreClock } from './clock.ts';
import { leaseOrRelease, literal, nextDue, owedAfter, without } from './expressions.ts';
import type { Known } from './latest.ts';
import { isPassing, isTooLarge, oncePerKey } from './faults.ts';
import { InOrder, Unsure } from './gate.ts';
import { WITHOUT_HISTORY, numbered, owedOf } from './record.ts';
import type { Collections, Read } from './record.ts';
import type { Remembered } from './remembered.ts';
import { Transcripts } from './transcripts.ts';
import { Usual } from './usual.ts';

/** A record this large takes no more entries; the rest of MongoDB's 16 MB is for the turns that empty it. */
const ROOM_BYTES = 8_000_000;

const AFTER = { returnDocument: 'after', projection: WITHOUT_HISTORY } as const;

/** A token that no process has ever made before. */
export function newToken(): string {
  return randomBytes(15).toString('base64url');
}

/** The verbs that move a conversation. Each is one write of one document, and may be asked again when its answer was lost. */
export class Turns {
  readonly #in: Collections;
  readonly #remembered: Remembered;
  readonly #transcripts: Transcripts;
  readonly #clock: StoreClock;
  readonly #unsure = new Unsure();
  readonly #inOrder = new InOrder();
  readonly #usual: Usual;

  constructor(collections: Collections, remembered: Remembered, transcripts: Transcripts, clock: StoreClock) {
    this.#in = collections;
    this.#remembered = remembered;
    this.#transcripts = transcripts;
    this.#clock = clock;
    this.#usual = new Usual(collections, clock);
  }

  accept(request: Accept): Promise<Accepted> {
    const key = JSON.stringify(['accept', request.conversation, request.entry.id]);
    return this.#inOrder.run(request.conversation, () =>
      this.#unsure.run(key, newToken, (token) => this.#sure(request.conversation, () => this.#accept(request, token))),
    );
  }

  commit(change: Commit): Promise<Committed> {
    const digest = createHash('sha256').update(JSON.stringify(change)).digest('base64url');
    const key = JSON.stringify(['commit', change.id, digest]);
    return this.#unsure.run(
      key,
      () => digest,
      (turn, again) => this.#sure(change.id, () => this.#commit(change, turn, again)),
    );
  }

  settle(request: Settle): Promise<Settled> {
    const key = JSON.stringify(['settle', request.id, request.token]);
    return this.#unsure.run(
      key,
      () => request.token,
      (_, again) => this.#sure(request.id, () => this.#settle(request, again)),
    );
  }

  async #accept(request: Accept, token: string): Promise<Accepted> {
    const { conversation: id, entry } = request;
    for (let known = this.#remembered.evicted(id); ; known = this.#remembered.evicted(id)) {
      if (known > 0 && (await this.#remembered.isAway(id, entry.id))) return { kind: 'duplicate' };
      const usual = await this.#usual.accept(request, token, known);
      if (usual !== null) return { kind: 'held', held: { token, conversation: usual.conversation } };
      const stored = await this.#append(request, token, known);
      if (stored === null) return { kind: 'full' };
      this.#remembered.note(id, stored.evicted);
      if (stored.evicted === known) return this.#verdict(stored, entry.id, token);
    }
  }

  /** Appends the entry if it may be; answers the record after it, or null when it is too large. */
  async #append(request: Accept, token: string, known: number) {
    const { conversation: id, contact, entry, leaseMs, inboxLimit, inboxBytes = INBOX_BYTES } = request;
    const now = this.#clock.now();
    const added = { id: literal(entry.id), by: token, json: literal(JSON.stringify(entry)) };
    const mayBe = [
      { $eq: ['$evicted', known] },
      { $not: [{ $in: [literal(entry.id), '$seen'] }] },
      { $lt: [{ $size: '$inbox' }, inboxLimit] },
      { $lt: [{ $bsonSize: '$$ROOT' }, ROOM_BYTES] },
      { $lt: [{ $bsonSize: { inbox: '$inbox' } }, inboxBytes] },
    ];
    const isFree = { $or: [{ $eq: ['$token', null] }, { $lte: ['$dueAt', now] }] };
    const lease = {
      token: { $cond: [isFree, token, '$token'] },
      leaseMs: { $cond: [isFree, leaseMs, '$leaseMs'] },
      dueAt: { $cond: [isFree, { $add: [now, leaseMs] }, '$dueAt'] },
    };
    const change = {
      inbox: { $concatArrays: ['$inbox', [added]] },
      seen: { $concatArrays: ['$seen', [literal(entry.id)]] },
      ids: { $add: ['$ids', 1] },
      ...(request.leave === true ? {} : lease),
    };
    const pipeline = [
      // A new record has nothing but its id yet; one that is there keeps what it has.
      { $replaceWith: { $mergeObjects: [literal(blank(id, JSON.stringify(contact))), '$$ROOT'] } },
      { $replaceWith: { $cond: [{ $and: mayBe }, { $mergeObjects: ['$$ROOT', change] }, '$$ROOT'] } },
      ...(request.leave === true ? [dueIfFree(now)] : []),
    ];
    try {
      return await oncePerKey(() =>
        this.#in.conversations.findOneAndUpdate({ _id: id }, pipeline, { ...AFTER, upsert: true }),
      );
    } catch (error) {
      if (isTooLarge(error)) return null;
      throw error;
    }
  }

  /** What an accept has come to, as its marks in the record tell. What is refused without a reason had no room. */
  async #verdict(stored: Read, entry: string, token: string): Promise<Accepted> {
    if (stored.token === token)
      return { kind: 'held', held: { token, conversation: this.#usual.read(stored).conversation } };
    const waiting = stored.inbox.find(({ id }) => id === entry);
    if (waiting !== undefined) return { kind: waiting.by === token ? 'queued' : 'duplicate' };
    return { kind: (await this.#remembered.knows(stored._id, entry)) ? 'duplicate' : 'full' };
  }

  async #commit(change: Commit, turn: string, again: boolean): Promise<Committed> {
    const { id: _id, token, revision, lines } = change;
    const usual = again ? null : await this.#usual.commit(change, turn);
    const stored =
      usual === null ? await this.#write({ _id, token, revision }, [{ $set: turnOf(change, turn) }]) : null;
    const before = again && stored === null ? await this.#find({ _id, token, revision: revision + 1, turn }) : stored;
    const known = usual ?? (before === null ? null : this.#usual.read(before));
    if (known === null) return { kind: 'lost' };
    await this.#spill(known);
    const { conversation } = known;
    return { kind: 'committed', conversation, lines: numbered(lines, conversation.lines - lines.length + 1) };
  }

  async #settle(request: Settle, again: boolean): Promise<Settled> {
    const { id: _id, token, done, postponed } = request;
    if (!again && (await this.#usual.release(request)) !== null) return { kind: 'released' };
    const later = postponed === undefined ? null : owedOf(postponed);
    const stored = await this.#write({ _id, token }, [
      { $set: { owed: owedAfter(done, later) } },
      ...leaseOrRelease(this.#clock.now(), { token: '$token', leaseMs: '$leaseMs' }),
    ]);
    const known = stored === null ? null : this.#usual.read(stored);
    if (known?.token === token) return { kind: 'more', conversation: known.conversation };
    const released = known !== null || (again && (await this.#find({ _id, gone: token })) !== null);
    return { kind: released ? 'released' : 'lost' };
  }

  #write(filter: mongo.Filter<Read>, pipeline: mongo.Document[]): Promise<Read | null> {
    return this.#in.conversations.findOneAndUpdate(filter, pipeline, AFTER);
  }

  #find(filter: mongo.Filter<Read>): Promise<Read | null> {
    return this.#in.conversations.findOne(filter, { projection: WITHOUT_HISTORY });
  }

  /** Makes room in the record once in a while. The turn is committed whatever becomes of it; the next one tries again. */
  async #spill({ conversation: { id, lines }, size }: Known): Promise<void> {
    const { spilled, recentBytes, ids, evicted } = size;
    try {
      const moved = await this.#transcripts.spill(id, lines - spilled, recentBytes);
      if ((await this.#remembered.spill(id, ids, evicted)) || moved) this.#usual.forget(id);
    } catch (error) {
      this.#usual.forget(id);
      if (!isPassing(error)) throw error;
    }
  }

  /** Runs a verb of a conversation; after one that fails nobody knows what is stored. */
  async #sure<T>(id: string, verb: () => Promise<T>): Promise<T> {
    try {
      return await verb();
    } catch (error) {
      this.#usual.forget(id);
      throw error;
    }
  }
}

/** The step that makes a conversation which nobody holds be found when it has something to do. */
function dueIfFree(now: Expression) {
  return { $set: { dueAt: { $cond: [{ $eq: ['$token', null] }, nextDue(now), '$dueAt'] } } };
}

/** What a turn sets. */
function turnOf({ contact, session, wakeAt, consumed, done, owe, lines }: Commit, turn: string) {
  return {
    contact: literal(JSON.stringify(contact)),
    session: session === null ? null : literal(JSON.stringify(session)),
    wakeAt,
    inbox: without('inbox', 'id', consumed),
    owed: { $concatArrays: [without('owed', 'key', done), literal(owe.map(owedOf))] },
    revision: { $add: ['$revision', 1] },
    turn,
    ...Transcripts.adding(lines),
  };
}

/** A conversation before its first entry. */
function blank(_id: string, contact: string) {
  const empty = { session: null, inbox: [], owed: [], revision: 0, lines: 0, wakeAt: null };
  const free = { token: null, leaseMs: 0, dueAt: null, turn: null, gone: null };
  return { _id, contact, ...empty, ...free, seen: [], ids: 0, evicted: 0, recent: [], recentBytes: 0, spilled: 0 };
}
