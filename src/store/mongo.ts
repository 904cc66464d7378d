import type { Conversation, Line } from '../domain/conversation.ts';
import { givenClock, serverClock } from './mongo/clock.ts';
import type { StoreClock } from './mongo/clock.ts';
import { connect } from './mongo/connect.ts';
import type { Connected } from './mongo/connect.ts';
import { Documents } from './mongo/documents.ts';
import { Gate, answered } from './mongo/gate.ts';
import { Leases } from './mongo/leases.ts';
import { purge } from './mongo/purge.ts';
import { WITHOUT_HISTORY, conversationOf } from './mongo/record.ts';
import type { Collections } from './mongo/record.ts';
import { Remembered } from './mongo/remembered.ts';
import { openCollections } from './mongo/schema.ts';
import { Transcripts } from './mongo/transcripts.ts';
import { Turns } from './mongo/turns.ts';
import type { Accept, Accepted, Commit, Committed, Document, Held, Lease, Settle, Settled, Store } from './store.ts';

/** A ping must tell soon that the server is away (ms). */
const PING_MS = 2_000;

/** How to open the store in MongoDB. */
export interface MongoOptions {
  /** A connection string that names a database. Its settings go before the store's own. */
  readonly uri: string;
  /** Milliseconds since 1970, for tests; otherwise times are the server's. */
  readonly clock?: () => number;
  /** Hears the name of each command that is sent. */
  readonly onCommand?: (name: string) => void;
}

/** Opens the store that many processes share. Throws `bad_config` within 10 s when it cannot. */
export async function openMongo({ uri, clock, onCommand }: MongoOptions): Promise<Store> {
  const connected = await connect(uri, onCommand);
  try {
    const collections = await openCollections(connected.db, clock === undefined);
    const time = clock === undefined ? serverClock(connected.db) : givenClock(clock);
    await time.read();
    return new MongoStore(connected, collections, time);
  } catch (error) {
    await connected.close();
    throw connected.fault(error);
  }
}

class MongoStore implements Store {
  readonly #connected: Connected;
  readonly #in: Collections;
  readonly #clock: StoreClock;
  readonly #transcripts: Transcripts;
  readonly #documents: Documents;
  readonly #turns: Turns;
  readonly #leases: Leases;
  readonly #gate = new Gate();

  constructor(connected: Connected, collections: Collections, clock: StoreClock) {
    this.#connected = connected;
    this.#in = collections;
    this.#clock = clock;
    this.#transcripts = new Transcripts(collections);
    this.#documents = new Documents(collections, clock);
    this.#turns = new Turns(collections, new Remembered(collections, clock), this.#transcripts, clock);
    this.#leases = new Leases(collections, clock);
  }

  accept(request: Accept): Promise<Accepted> {
    return this.#gate.run(() => this.#turns.accept(request));
  }

  commit(change: Commit): Promise<Committed> {
    return this.#gate.run(() => this.#turns.commit(change));
  }

  settle(request: Settle): Promise<Settled> {
    return this.#gate.run(() => this.#turns.settle(request));
  }

  renew(leases: readonly Lease[], leaseMs: number): Promise<readonly string[]> {
    return this.#gate.run(() => this.#leases.renew(leases, leaseMs));
  }

  claim(request: Parameters<Store['claim']>[0]): Promise<readonly Held[]> {
    return this.#gate.run(() => this.#leases.claim(request));
  }

  now(): number {
    return this.#clock.known();
  }

  revisions(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#ask(async () => {
      const found = this.#in.conversations.find({ _id: { $in: [...ids] } }, { projection: { revision: 1 } });
      return new Map((await found.toArray()).map(({ _id, revision }) => [_id, revision]));
    });
  }

  load(id: string): Promise<Conversation | null> {
    return this.#ask(async () => {
      const stored = await this.#in.conversations.findOne({ _id: id }, { projection: WITHOUT_HISTORY });
      return stored === null ? null : conversationOf(stored);
    });
  }

  list({ after, limit }: { readonly after?: string; readonly limit: number }): Promise<readonly Conversation[]> {
    return this.#ask(async () => {
      if (limit <= 0) return [];
      const filter = after === undefined ? {} : { _id: { $gt: after } };
      const found = this.#in.conversations.find(filter, { projection: WITHOUT_HISTORY });
      return (await found.sort({ _id: 1 }).limit(limit).toArray()).map(conversationOf);
    });
  }

  transcript(id: string, query: { readonly after: number; readonly limit: number }): Promise<readonly Line[]> {
    return this.#ask(() => this.#transcripts.page(id, query.after, query.limit));
  }

  put(document: Document): Promise<void> {
    return this.#ask(() => this.#documents.put(document));
  }

  get(kind: string, id: string): Promise<Document | null> {
    return this.#ask(() => this.#documents.get(kind, id));
  }

  page(query: { readonly kind: string; readonly before?: string; readonly limit: number }) {
    return this.#ask(() => this.#documents.page(query));
  }

  remove(kind: string, id: string): Promise<boolean> {
    return this.#ask(() => this.#documents.remove(kind, id));
  }

  purge(before: { readonly lines: number; readonly seen: number }): Promise<number> {
    return this.#gate.run(() => purge(this.#in, this.#clock, before));
  }

  async ping(): Promise<void> {
    await this.#gate.run(() => answered(this.#connected.db.command({ ping: 1 }), PING_MS));
  }

  async close(): Promise<void> {
    if (await this.#gate.close()) await this.#connected.close();
  }

  /** A verb that is one question; the others limit the time of each of their steps. */
  #ask<T>(verb: () => Promise<T>): Promise<T> {
    return this.#gate.run(() => answered(verb()));
  }
}
