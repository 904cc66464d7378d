import type { Conversation } from '../domain/conversation.ts';
import { causeOf, isStored } from '../domain/entry.ts';
import type { Entry } from '../domain/entry.ts';
import { messageOf } from '../domain/error.ts';
import type { JsonObject } from '../domain/json.ts';
import { wakeAt } from '../domain/session.ts';
import type { Commit, Document } from '../store/store.ts';

/** The record of an entry that could not be taken: people look at it, and may have it tried again. */
export function deadLetter(conversation: Conversation, entry: Entry, error: unknown, now: number): Document {
  const id = `${conversation.id}/${entry.id}`;
  // An entry is JSON by its type; writing it out and reading it makes it one of its own.
  const written = JSON.parse(JSON.stringify(entry)) as JsonObject;
  const body = { contact: conversation.id, entry: written, reason: messageOf(error), at: new Date(now).toISOString() };
  return { kind: 'dead_letter', id, order: `${String(now).padStart(15, '0')}-${id}`, body };
}

/**
 * The commit that goes on without an entry nobody can take: one from the inbox is passed over; the answer of a call,
 * or a timer, has nothing else to stand for it, so the session ends.
 */
export function withoutEntry(
  conversation: Conversation,
  token: string,
  entry: Entry,
  done: readonly string[],
  now: number,
): Commit {
  const { id, contact, revision, session } = conversation;
  const base = { id, token, revision, contact, owe: [] };
  if (isStored(entry)) return { ...base, session, wakeAt: wakeAt(session), consumed: [entry.id], done, lines: [] };
  const ended =
    session === null ? [] : [{ kind: 'ended' as const, at: now, cause: causeOf(entry), flow: session.flow }];
  const finished = entry.kind === 'call' ? [...done, entry.key] : done;
  return { ...base, session: null, wakeAt: null, consumed: [], done: finished, lines: ended };
}
