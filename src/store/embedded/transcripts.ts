import type { Line } from '../../domain/conversation.ts';
import type { SqliteDriver } from '../driver.ts';
import { toKey } from './record.ts';

/** The transcripts: one row for the lines of one commit, keyed by the number of its first line. */
export class Transcripts {
  readonly #sql: ReturnType<typeof statements>;

  constructor(driver: SqliteDriver) {
    this.#sql = statements(driver);
  }

  /** Answers how many characters they take up. */
  add(n: number, lines: readonly Line[]): number {
    const first = lines[0];
    if (first === undefined) return 0;
    const at = lines.reduce((latest, line) => Math.max(latest, line.at), first.at);
    const text = JSON.stringify(lines);
    this.#sql.add.run(n, first.seq, at, text);
    return text.length;
  }

  /** Each row has a line at least, and only the first row can begin before the lines asked for. */
  page(id: string, after: number, limit: number): Line[] {
    const rows = this.#sql.page.all(toKey(id), after + 1, limit + 1);
    const lines = rows.flatMap((row) => JSON.parse(row.lines) as Line[]);
    return lines.filter((line) => line.seq > after).slice(0, limit);
  }

  /** Drops the first rows of one conversation whose lines are all older than `before`, so many at most. */
  purge(n: number, before: number, limit: number): number {
    return this.#sql.purge.run(n, before, limit);
  }
}

function statements(driver: SqliteDriver) {
  return {
    add: driver.prepare('INSERT INTO transcript (n, seq, at, lines) VALUES (?, ?, ?, ?)'),
    page: driver.prepare<{ readonly lines: string }>(
      `WITH it AS (SELECT n FROM conversation WHERE id = ?1)
       SELECT lines FROM transcript WHERE n = (SELECT n FROM it) AND seq >= coalesce(
         (SELECT max(seq) FROM transcript WHERE n = (SELECT n FROM it) AND seq <= ?2), 0)
       ORDER BY seq LIMIT ?3`,
    ),
    purge: driver.prepare(
      `WITH oldest AS (SELECT seq, at FROM transcript WHERE n = ?1 ORDER BY seq LIMIT ?3)
       DELETE FROM transcript WHERE n = ?1 AND seq IN (
         SELECT seq FROM oldest WHERE seq < coalesce((SELECT min(seq) FROM oldest WHERE at >= ?2), 9e15))`,
    ),
  };
}
