import { ParleyError, messageOf } from '../../domain/error.ts';
import { sqliteCode } from '../driver.ts';
import type { SqliteDriver } from '../driver.ts';

/** Verbs in one transaction: enough to make fsync nearly free, few enough to keep the event loop going. */
const BATCH = 1000;

/** SQLite codes that pass: there is no room now, or somebody else has the file. */
const PASSING = /^SQLITE_(FULL|BUSY|LOCKED|IOERR|NOMEM|CANTOPEN|READONLY)/;

/** A queued verb. `attempt` runs it and answers how to acknowledge it once it is durable. */
interface Item {
  attempt(): () => void;
  reject(error: unknown): void;
}

/**
 * Runs all verbs that were asked for in one turn of the event loop in one transaction, in order, and resolves them
 * after its COMMIT: one fsync for all of them. A verb that throws rejects alone; the others are run again without it.
 */
export class GroupCommit {
  readonly #driver: SqliteDriver;
  readonly #rolledBack: () => void;
  #queue: Item[] = [];
  #scheduled = false;
  #closed = false;

  /** `rolledBack` is told to forget whatever it keeps in memory of the writes that were undone. */
  constructor(driver: SqliteDriver, rolledBack: () => void) {
    this.#driver = driver;
    this.#rolledBack = rolledBack;
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
  close(): void {
    this.#closed = true;
    while (this.#queue.length > 0) this.#take(this.#queue.splice(0, BATCH));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#take(this.#queue.splice(0, BATCH));
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #take(batch: readonly Item[]): void {
    if (batch.length === 0) return;
    const tried = this.#transaction(batch);
    if (tried.kind === 'done') for (const acknowledge of tried.acknowledge) acknowledge();
    else if (tried.byVerb && batch.length > 1) for (const item of batch) this.#take([item]);
    else for (const item of batch) item.reject(tried.error);
  }

  #transaction(batch: readonly Item[]): Tried {
    let byVerb = false;
    try {
      this.#driver.exec('BEGIN IMMEDIATE');
      byVerb = true;
      const acknowledge = batch.map((item) => item.attempt());
      byVerb = false;
      this.#driver.exec('COMMIT');
      return { kind: 'done', acknowledge };
    } catch (error) {
      this.#undo();
      return { kind: 'failed', byVerb, error: fault(error) };
    }
  }

  #undo(): void {
    try {
      if (this.#driver.inTransaction) this.#driver.exec('ROLLBACK');
    } catch {
      // The verbs are rejected with the error that led here; the next BEGIN says whether the store still works.
    } finally {
      this.#rolledBack();
    }
  }
}

type Tried =
  | { readonly kind: 'done'; readonly acknowledge: readonly (() => void)[] }
  | { readonly kind: 'failed'; readonly byVerb: boolean; readonly error: unknown };

/** What is answered to whoever asks a store that is closed. */
export function closed(): ParleyError {
  return new ParleyError('busy', 'The store is closed');
}

function fault(error: unknown): unknown {
  if (!PASSING.test(sqliteCode(error))) return error;
  return new ParleyError('busy', `The store cannot write: ${messageOf(error)}`);
}
