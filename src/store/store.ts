import type { Contact } from '../domain/contact.ts';
import type { Conversation, Line, NewLine } from '../domain/conversation.ts';
import type { Delivery, Effect } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Session } from '../domain/session.ts';

/**
 * Where conversations live. Each verb is one atomic step on one record: there is no begin and no commit,
 * so a store without transactions over records can keep every promise. A verb that resolves is durable. One that rejects
 * with `busy` was done or not; the same store may be asked the same again, and then answers as if for the first time.
 * Times are milliseconds since 1970 by the store's own clock, so processes need not agree on theirs.
 */
export interface Store {
  /**
   * Adds an entry to a conversation's inbox, making the conversation if it is new, and takes the lease if
   * nobody holds it. Refuses an id seen before in this conversation (the last 200, and all of 8 days).
   */
  accept(request: Accept): Promise<Accepted>;
  /** Ends a turn: new session, entries consumed, effects done and owed, lines of the transcript; all or nothing. */
  commit(change: Commit): Promise<Committed>;
  /** Removes finished effects, then gives the lease back if nothing is left to do now. */
  settle(request: Settle): Promise<Settled>;
  /** Prolongs leases; answers the ids of those that were lost to another owner. */
  renew(leases: readonly Lease[], leaseMs: number): Promise<readonly string[]>;
  /** Leases conversations that nobody holds and that have something to do: inbox, owed, or a wake time gone by. */
  claim(request: {
    readonly owner: string;
    readonly leaseMs: number;
    readonly limit: number;
    /** Only conversations on these channels: the others live in other processes. Not given: all. */
    readonly channels?: readonly string[];
  }): Promise<readonly Held[]>;
  /** The store's time as this process knows it, without asking: whoever computes times that the store keeps goes by it. */
  now(): number;
  /** A conversation as it stands, or null. Reading takes no lease. */
  load(id: string): Promise<Conversation | null>;
  /** How many turns each of these conversations has had; those that are not there are left out. One cheap question. */
  revisions(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Conversations by id, ascending, `after` excluded. */
  list(query: { readonly after?: string; readonly limit: number }): Promise<readonly Conversation[]>;
  /** Lines of a transcript with a number above `after`, ascending. */
  transcript(id: string, query: { readonly after: number; readonly limit: number }): Promise<readonly Line[]>;
  /** Keeps a document (a flow version, a call log row, a credential) under a kind and id, replacing what was there. */
  put(document: Document): Promise<void>;
  /** A document, or null when there is none or it has expired. */
  get(kind: string, id: string): Promise<Document | null>;
  /** Documents of a kind, newest first; `before` is the `order` of the last one of the page before. */
  page(query: {
    readonly kind: string;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly Document[]>;
  /** True if there was something to remove. */
  remove(kind: string, id: string): Promise<boolean>;
  /** Drops what is past its time (expired documents, transcript lines and remembered ids); answers how many rows. */
  purge(before: { readonly lines: number; readonly seen: number }): Promise<number>;
  /** Resolves when the store answers; rejects when it is away. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Accept {
  readonly conversation: string;
  /** The contact as the channel knows it; used when the conversation is new. */
  readonly contact: Contact;
  readonly entry: Entry;
  readonly owner: string;
  readonly leaseMs: number;
  /** Entries the inbox may hold; one more is refused as `full`. */
  readonly inboxLimit: number;
  /** Bytes of entries the inbox may hold before one more is refused, about; not given: 256 KB. */
  readonly inboxBytes?: number;
  /** Leaves the lease to somebody else, who finds the conversation due at once: its channel lives in another process. */
  readonly leave?: true;
}

export type Accepted =
  | { readonly kind: 'held'; readonly held: Held }
  /** Stored; whoever holds the lease will come to it. */
  | { readonly kind: 'queued' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'full' };

/** What `inboxBytes` is when it is not given: what waits is written anew with each entry, and must not hold up others. */
export const INBOX_BYTES = 256_000;

/** The right to move a conversation, and the conversation. A token is never used twice. */
export interface Held {
  readonly token: string;
  readonly conversation: Conversation;
}

export interface Lease {
  readonly id: string;
  readonly token: string;
}

export interface Commit extends Lease {
  /** The revision the turn was computed from. */
  readonly revision: number;
  readonly contact: Contact;
  readonly session: Session | null;
  /** When to wake the conversation if nothing else does. */
  readonly wakeAt: number | null;
  /** Ids of inbox entries that this turn used up. */
  readonly consumed: readonly string[];
  /** Keys of owed effects that are done. */
  readonly done: readonly string[];
  readonly owe: readonly Effect[];
  readonly lines: readonly NewLine[];
}

export type Committed =
  | { readonly kind: 'committed'; readonly conversation: Conversation; readonly lines: readonly Line[] }
  /** The lease went to somebody else, or the revision moved: nothing was written. */
  | { readonly kind: 'lost' };

export interface Settle extends Lease {
  readonly done: readonly string[];
  /** A delivery to try again later: it replaces the owed one of the same key. */
  readonly postponed?: Delivery;
}

export type Settled =
  | { readonly kind: 'released' }
  /** There is more to do now; the lease is kept. */
  | { readonly kind: 'more'; readonly conversation: Conversation }
  | { readonly kind: 'lost' };

/**
 * A record beside the conversations. `order` sorts a kind: newest is greatest. Where pages matter it has to be
 * unique in its kind (a time and an id, say), because a page begins below one.
 */
export interface Document {
  readonly kind: string;
  readonly id: string;
  readonly order: string;
  readonly body: JsonObject;
  /** When it may be dropped (ms since 1970). */
  readonly expiresAt?: number;
}
