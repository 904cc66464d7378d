import type { Contact } from '../../domain/contact.ts';
import type { Conversation, Line } from '../../domain/conversation.ts';
import type { Effect } from '../../domain/effect.ts';
import type { Entry } from '../../domain/entry.ts';
import type { Session } from '../../domain/session.ts';

/** The newest lines of a conversation that stay in memory: as many, and of as many characters, as an ordinary turn has. */
const TAIL_LINES = 12;
const TAIL_CHARACTERS = 8192;

/** Stands for the row of a conversation that the table does not have. */
export const NO_ROW = -1;

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
  readonly folded: number;
}

/** Lines of a transcript, one after the other, as JSON: they are turned into text once. */
export interface Lines {
  /** The number of the first one. */
  readonly seq: number;
  readonly count: number;
  /** When the latest was said (ms since 1970). */
  readonly at: number;
  readonly text: string;
}

/** A conversation with what the store keeps beside it. */
export interface Stored {
  readonly n: number;
  conversation: Conversation;
  /** Characters of its inbox as JSON, about. */
  inboxSize: number;
  /** Characters of its last turn as JSON, or of its session. */
  turnSize: number;
  /** The lines it got last, when they are few: most who ask for lines ask for these. */
  tail: readonly Line[];
  wakeAt: number | null;
  /** Null when nobody holds it. */
  token: string | null;
  leaseMs: number;
  /** The end of the lease while held, otherwise when there is something to do. */
  dueAt: number | null;
  /** The last row of the journal that the table has of it; {@link NO_ROW} while it has no row. */
  folded: number;
  /** Characters that it was counted with when it was found to have changed. */
  weight: number;
  /** The first row of the journal that the table has not. */
  since: number;
  /** Lines, and ids with the time they came, that the journal has and the tables have not. */
  newLines: Lines[];
  readonly newIds: Map<string, number>;
}

/** The record of a row. */
export function storedOf(row: Row): Stored {
  const conversation = {
    id: fromKey(row.id),
    contact: JSON.parse(row.contact) as Contact,
    session: JSON.parse(row.session) as Session | null,
    inbox: JSON.parse(row.inbox) as Entry[],
    owed: JSON.parse(row.owed) as Effect[],
    revision: row.revision,
    lines: row.lines,
  };
  const { n, token, wake_at: wakeAt, lease_ms: leaseMs, due_at: dueAt } = row;
  const sizes = { inboxSize: row.inbox.length, turnSize: row.session.length };
  return { n, conversation, ...sizes, wakeAt, token, leaseMs, dueAt, folded: row.folded, ...nothingNew() };
}

/** The record of a conversation that has just begun. */
export function newStored(n: number, id: string, contact: Contact): Stored {
  const conversation = { id, contact, session: null, inbox: [], owed: [], revision: 0, lines: 0 };
  const lease = { wakeAt: null, token: null, leaseMs: 0, dueAt: null };
  return { n, conversation, inboxSize: 0, turnSize: 0, ...lease, folded: NO_ROW, ...nothingNew() };
}

function nothingNew(): Pick<Stored, 'since' | 'weight' | 'tail' | 'newLines' | 'newIds'> {
  return { since: 0, weight: 0, tail: [], newLines: [], newIds: new Map() };
}

/** Lines in the form in which they are stored; null when there are none. */
export function toLines(lines: readonly Line[]): Lines | null {
  const [first] = lines;
  if (first === undefined) return null;
  const at = lines.reduce((latest, line) => Math.max(latest, line.at), first.at);
  return { seq: first.seq, count: lines.length, at, text: JSON.stringify(lines) };
}

/** The tail after so many lines more, of which `size` are the characters. */
export function tailOf(before: readonly Line[], lines: readonly Line[], size: number): readonly Line[] {
  if (lines.length === 0) return before;
  if (size > TAIL_CHARACTERS) return [];
  return before.length + lines.length > TAIL_LINES ? lines : [...before, ...lines];
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

/** Half of a character, which UTF-8 cannot say. */
const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * An id as it is stored, so that two that differ also do so in the database: libsql cuts text at a NUL when it reads, and all
 * halves of characters become one. Keeps the order of other ids.
 */
export function toKey(id: string): string {
  if (!id.includes('\0') && !id.includes('\x01') && id.isWellFormed()) return id;
  const plain = id.replaceAll('\x01', '\x01\x02').replaceAll('\0', '\x01\x01');
  return plain.replaceAll(HALF, (half) => `\x01\x03${half.charCodeAt(0).toString(16)}`);
}

/** What {@link toKey} writes, from left to right. */
// oxlint-disable-next-line no-control-regex -- the pattern is about control characters
const WRITTEN = /\x01(?:(\x01)|(\x02)|\x03([0-9a-f]{4}))/g;

/** The id of a stored one. */
export function fromKey(key: string): string {
  if (!key.includes('\x01')) return key;
  return key.replaceAll(WRITTEN, (_, nul?: string, one?: string, half?: string) => {
    if (half !== undefined) return String.fromCharCode(Number.parseInt(half, 16));
    return nul === undefined ? (one === undefined ? '' : '\x01') : '\0';
  });
}
