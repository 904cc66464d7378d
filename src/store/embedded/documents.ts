import type { SqliteDriver } from '../driver.ts';
import type { Document } from '../store.ts';
import type { Journal } from './journal.ts';
import type { DocumentPatch } from './patch.ts';

/**
 * The table `document`. A row holds the whole document as JSON; the columns beside it only find it. A change goes into the
 * journal and stays in memory; {@link fold} writes the table.
 */
export class Documents {
  readonly #sql: ReturnType<typeof statements>;
  readonly #journal: Journal;
  /** The last change of each document since the last {@link fold}. */
  readonly #changed = new Map<string, DocumentPatch>();
  /** The first row of the journal that the table does not have all of; undefined when it has everything. */
  since: number | undefined;

  constructor(driver: SqliteDriver, journal: Journal) {
    this.#sql = statements(driver);
    this.#journal = journal;
  }

  /** Memory is no longer what is stored: a transaction was undone. */
  forget(): void {
    this.#changed.clear();
    this.since = undefined;
  }

  /** How many have changed since the last {@link fold}. */
  get changed(): number {
    return this.#changed.size;
  }

  change(patch: DocumentPatch): void {
    this.#journal.note(patch);
    this.replay(this.#journal.next, patch);
  }

  /** Changes a document again as the journal tells it: once more is no harm, because each change says all there is to say. */
  replay(seq: number, patch: DocumentPatch): void {
    const { kind, id } = patch.op === 'put' ? patch.document : patch;
    this.since ??= seq;
    this.#changed.set(keyOf(kind, id), patch);
  }

  /** Writes every change into the table. */
  fold(): void {
    for (const patch of this.#changed.values()) {
      if (patch.op === 'put') this.#save(patch.document);
      else this.#sql.remove.run(patch.kind, patch.id);
    }
    this.forget();
  }

  get(kind: string, id: string, now: number): Document | null {
    const patch = this.#changed.get(keyOf(kind, id));
    if (patch === undefined) return documentOf(this.#sql.get.all(kind, id, now)[0]);
    return patch.op === 'put' && (patch.document.expiresAt ?? Infinity) > now ? patch.document : null;
  }

  /** Knows only the table. */
  page({ kind, before, limit }: { kind: string; before?: string; limit: number }, now: number): Document[] {
    const { newest, older } = this.#sql;
    const rows = before === undefined ? newest.all(kind, now, limit) : older.all(kind, now, before, limit);
    return rows.map((row) => JSON.parse(row.body) as Document);
  }

  /** True if there was something to remove. */
  remove(kind: string, id: string): boolean {
    const patch = this.#changed.get(keyOf(kind, id));
    const was = patch === undefined ? this.#sql.find.all(kind, id).length > 0 : patch.op === 'put';
    if (was) this.change({ op: 'remove', kind, id });
    return was;
  }

  /** Drops expired documents, `limit` at most; answers how many. Knows only the table. */
  purge(now: number, limit: number): number {
    return this.#sql.purge.run(now, limit);
  }

  #save(document: Document): void {
    const { kind, id, order, expiresAt } = document;
    this.#sql.put.run(kind, id, order, expiresAt ?? null, JSON.stringify(document));
  }
}

interface Row {
  readonly body: string;
}

function documentOf(row: Row | undefined): Document | null {
  return row === undefined ? null : (JSON.parse(row.body) as Document);
}

function keyOf(kind: string, id: string): string {
  return `${kind}\0${id}`;
}

function statements(driver: SqliteDriver) {
  const live = 'kind = ? AND (expires_at IS NULL OR expires_at > ?)';
  return {
    put: driver.prepare(
      `INSERT INTO document (kind, id, place, expires_at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, id)
       DO UPDATE SET place = excluded.place, expires_at = excluded.expires_at, body = excluded.body`,
    ),
    get: driver.prepare<Row>(
      'SELECT body FROM document WHERE kind = ? AND id = ? AND (expires_at IS NULL OR expires_at > ?)',
    ),
    newest: driver.prepare<Row>(`SELECT body FROM document WHERE ${live} ORDER BY place DESC, id DESC LIMIT ?`),
    older: driver.prepare<Row>(
      `SELECT body FROM document WHERE ${live} AND place < ? ORDER BY place DESC, id DESC LIMIT ?`,
    ),
    find: driver.prepare<unknown>('SELECT 1 FROM document WHERE kind = ? AND id = ?'),
    remove: driver.prepare('DELETE FROM document WHERE kind = ? AND id = ?'),
    purge: driver.prepare(
      'DELETE FROM document WHERE rowid IN (SELECT rowid FROM document WHERE expires_at <= ? LIMIT ?)',
    ),
  };
}
