import type { Line } from '../../domain/conversation.ts';
import type { SqliteDriver } from '../driver.ts';
import { toKey } from './record.ts';
import type { Lines, Stored } from './record.ts';

/** Lines of one row, at most: few enough that a page does not read much more than it shows. */
const ROW_LINES = 48;

/** Milliseconds between the first and the last line of a row, less than that: what is old is dropped by whole rows. */
const ROW_MS = 5000;

/** Rows that are read at a time. */
const ROWS = 50;

/** The transcripts: a row has the lines that one conversation got between two folds, keyed by the number of its first line. */
export class Transcripts {
  readonly #sql: ReturnType<typeof statements>;

  constructor(driver: SqliteDriver) {
    this.#sql = statements(driver);
  }

  /** Writes the lines that only the journal has. */
  fold({ n, newLines }: Stored): void {
    for (let from = 0; from < newLines.length;) {
      const to = endOfRow(newLines, from);
      const row = newLines.slice(from, to);
      const at = row.reduce((latest, lines) => Math.max(latest, lines.at), 0);
      this.#sql.add.run(n, row[0]?.seq ?? 0, at, `[${row.map(({ text }) => text.slice(1, -1)).join(',')}]`);
      from = to;
    }
  }

  /** Only the first row can begin before the lines asked for. Knows only the table. */
  page(id: string, after: number, limit: number): Line[] {
    const found: Line[] = [];
    for (;;) {
      const last = found.at(-1)?.seq ?? after;
      const rows = this.#sql.page.all(toKey(id), last + 1, ROWS);
      const lines = rows.flatMap((row) => JSON.parse(row.lines) as Line[]);
      found.push(...lines.filter(({ seq }) => seq > last));
      if (rows.length < ROWS || found.length >= limit) return found.slice(0, limit);
    }
  }

  /** Drops the first rows of one conversation whose lines are all older than `before`, so many at most. */
  purge(n: number, before: number, limit: number): number {
    return this.#sql.purge.run(n, before, limit);
  }
}

/** Where a row ends that begins with these lines. */
function endOfRow(all: readonly Lines[], from: number): number {
  const first = all[from];
  const end = all.findIndex((lines, index) => first !== undefined && index > from && !fits(first, lines));
  return end < 0 ? all.length : end;
}

function fits(first: Lines, lines: Lines): boolean {
  return lines.seq + lines.count - first.seq <= ROW_LINES && lines.at - first.at < ROW_MS;
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
