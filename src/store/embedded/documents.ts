import type { SqliteDriver } from '../driver.ts';
import type { Document } from '../store.ts';

/** The table `document`. A row holds the whole document as JSON; the columns beside it only find it. */
export class Documents {
  readonly #sql: ReturnType<typeof statements>;

  constructor(driver: SqliteDriver) {
    this.#sql = statements(driver);
  }

  put(document: Document): void {
    const { kind, id, order, expiresAt } = document;
    this.#sql.put.run(kind, id, order, expiresAt ?? null, JSON.stringify(document));
  }

  get(kind: string, id: string, now: number): Document | null {
    const row = this.#sql.get.all(kind, id, now)[0];
    return row === undefined ? null : documentOf(row);
  }

  page({ kind, before, limit }: { kind: string; before?: string; limit: number }, now: number): Document[] {
    const { newest, older } = this.#sql;
    const rows = before === undefined ? newest.all(kind, now, limit) : older.all(kind, now, before, limit);
    return rows.map(documentOf);
  }

  remove(kind: string, id: string): boolean {
    return this.#sql.remove.run(kind, id) > 0;
  }

  /** Drops expired documents, `limit` at most; answers how many. */
  purge(now: number, limit: number): number {
    return this.#sql.purge.run(now, limit);
  }
}

interface Row {
  readonly body: string;
}

function documentOf(row: Row): Document {
  return JSON.parse(row.body) as Document;
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
    remove: driver.prepare('DELETE FROM document WHERE kind = ? AND id = ?'),
    purge: driver.prepare(
      'DELETE FROM document WHERE rowid IN (SELECT rowid FROM document WHERE expires_at <= ? LIMIT ?)',
    ),
  };
}
