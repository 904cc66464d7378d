import { ParleyError, messageOf } from '../../domain/error.ts';
import { sqliteCode } from '../driver.ts';
import type { SqliteDriver } from '../driver.ts';

/** Verbs in one transaction: enough to make fsync nearly free, few enough to keep the event loop going. */
const BATCH = 1000;

/** Verbs that a transaction is made for while the disk is still busy with the one before. */
const WORTHWHILE = 16;

/** What comes in after a transaction that failed is gathered for so long (ms): to undo one costs more than to write one. */
const REST_MS = 100;

/** SQLite codes that pass: there is no room now, or somebody else has the file. */
const PASSING = /^SQLITE_(FULL|BUSY|LOCKED|IOERR|NOMEM|CANTOPEN|READONLY)/;

/** A queued verb. `attempt` runs it and answers how to acknowledge it once it is durable. */
interface Item {
  attempt(): () => void;
  reject(error: unknown): void;
}

/** What a group commit works with, besides its database. */
export interface Disk {
  /** Brings what was committed to the disk; null where COMMIT itself does, or nothing has to. */
  flush: (() => Promise<void>) | null;
  /** True when nothing is left in the log of writes. */
  isCopied(): boolean;
  /** Called before each COMMIT: writes down what the verbs have changed. */
  seal(): void;
  /** Told to forget whatever is kept in memory of writes that were undone. */
  rolledBack(): void;
  /** Told, in a transaction, that the disk works again after a flush that failed: nobody knows what the verbs before it were told. */
  recovered(): void;
}

/**
 * Runs all verbs that were asked for in one turn of the event loop, or gathered while the disk was busy, in one transaction, in
 * order, and resolves them when a flush that began after it is done: one for all that was committed before. A verb that throws rejects
 * alone; the others are run again without it.
 */
export class GroupCommit {
  readonly #driver: SqliteDriver;
  readonly #disk: Disk;
  #queue: Item[] = [];
  /** Verbs that are committed and wait for a flush that begins after their COMMIT. */
  #committed: Done[] = [];
  #scheduled = false;
  #flushing: Promise<void> | null = null;
  /** A flush failed: what was committed since the last good one is in the log, and perhaps not on the disk. */
  #doubtful = false;
  /** The last transaction could not be written. */
  #failing = false;
  #closed = false;

  constructor(driver: SqliteDriver, disk: Disk) {
    this.#driver = driver;
    this.#disk = disk;
  }

  /** Queues a synchronous verb. It may be run twice, the first time being undone. */
  run<T>(verb: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(closed());
    return new Promise<T>((resolve, reject) => {
      const attempt = (): (() => void) => {
        const result = verb();
        return () => resolve(result);
      };
      this.#queue.push({ attempt, reject });
      this.#schedule();
    });
  }

  /** Runs what is queued and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (;;) {
      if (this.#flushing !== null) await this.#flushing;
      else if (this.#queue.length > 0) this.#next();
      else return;
    }
  }

  #schedule(): void {
    if (this.#scheduled || !this.#ready()) return;
    this.#scheduled = true;
    const soon = (next: () => void): unknown => (this.#failing ? setTimeout(next, REST_MS) : setImmediate(next));
    soon(() => {
      this.#scheduled = false;
      if (this.#ready()) this.#next();
      this.#schedule();
    });
  }

  /** While the disk is busy, verbs are gathered until a transaction is worth its while. */
  #ready(): boolean {
    return this.#queue.length >= (this.#flushing === null ? 1 : WORTHWHILE);
  }

  /** One transaction of what is queued. */
  #next(): void {
    this.#committed.push(...this.#take(this.#queue.splice(0, BATCH)));
    if (this.#disk.flush === null) this.#acknowledge(this.#committed.splice(0));
    else if (this.#committed.length > 0) this.#flushing ??= this.#flushAll(this.#disk.flush);
  }

  /** Flushes one after the other, each for all that was committed before it began. */
  async #flushAll(flush: () => Promise<void>): Promise<void> {
    while (this.#committed.length > 0) {
      const done = this.#committed.splice(0);
      try {
        await flush();
        this.#acknowledge(done);
      } catch (error) {
        this.#doubt([...done, ...this.#committed.splice(0)], error);
      }
    }
    this.#flushing = null;
    this.#schedule();
  }

  #acknowledge(done: readonly Done[]): void {
    for (const verb of done) verb.acknowledge();
  }

  #doubt(done: readonly Done[], error: unknown): void {
    this.#doubtful = true;
    const told = new ParleyError('busy', `The store cannot write: ${messageOf(error)}`);
    for (const { item } of done) item.reject(told);
  }

  /** Answers the verbs that were committed; the others are rejected. */
  #take(batch: readonly Item[]): Done[] {
    if (batch.length === 0) return [];
    const tried = this.#transaction(batch);
    this.#failing = tried.kind === 'failed';
    if (tried.kind === 'done') return tried.done;
    if (tried.byVerb && batch.length > 1) return batch.flatMap((item) => this.#take([item]));
    for (const item of batch) item.reject(tried.error);
    return [];
  }

  #transaction(batch: readonly Item[]): Tried {
    let byVerb = false;
    try {
      const doubtful = this.#doubtful;
      if (doubtful) this.#copy();
      this.#driver.exec('BEGIN IMMEDIATE');
      if (doubtful) this.#disk.recovered();
      byVerb = true;
      const done = batch.map((item) => ({ item, acknowledge: item.attempt() }));
      byVerb = false;
      this.#disk.seal();
      this.#driver.exec('COMMIT');
      this.#doubtful = false;
      return { kind: 'done', done };
    } catch (error) {
      this.#undo();
      return { kind: 'failed', byVerb, error: fault(error) };
    }
  }

  /** The log is copied into the database anew: a second flush may say yes to what the first has lost. */
  #copy(): void {
    this.#driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    if (!this.#disk.isCopied())
      throw new ParleyError('busy', 'The store cannot write: somebody reads it, a backup for example');
  }

  #undo(): void {
    try {
      if (this.#driver.inTransaction) this.#driver.exec('ROLLBACK');
    } catch {
      // The verbs are rejected with the error that led here; the next BEGIN says whether the store still works.
    } finally {
      this.#disk.rolledBack();
    }
  }
}

/** A verb that was committed, and how to say so. */
interface Done {
  readonly item: Item;
  acknowledge(): void;
}

type Tried =
  | { readonly kind: 'done'; readonly done: Done[] }
  | { readonly kind: 'failed'; readonly byVerb: boolean; readonly error: unknown };

/** What is answered to whoever asks a store that is closed. */
export function closed(): ParleyError {
  return new ParleyError('busy', 'The store is closed');
}

function fault(error: unknown): unknown {
  if (!PASSING.test(sqliteCode(error))) return error;
  return new ParleyError('busy', `The store cannot write: ${messageOf(error)}`);
}
