import type { Contact } from '../../domain/contact.ts';
import type { Conversation } from '../../domain/conversation.ts';
import type { Effect } from '../../domain/effect.ts';
import type { Entry } from '../../domain/entry.ts';
import type { Session } from '../../domain/session.ts';
import type { Document } from '../store.ts';
import type { Lines, Stored } from './record.ts';

/** One change of a conversation, `n` being its number in the tables. What it does to a record stands here once, for now and for a replay. */
export type ConversationPatch = { readonly n: number } & (
  | { readonly op: 'new'; readonly id: string; readonly contact: Contact }
  /** An entry was accepted (ms since 1970): it is in the inbox, and its id is remembered. */
  | { readonly op: 'entry'; readonly entry: Entry; readonly at: number }
  | Lease
  | Turn
  | { readonly op: 'owed'; readonly owed: readonly Effect[] }
);

interface Lease {
  readonly op: 'lease';
  readonly token: string | null;
  readonly ms: number;
  readonly dueAt: number | null;
}

interface Turn {
  readonly op: 'turn';
  /** Not there when it did not change. */
  readonly contact?: Contact;
  readonly session: Session | null;
  readonly wakeAt: number | null;
  readonly consumed: readonly string[];
  readonly owed: readonly Effect[];
  readonly lines: Lines | null;
}

/** One change of a document. */
export type DocumentPatch =
  | { readonly op: 'put'; readonly document: Document }
  | { readonly op: 'remove'; readonly kind: string; readonly id: string };

/** What the journal holds. */
export type Patch = ConversationPatch | DocumentPatch;

/** Changes a record; `size` is how many characters the patch has as JSON. */
export function applyPatch(stored: Stored, patch: ConversationPatch, size: number): void {
  switch (patch.op) {
    case 'new':
      return;
    case 'entry':
      stored.inboxSize += size;
      stored.newIds.set(patch.entry.id, patch.at);
      stored.conversation = { ...stored.conversation, inbox: [...stored.conversation.inbox, patch.entry] };
      return;
    case 'lease':
      [stored.token, stored.leaseMs, stored.dueAt] = [patch.token, patch.ms, patch.dueAt];
      return;
    case 'owed':
      stored.conversation = { ...stored.conversation, owed: patch.owed };
      return;
    case 'turn':
      return applyTurn(stored, patch, size);
  }
}

function applyTurn(stored: Stored, turn: Turn, size: number): void {
  const before = stored.conversation;
  stored.wakeAt = turn.wakeAt;
  stored.turnSize = size;
  stored.conversation = {
    id: before.id,
    contact: turn.contact ?? before.contact,
    session: turn.session,
    inbox: left(stored, turn.consumed),
    owed: turn.owed,
    revision: before.revision + 1,
    lines: before.lines + (turn.lines?.count ?? 0),
  };
  if (turn.lines !== null) stored.newLines.push(turn.lines);
}

function left(stored: Stored, consumed: readonly string[]): Conversation['inbox'] {
  const { inbox } = stored.conversation;
  const rest = consumed.length === 0 ? inbox : inbox.filter(({ id }) => !consumed.includes(id));
  if (rest.length < inbox.length) stored.inboxSize = rest.length === 0 ? 0 : JSON.stringify(rest).length;
  return rest;
}
