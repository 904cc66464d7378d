import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversation, Line } from '../domain/conversation.ts';
import { ParleyError, messageOf } from '../domain/error.ts';
import { Documents } from './embedded/documents.ts';
import { Flush } from './embedded/flush.ts';
import { openDriver } from './driver.ts';
import type { SqliteDriver, Statement } from './driver.ts';
import { migrate } from './embedded/schema.ts';
import { GroupCommit, closed } from './embedded/group-commit.ts';
import { createPrivate, lockDirectory } from './embedded/lock.ts';
import type { DirectoryLock } from './embedded/lock.ts';
import { Purge } from './embedded/purge.ts';
import { Records } from './embedded/records.ts';
import { Remembered } from './embedded/remembered.ts';
import type { Accept, Accepted, Commit, Committed, Document, Held, Lease, Settle, Settled, Store } from './store.ts';
import { Transcripts } from './embedded/transcripts.ts';
import { Turns } from './embedded/turns.ts';

/** How to open the embedded store. */
export interface EmbeddedOptions {
  /** The data directory, made if it is not there; `:memory:` for a store that is gone when closed. */
  readonly dir: string;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** NORMAL is faster; the last messages before a power cut may then be lost. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/** Opens the store of one process, a SQLite file. Throws `data_dir_in_use` or `bad_config`. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Store> {
  const { dir, clock = Date.now, synchronous = 'FULL' } = options;
  if (dir === ':memory:') return openFile(dir, null, clock, synchronous);
  let lock: DirectoryLock | null = null;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    lock = lockDirectory(dir);
    const file = join(dir, 'parley.db');
    createPrivate(file);
    return openFile(file, lock, clock, synchronous);
  } catch (error) {
    lock?.release();
    if (error instanceof ParleyError) throw error;
    throw new ParleyError('bad_config', `Cannot open the data directory ${dir}: ${messageOf(error)}`);
  }
}

function openFile(file: string, lock: DirectoryLock | null, clock: () => number, synchronous: string): Store {
  const driver = openDriver(file);
  try {
    driver.exec(`PRAGMA busy_timeout = 3000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 PRAGMA wal_autocheckpoint = 4000`);
    migrate(driver, file);
    // From here on a COMMIT does not wait for the disk: see Flush.
    driver.exec('PRAGMA synchronous = NORMAL');
    const flush = synchronous === 'FULL' && file !== ':memory:' ? new Flush(file) : null;
    return new EmbeddedStore(driver, lock, clock, flush);
  } catch (error) {
    driver.close();
    throw error;
  }
}

class EmbeddedStore implements Store {
  readonly #driver: SqliteDriver;
  readonly #lock: DirectoryLock | null;
  readonly #clock: () => number;
  readonly #records: Records;
  readonly #transcripts: Transcripts;
  readonly #documents: Documents;
  readonly #turns: Turns;
  readonly #purge: Purge;
  readonly #ping: Statement<unknown>;
  readonly #flush: Flush | null;
  readonly #commits: GroupCommit;
  #closed = false;

  constructor(driver: SqliteDriver, lock: DirectoryLock | null, clock: () => number, flush: Flush | null) {
    this.#driver = driver;
    this.#lock = lock;
    this.#clock = clock;
    this.#records = new Records(driver);
    this.#transcripts = new Transcripts(driver);
    this.#documents = new Documents(driver);
    const remembered = new Remembered(driver);
    this.#turns = new Turns(this.#records, remembered, this.#transcripts, clock);
    this.#purge = new Purge(driver, this.#documents, remembered, this.#transcripts);
    this.#ping = driver.prepare('SELECT 1');
    this.#flush = flush;
    this.#commits = new GroupCommit(driver, {
      flush: flush === null ? null : () => flush.run(),
      isCopied: () => flush?.isEmpty() ?? true,
      rolledBack: () => this.#records.forget(),
      // As after a restart: whoever was told that nothing is stored may have a lease that nobody works with.
      recovered: () => {
        this.#records.forget();
        this.#turns.releaseAll();
      },
    });
    this.#turns.releaseAll();
  }

  accept(request: Accept): Promise<Accepted> {
    return this.#commits.run(() => this.#turns.accept(request));
  }

  commit(change: Commit): Promise<Committed> {
    return this.#commits.run(() => this.#turns.commit(change));
  }

  settle(request: Settle): Promise<Settled> {
    return this.#commits.run(() => this.#turns.settle(request));
  }

  renew(leases: readonly Lease[], leaseMs: number): Promise<readonly string[]> {
    return this.#commits.run(() => this.#turns.renew(leases, leaseMs));
  }

  claim(request: Parameters<Store['claim']>[0]): Promise<readonly Held[]> {
    return this.#commits.run(() => this.#turns.claim(request));
  }

  put(document: Document): Promise<void> {
    return this.#commits.run(() => this.#documents.put(document));
  }

  remove(kind: string, id: string): Promise<boolean> {
    return this.#commits.run(() => this.#documents.remove(kind, id));
  }

  purge(before: { readonly lines: number; readonly seen: number }): Promise<number> {
    const purging = this.#purge.run((step) => this.#commits.run(step), before, this.#clock());
    // Lines that went may still be kept in memory.
    return purging.finally(() => this.#records.forget());
  }

  now(): number {
    return this.#clock();
  }

  async revisions(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    this.#open();
    return this.#records.revisions(ids);
  }

  async load(id: string): Promise<Conversation | null> {
    this.#open();
    return this.#records.find(id)?.conversation ?? null;
  }

  async list({ after = '', limit }: { readonly after?: string; readonly limit: number }) {
    this.#open();
    return this.#records.list(after, limit).map((stored) => stored.conversation);
  }

  async transcript(id: string, query: { readonly after: number; readonly limit: number }): Promise<readonly Line[]> {
    this.#open();
    return (
      this.#records.tail(id, query.after)?.slice(0, query.limit) ?? this.#transcripts.page(id, query.after, query.limit)
    );
  }

  async get(kind: string, id: string): Promise<Document | null> {
    this.#open();
    return this.#documents.get(kind, id, this.#clock());
  }

  async page(query: { readonly kind: string; readonly before?: string; readonly limit: number }) {
    this.#open();
    return this.#documents.page(query, this.#clock());
  }

  async ping(): Promise<void> {
    this.#open();
    this.#ping.all();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const drained = this.#commits.close();
    this.#closed = true;
    await drained;
    this.#flush?.close();
    try {
      this.#driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      this.#driver.close();
    } finally {
      this.#lock?.release();
    }
  }

  #open(): void {
    if (this.#closed) throw closed();
  }
}
