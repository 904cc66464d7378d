import type { mongo } from 'mongoose';
import type { Contact } from '../../domain/contact.ts';
import type { Conversation, Line, NewLine } from '../../domain/conversation.ts';
import type { Effect } from '../../domain/effect.ts';
import type { Entry } from '../../domain/entry.ts';
import type { Session } from '../../domain/session.ts';

/**
 * A document of the collection `conversations`. What users and flows write stands in it as JSON text only: no name
 * or text of theirs can be an operator, a path or an expression, and what comes out is what went in.
 */
export interface Stored {
  readonly _id: string;
  readonly contact: string;
  readonly session: string | null;
  /** `by` is the token of the accept that appended it. */
  readonly inbox: readonly { readonly id: string; readonly by: string; readonly json: string }[];
  readonly owed: readonly Owed[];
  readonly revision: number;
  readonly lines: number;
  readonly wakeAt: number | null;
  /** Null when nobody holds it. */
  readonly token: string | null;
  readonly leaseMs: number;
  /** The end of the lease while held, otherwise when there is something to do. */
  readonly dueAt: number | null;
  /** Digest of the last commit, and the token that was given back last: what a repeat is recognised by. */
  readonly turn: string | null;
  readonly gone: string | null;
  /** The newest ids of entries, `ids` of them. How often older ones went to `seen` is `evicted`. */
  readonly seen: readonly string[];
  readonly ids: number;
  readonly evicted: number;
  /** The newest lines, in `recentBytes`. Lines up to number `spilled` are not among them. */
  readonly recent: readonly Row[];
  readonly recentBytes: number;
  readonly spilled: number;
}

/** A conversation as it is read: ids and lines stay in the database. */
export type Read = Omit<Stored, 'seen' | 'recent'>;

/** The projection that reads a {@link Read}. */
export const WITHOUT_HISTORY = { seen: 0, recent: 0 } as const;

/** An owed effect: what the server needs to know of it, and all of it as JSON. */
export interface Owed {
  readonly key: string;
  /** When a delivery may go; null for now. */
  readonly at: number | null;
  /** True for a call: until it is answered nothing else moves the conversation. */
  readonly call: boolean;
  readonly json: string;
}

/** The lines of one commit, numbered from `first` to `last`. `at` is the time of its latest. */
export interface Row {
  readonly first: number;
  readonly last: number;
  readonly at: number;
  readonly bytes: number;
  readonly json: string;
}

/** A row of the collection `lines`. */
export type SpiltRow = Row & { readonly conversation: string };

/** A document of the collection `seen`: an id that had to leave its conversation, and when. */
export interface SeenId {
  readonly conversation: string;
  readonly entry: string;
  readonly at: Date;
}

/** A document of the collection `documents`; `json` is all of it, the fields beside it only find it. */
export interface Kept {
  readonly kind: string;
  readonly id: string;
  readonly order: string;
  readonly json: string;
  readonly expires?: Date;
}

/** The collections of one store. */
export interface Collections {
  readonly conversations: mongo.Collection<Stored>;
  readonly lines: mongo.Collection<SpiltRow>;
  readonly seen: mongo.Collection<SeenId>;
  readonly documents: mongo.Collection<Kept>;
}

/** The conversation that a document stands for. */
export function conversationOf(stored: Read): Conversation {
  return {
    id: stored._id,
    contact: JSON.parse(stored.contact) as Contact,
    session: stored.session === null ? null : (JSON.parse(stored.session) as Session),
    inbox: stored.inbox.map(({ json }) => JSON.parse(json) as Entry),
    owed: stored.owed.map(({ json }) => JSON.parse(json) as Effect),
    revision: stored.revision,
    lines: stored.lines,
  };
}

/** An owed effect as it is stored. */
export function owedOf(effect: Effect): Owed {
  const at = effect.kind === 'delivery' ? (effect.notBefore ?? null) : null;
  return { key: effect.key, at, call: effect.kind === 'call', json: JSON.stringify(effect) };
}

/** The lines of a row, with their numbers. */
export function linesOf(row: Row): Line[] {
  return numbered(JSON.parse(row.json) as NewLine[], row.first);
}

/** New lines with their numbers, the first being `first`. */
export function numbered(lines: readonly NewLine[], first: number): Line[] {
  return lines.map((line, index) => ({ seq: first + index, ...line }));
}
