import type { SqliteDriver, Statement } from '../driver.ts';
import { NO_ROW, toKey } from './record.ts';
import type { Stored } from './record.ts';

/** However old they are, this many of the newest ids of a conversation stay. */
const NEWEST = 200;

/** However many there are, ids younger than this stay, in milliseconds. */
export const REMEMBERED_MS = 8 * 86_400_000;

/** The ids of accepted entries, so that an entry that comes again is known. */
export class Remembered {
  readonly #find: Statement<unknown>;
  readonly #add: Statement<never>;
  readonly #purge: Statement<never>;

  constructor(driver: SqliteDriver) {
    this.#find = driver.prepare('SELECT 1 FROM seen WHERE n = ? AND entry = ?');
    this.#add = driver.prepare('INSERT OR IGNORE INTO seen (n, entry, at) VALUES (?, ?, ?)');
    this.#purge = driver.prepare(
      `DELETE FROM seen WHERE n = ?1 AND entry IN (SELECT entry FROM seen WHERE n = ?1 AND at < ?2
       AND at < (SELECT at FROM seen WHERE n = ?1 ORDER BY at DESC LIMIT 1 OFFSET ${NEWEST - 1}) LIMIT ?3)`,
    );
  }

  has({ n, folded, newIds }: Stored, entry: string): boolean {
    return newIds.has(entry) || (folded > NO_ROW && this.#find.first(n, toKey(entry)) !== undefined);
  }

  /** Writes the ids that only the journal has. */
  fold({ n, newIds }: Stored): void {
    for (const [entry, at] of newIds) this.#add.run(n, toKey(entry), at);
  }

  /** Drops ids of one conversation that are older than `before` and not among the newest, so many at most. */
  purge(n: number, before: number, limit: number): number {
    return this.#purge.run(n, before, limit);
  }
}
