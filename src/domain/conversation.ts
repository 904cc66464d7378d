import type { Contact } from './contact.ts';
import type { Effect } from './effect.ts';
import type { Entry } from './entry.ts';
import type { Inbound, Outbound } from './message.ts';
import type { Session } from './session.ts';

/** The stored record of one contact on one channel: the unit of atomic write. */
export interface Conversation {
  readonly id: string;
  readonly contact: Contact;
  readonly session: Session | null;
  /** Accepted and not yet taken through the engine, oldest first. */
  readonly inbox: readonly Entry[];
  /** Committed and not yet done, in order. */
  readonly owed: readonly Effect[];
  /** Grows by one with each commit; a commit on an older one is refused. */
  readonly revision: number;
  /** Lines of the transcript so far; the next line gets this number plus one. */
  readonly lines: number;
}

/** One line of the transcript. `seq` counts from 1 within the conversation and never changes. */
export type Line = { readonly seq: number; readonly at: number; readonly cause: string } & (
  | { readonly kind: 'in'; readonly message: Inbound }
  | { readonly kind: 'out'; readonly key: string; readonly message: Outbound }
  | { readonly kind: 'started'; readonly flow: string }
  | { readonly kind: 'ended'; readonly flow: string; readonly redirect_url?: string }
);

/** A line before the commit gives it its number. */
export type NewLine = Line extends infer L ? (L extends Line ? Omit<L, 'seq'> : never) : never;
