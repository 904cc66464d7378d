import type { SqliteDriver, Statement } from '../driver.ts';
import type { Ledger } from './ledger.ts';
import { REMEMBERED_MS } from './remembered.ts';

/** Conversations, or documents, looked at in one transaction: a few milliseconds. */
const STEP = 200;

/** Rows of one conversation that go in one transaction. */
const ROWS = 2000;

/** Drops what is past its time, a little in each transaction so that messages go on between. */
export class Purge {
  readonly #ledger: Ledger;
  readonly #walk: Statement<{ readonly n: number }>;

  constructor(driver: SqliteDriver, ledger: Ledger) {
    this.#ledger = ledger;
    this.#walk = driver.prepare(`SELECT n FROM conversation WHERE n > ? ORDER BY n LIMIT ${STEP}`);
  }

  /** Answers how many rows went. `write` runs one step in a transaction of its own. */
  async run(write: <T>(step: () => T) => Promise<T>, before: { lines: number; seen: number }, now: number) {
    let rows = 0;
    await write(() => this.#ledger.fold());
    for (let step = STEP; step === STEP; rows += step) {
      step = await write(() => this.#ledger.documents.purge(now, STEP));
    }
    const limits = { lines: before.lines, seen: Math.min(before.seen, now - REMEMBERED_MS) };
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      const done = await write(() => this.#conversations(from, limits));
      rows += done.rows;
      after = done.last;
    }
    return rows;
  }

  #conversations(after: number, before: { lines: number; seen: number }): { rows: number; last: number | null } {
    const { transcripts, remembered } = this.#ledger;
    const found = this.#walk.all(after);
    let rows = 0;
    for (const { n } of found) {
      rows += transcripts.purge(n, before.lines, ROWS) + remembered.purge(n, before.seen, ROWS);
      // There may be more of it: the next transaction begins with the same conversation.
      if (rows >= ROWS) return { rows, last: n - 1 };
    }
    return { rows, last: found.at(-1)?.n ?? null };
  }
}
