import type { Contact } from '../../domain/contact.ts';
import type { Conversation, Line } from '../../domain/conversation.ts';
import type { Effect } from '../../domain/effect.ts';
import type { Entry } from '../../domain/entry.ts';
import type { Session } from '../../domain/session.ts';

/** A row of the table `conversation`, as SQLite gives it. */
export interface Row {
  readonly n: number;
  readonly id: string;
  readonly token: string | null;
  readonly lease_ms: number;
  readonly due_at: number | null;
  readonly wake_at: number | null;
  readonly revision: number;
  readonly lines: number;
  readonly contact: string;
  readonly session: string;
  readonly inbox: string;
  readonly owed: string;
}

/** A conversation with what the store keeps beside it. Its JSON texts are kept so that each is written once only. */
export interface Stored {
  readonly n: number;
  conversation: Conversation;
  contactText: string;
  inboxText: string;
  /** Characters of its session. */
  size: number;
  /** The lines it got last, when they are few: most who ask for lines ask for these. */
  tail: readonly Line[];
  wakeAt: number | null;
  /** Null when nobody holds it. */
  token: string | null;
  leaseMs: number;
  /** The end of the lease while held, otherwise when there is something to do. */
  dueAt: number | null;
}

/** The record of a row. */
export function storedOf(row: Row): Stored {
  return {
    n: row.n,
    conversation: {
      id: fromKey(row.id),
      contact: JSON.parse(row.contact) as Contact,
      session: JSON.parse(row.session) as Session | null,
      inbox: JSON.parse(row.inbox) as Entry[],
      owed: JSON.parse(row.owed) as Effect[],
      revision: row.revision,
      lines: row.lines,
    },
    contactText: row.contact,
    inboxText: row.inbox,
    size: row.session.length,
    tail: [],
    wakeAt: row.wake_at,
    token: row.token,
    leaseMs: row.lease_ms,
    dueAt: row.due_at,
  };
}

/** When a conversation that nobody holds has something to do; null when it waits for the contact only. */
export function nextDue({ conversation, wakeAt }: Stored, now: number): number | null {
  const head = conversation.owed[0];
  // While a call is owed nothing else moves the conversation: not its inbox, and no time that is up.
  const calling = conversation.owed.some((effect) => effect.kind === 'call');
  if (conversation.inbox.length > 0 && !calling) return now;
  if (head === undefined) return wakeAt;
  const sendAt = head.kind === 'delivery' ? Math.max(now, head.notBefore ?? now) : now;
  return calling ? sendAt : Math.min(sendAt, wakeAt ?? Infinity);
}

/** Puts one more entry at the end of an inbox's JSON: a long inbox is not written out again for each. */
export function appendText(inbox: string, entry: Entry): string {
  const text = JSON.stringify(entry);
  return inbox === '[]' ? `[${text}]` : `${inbox.slice(0, -1)},${text}]`;
}

/** An id as it is stored: libsql cuts text at a NUL when it reads. Keeps the order of ids. */
export function toKey(id: string): string {
  if (!id.includes('\0') && !id.includes('\x01')) return id;
  return id.replaceAll('\x01', '\x01\x02').replaceAll('\0', '\x01\x01');
}

function fromKey(key: string): string {
  return key.includes('\x01') ? key.replaceAll('\x01\x01', '\0').replaceAll('\x01\x02', '\x01') : key;
}
