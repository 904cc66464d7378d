import type { Contact } from '../../domain/contact.ts';
import type { Line } from '../../domain/conversation.ts';
import type { SqliteDriver } from '../driver.ts';
import type { Journal } from './journal.ts';
import { applyPatch } from './patch.ts';
import type { ConversationPatch } from './patch.ts';
import { fromKey, newStored, storedOf, toKey } from './record.ts';
import type { Row, Stored } from './record.ts';

/** Records kept in memory at most, besides those that changed; one more costs the oldest a SELECT later. */
const MOST_KEPT = 2048;

/** Characters of the last turn of a record that is kept while nobody holds it: 2048 of the largest must not fill the memory. */
const LARGEST_KEPT = 8192;

/**
 * Reads and changes conversations. A change goes into the journal and the record in memory; {@link fold} writes the table. Those
 * that were written last stay in memory, so that a conversation which is going on is parsed once; this is right because no
 * other process can have the file open.
 */
export class Records {
  readonly #sql: ReturnType<typeof statements>;
  readonly #journal: Journal;
  /** Records that have changed since they were written into the table. */
  readonly #changed = new Map<string, Stored>();
  readonly #kept = new Map<string, Stored>();
  #lastNumber = 0;
  #weight = 0;

  constructor(driver: SqliteDriver, journal: Journal) {
    this.#sql = statements(driver);
    this.#journal = journal;
  }

  /** The first row of the journal that the table does not have all of; undefined when it has everything. */
  get since(): number | undefined {
    return this.#oldest()?.since;
  }

  /** Characters of the sessions of those that have changed, about. */
  get weight(): number {
    return this.#weight;
  }

  /** How many have changed since they were written into the table. */
  get changed(): number {
    return this.#changed.size;
  }

  /** Memory is no longer what is stored: a transaction was undone. */
  forget(): void {
    this.#changed.clear();
    this.#weight = 0;
    this.#kept.clear();
  }

