import type { Contact } from '../../domain/contact.ts';
import type { Line } from '../../domain/conversation.ts';
import type { SqliteDriver } from '../driver.ts';
import { storedOf, toKey } from './record.ts';
import type { Row, Stored } from './record.ts';

/** Records kept in memory at most; one more costs the one that was written longest ago a SELECT later. */
const MOST_KEPT = 2048;

/** Characters of a session that is kept while nobody holds its record: 2048 of the largest must not fill the memory. */
const LARGEST_KEPT = 8192;

/**
 * Reads and writes the table `conversation`. The records that were written last stay in memory, so that a
 * conversation which is going on is parsed once; this is right because no other process can have the file open.
 */
export class Records {
  readonly #sql: ReturnType<typeof statements>;
  readonly #kept = new Map<string, Stored>();

  constructor(driver: SqliteDriver) {
    this.#sql = statements(driver);
  }

  /** What is kept in memory is no longer what is stored: a transaction was undone. */
  forget(): void {
    this.#kept.clear();
  }

  find(id: string): Stored | null {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const row = this.#sql.find.first(toKey(id));
    return row === undefined ? null : storedOf(row);
  }

  /** The lines of a conversation after a number, when memory has all of them. */
  tail(id: string, after: number): readonly Line[] | null {
    const tail = this.#kept.get(id)?.tail ?? [];
    const [first] = tail;
    return first === undefined || first.seq > after + 1 ? null : tail.slice(after + 1 - first.seq);
  }

  create(id: string, contact: Contact): Stored {
    const row = this.#sql.create.all(toKey(id), JSON.stringify(contact))[0];
    if (row === undefined) throw new Error('INSERT RETURNING answered no row');
    return storedOf(row);
  }

  /** How many turns each conversation has had. */
  revisions(ids: readonly string[]): Map<string, number> {
    const found = ids.flatMap((id) => this.#sql.revision.all(toKey(id)).map(({ revision }) => [id, revision] as const));
    return new Map(found);
  }

  list(after: string, limit: number): Stored[] {
    return this.#sql.list.all(toKey(after), limit).map(storedOf);
  }

  /** Free conversations with something to do and held ones whose lease is over, earliest first. */
  due(now: number, limit: number, channels?: readonly string[]): Stored[] {
    const { due, dueOn } = this.#sql;
    const rows = channels === undefined ? due.all(now, limit) : dueOn.all(now, JSON.stringify(channels), limit);
    return rows.map(storedOf);
  }

  /** Every conversation that somebody holds. */
  leased(): Stored[] {
    return this.#sql.leased.all().map(storedOf);
  }

  /** Writes the inbox and the lease: an entry came in, or the lease changed hands. */
  saveAccepted(stored: Stored): void {
    this.#sql.accepted.run(stored.inboxText, stored.token, stored.leaseMs, stored.dueAt, stored.n);
    this.#keep(stored);
  }

  /** Writes the inbox alone; the index of due times is not touched. */
  saveInbox(stored: Stored): void {
    this.#sql.inbox.run(stored.inboxText, stored.n);
  }

  /** Writes all that a turn can change; the lease stays. */
  saveTurn(stored: Stored): void {
    const { session, owed, revision, lines } = stored.conversation;
    const [sessionText, owedText] = [JSON.stringify(session), JSON.stringify(owed)];
    stored.size = sessionText.length;
    this.#sql.turn.run(
      stored.contactText,
      sessionText,
      stored.inboxText,
      owedText,
      stored.wakeAt,
      revision,
      lines,
      stored.n,
    );
    this.#keep(stored);
  }

  /** Writes what is owed and the lease. */
  saveSettled(stored: Stored): void {
    const owedText = JSON.stringify(stored.conversation.owed);
    this.#sql.settled.run(owedText, stored.token, stored.leaseMs, stored.dueAt, stored.n);
    this.#keep(stored);
  }

  #keep(stored: Stored): void {
    const { id } = stored.conversation;
    // What was written last stands last, so the first is the oldest.
    this.#kept.delete(id);
    if (stored.token === null && stored.size > LARGEST_KEPT) return;
    this.#kept.set(id, stored);
    if (this.#kept.size <= MOST_KEPT) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

function statements(driver: SqliteDriver) {
  return {
    find: driver.prepare<Row>('SELECT * FROM conversation WHERE id = ?'),
    create: driver.prepare<Row>(
      `INSERT INTO conversation (id, contact, session, inbox, owed, revision, lines, lease_ms)
       VALUES (?, ?, 'null', '[]', '[]', 0, 0, 0) RETURNING *`,
    ),
    revision: driver.prepare<{ readonly revision: number }>('SELECT revision FROM conversation WHERE id = ?'),
    list: driver.prepare<Row>('SELECT * FROM conversation WHERE id > ? ORDER BY id LIMIT ?'),
    due: driver.prepare<Row>('SELECT * FROM conversation WHERE due_at <= ? ORDER BY due_at LIMIT ?'),
    dueOn: driver.prepare<Row>(
      `SELECT * FROM conversation WHERE due_at <= ? AND substr(id, 1, instr(id, ':') - 1) IN
       (SELECT value FROM json_each(?)) ORDER BY due_at LIMIT ?`,
    ),
    leased: driver.prepare<Row>(
      `SELECT * FROM conversation INDEXED BY conversation_due WHERE due_at IS NOT NULL AND token IS NOT NULL`,
    ),
    accepted: driver.prepare('UPDATE conversation SET inbox = ?, token = ?, lease_ms = ?, due_at = ? WHERE n = ?'),
    inbox: driver.prepare('UPDATE conversation SET inbox = ? WHERE n = ?'),
    turn: driver.prepare(
      `UPDATE conversation SET contact = ?, session = ?, inbox = ?, owed = ?, wake_at = ?, revision = ?, lines = ?
       WHERE n = ?`,
    ),
    settled: driver.prepare('UPDATE conversation SET owed = ?, token = ?, lease_ms = ?, due_at = ? WHERE n = ?'),
  };
}
