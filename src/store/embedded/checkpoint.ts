import type { Background, SqliteDriver } from '../driver.ts';

/** Transactions after which the log of writes is copied into the database: about 30 MB of it under load. */
const EVERY = 500;

/**
 * Copies the log of writes into the database, so that the log begins anew. SQLite itself would do so within a COMMIT, and the
 * whole server would stand still for some fifty milliseconds; here most of it is done in another thread.
 */
export class Checkpoint {
  readonly #driver: SqliteDriver;
  readonly #open: () => Background;
  #background: Background | null = null;
  #commits = 0;
  #copying: Promise<void> | null = null;

  /** `open` opens the second connection, once there is something to copy. */
  constructor(driver: SqliteDriver, open: () => Background) {
    this.#driver = driver;
    this.#open = open;
  }

  /** To be called for each transaction. */
  count(): void {
    this.#commits += 1;
    if (this.#commits < EVERY || this.#copying !== null) return;
    this.#commits = 0;
    this.#copying = this.#copy().finally(() => (this.#copying = null));
  }

  /** Waits for the copy under way. */
  async close(): Promise<void> {
    await this.#copying;
    this.#background?.close();
  }

  /**
   * The first pass copies what there is, the second what came meanwhile; only when nothing is left does the log begin anew, so the
   * rest is copied here, between two transactions. What fails is tried again with the next copy, or by SQLite when the log is long.
   */
  async #copy(): Promise<void> {
    const copy = 'PRAGMA wal_checkpoint(PASSIVE)';
    try {
      this.#background ??= this.#open();
      for (let pass = 0; pass < 2; pass += 1) await this.#background.exec(copy);
      this.#driver.exec(copy);
    } catch {
      // The log still has everything.
    }
  }
}