  /** Lines may have been dropped: none that is asked for may come from memory. */
  forgetLines(): void {
    this.#kept.clear();
    for (const stored of this.#changed.values()) stored.tail = [];
  }

  find(id: string): Stored | null {
    const known = this.inMemory(id);
    if (known !== undefined) return known;
    const row = this.#sql.find.first(toKey(id));
    return row === undefined ? null : storedOf(row);
  }

  inMemory(id: string): Stored | undefined {
    return this.#changed.get(id) ?? this.#kept.get(id);
  }

  /** The lines of a conversation after a number, when memory has all of them. */
  tail(id: string, after: number): readonly Line[] | null {
    const tail = this.inMemory(id)?.tail ?? [];
    const [first] = tail;
    return first === undefined || first.seq > after + 1 ? null : tail.slice(after + 1 - first.seq);
  }

  create(id: string, contact: Contact): Stored {
    const stored = newStored((this.#lastNumber += 1), id, contact);
    this.change(stored, { n: stored.n, op: 'new', id, contact });
    return stored;
  }

  /** Changes a record, and sees to it that the change is written down. */
  change(stored: Stored, patch: ConversationPatch): void {
    applyPatch(stored, patch, this.#journal.note(patch));
    this.#hasChanged(stored, this.#journal.next);
  }

  /** Changes records again as the journal tells it, whatever of it the table does not know. */
  replay(journal: readonly { readonly seq: number; readonly patches: readonly ConversationPatch[] }[]): void {
    const byNumber = new Map<number, Stored>();
    this.#lastNumber = this.#sql.last.all()[0]?.n ?? 0;
    for (const { seq, patches } of journal) {
      for (const patch of patches) {
        const stored = byNumber.get(patch.n) ?? this.#ofNumber(patch);
        byNumber.set(patch.n, stored);
        this.#lastNumber = Math.max(this.#lastNumber, patch.n);
        if (stored.folded >= seq) continue;
        applyPatch(stored, patch, JSON.stringify(patch).length);
        this.#hasChanged(stored, seq);
      }
    }
  }

  /**
   * Writes the record that waits longest into the table, by `write` what belongs to it, too. `seq` is the row of the journal up
   * to which it is known.
   */
  fold(seq: number, write: (stored: Stored) => void): void {
    const stored = this.#oldest();
    if (stored === undefined) return;
    stored.folded = seq;
    this.#save(stored);
    write(stored);
    stored.newLines = [];
    stored.newIds.clear();
    this.#changed.delete(stored.conversation.id);
    this.#weight -= stored.weight;
    this.#keep(stored);
  }

  /** How many turns each conversation has had. */
  revisions(ids: readonly string[]): Map<string, number> {
    const found = new Map<string, number>();
    for (const id of ids) {
      const revision = this.inMemory(id)?.conversation.revision ?? this.#sql.revision.all(toKey(id))[0]?.revision;
      if (revision !== undefined) found.set(id, revision);
    }
    return found;
  }

  /** Knows only what is in the table. */
  list(after: string, limit: number): Stored[] {
    return this.#sql.list.all(toKey(after), limit).map(storedOf);
  }

  /** Free conversations with something to do and held ones whose lease is over, earliest first. */
  due(now: number, limit: number, channels?: readonly string[]): Stored[] {
    const { due, dueOn } = this.#sql;
    const most = limit + this.#changed.size;
    const rows = channels === undefined ? due.all(now, most) : dueOn.all(now, JSON.stringify(channels), most);
    const written = rows
      .filter(({ id }) => !this.#changed.has(fromKey(id)))
      .slice(0, limit)
      .map(storedOf);
    const changed = [...this.#changed.values()].filter((stored) => isDue(stored, now) && isOn(stored, channels));
    return [...written, ...changed].toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0)).slice(0, limit);
  }

  /** Every conversation that somebody holds. Knows only the table. */
  leased(): Stored[] {
    return this.#sql.leased.all().map(storedOf);
  }

  #ofNumber(patch: ConversationPatch): Stored {
    const row = this.#sql.byNumber.all(patch.n)[0];
    if (row !== undefined) return storedOf(row);
    if (patch.op === 'new') return newStored(patch.n, patch.id, patch.contact);
    throw new Error(`The journal changes a conversation that is not there: ${patch.n}`);
  }

  #oldest(): Stored | undefined {
    const [oldest] = this.#changed.values();
    return oldest;
  }

  #hasChanged(stored: Stored, seq: number): void {
    const { id } = stored.conversation;
    if (this.#changed.has(id)) return;
    [stored.since, stored.weight] = [seq, stored.turnSize];
    this.#weight += stored.weight;
    this.#changed.set(id, stored);
  }

  #save({ n, conversation, wakeAt, token, leaseMs, dueAt, folded }: Stored): void {
    const { id, contact, session, inbox, owed, revision, lines } = conversation;
    const numbers = [token, leaseMs, dueAt, wakeAt, revision, lines, folded] as const;
    const texts = [
      JSON.stringify(contact),
      JSON.stringify(session),
      JSON.stringify(inbox),
      JSON.stringify(owed),
    ] as const;
    this.#sql.save.run(n, toKey(id), ...numbers, ...texts);
  }

  #keep(stored: Stored): void {
    const { id } = stored.conversation;
    // What was written last stands last, so the first is the oldest.
    this.#kept.delete(id);
    if (stored.token === null && stored.turnSize > LARGEST_KEPT) return;
    this.#kept.set(id, stored);
    if (this.#kept.size <= MOST_KEPT) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

function isDue({ dueAt }: Stored, now: number): boolean {
  return dueAt !== null && dueAt <= now;
}

/** As `dueOn` says it in SQL. */
function isOn({ conversation: { id } }: Stored, channels: readonly string[] | undefined): boolean {
  return channels === undefined || channels.includes(id.slice(0, Math.max(0, id.indexOf(':'))));
}

function statements(driver: SqliteDriver) {
  return {
    find: driver.prepare<Row>('SELECT * FROM conversation WHERE id = ?'),
    byNumber: driver.prepare<Row>('SELECT * FROM conversation WHERE n = ?'),
    last: driver.prepare<{ readonly n: number | null }>('SELECT max(n) AS n FROM conversation'),
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
    save: driver.prepare(
      `INSERT INTO conversation (n, id, token, lease_ms, due_at, wake_at, revision, lines, folded,
         contact, session, inbox, owed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (n) DO UPDATE SET
         token = excluded.token, lease_ms = excluded.lease_ms, due_at = excluded.due_at, wake_at = excluded.wake_at,
         revision = excluded.revision, lines = excluded.lines,
         folded = excluded.folded, contact = excluded.contact, session = excluded.session,
         inbox = excluded.inbox, owed = excluded.owed`,
    ),
  };
}
