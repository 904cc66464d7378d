import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversation, Line } from '../domain/conversation.ts';
import { ParleyError, messageOf } from '../domain/error.ts';
import { Checkpoint } from './embedded/checkpoint.ts';
import { Flush } from './embedded/flush.ts';
import { openBackground, openDriver } from './driver.ts';
import type { SqliteDriver, Statement } from './driver.ts';
import { migrate } from './embedded/schema.ts';
import { GroupCommit, closed } from './embedded/group-commit.ts';
import { Ledger } from './embedded/ledger.ts';
import { createPrivate, lockDirectory } from './embedded/lock.ts';
import type { DirectoryLock } from './embedded/lock.ts';
import { Purge } from './embedded/purge.ts';
import type { Accept, Accepted, Commit, Committed, Document, Held, Lease, Settle, Settled, Store } from './store.ts';
import { Turns } from './embedded/turns.ts';

/** Conversations that are folded whenever somebody looks for work: with that the journal gets empty when little is said. */
const IN_PASSING = 32;

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
                 PRAGMA wal_autocheckpoint = 40000`);
    migrate(driver, file);
    // From here on a COMMIT does not wait for the disk: see Flush.
    driver.exec('PRAGMA synchronous = NORMAL');
    const flush = synchronous === 'FULL' && file !== ':memory:' ? new Flush(file) : null;
    const checkpoint = file === ':memory:' ? null : new Checkpoint(driver, () => openBackground(file));
    return new EmbeddedStore(driver, clock, { lock, flush, checkpoint });
  } catch (error) {
    driver.close();
    throw error;
  }
}

/** What a store on a disk has besides its database; null in memory. */
interface OnDisk {
  readonly lock: DirectoryLock | null;
  readonly flush: Flush | null;
  readonly checkpoint: Checkpoint | null;
}

class EmbeddedStore implements Store {
  readonly #driver: SqliteDriver;
  readonly #disk: OnDisk;
  readonly #clock: () => number;
  readonly #ledger: Ledger;
  readonly #turns: Turns;
  readonly #purge: Purge;
  readonly #ping: Statement<unknown>;
  readonly #commits: GroupCommit;
  #closed = false;
  #closing: Promise<void> | null = null;

  constructor(driver: SqliteDriver, clock: () => number, disk: OnDisk) {
    const { flush, checkpoint } = disk;
    this.#driver = driver;
    this.#disk = disk;
    this.#clock = clock;
    this.#ledger = new Ledger(driver);
    this.#turns = new Turns(this.#ledger, clock);
    this.#purge = new Purge(driver, this.#ledger);
    this.#ping = driver.prepare('SELECT 1');
    this.#commits = new GroupCommit(driver, {
      flush: flush === null ? null : () => flush.run(),
      isCopied: () => flush?.isEmpty() ?? true,
      seal: () => {
        this.#ledger.seal();
        checkpoint?.count();
      },
      rolledBack: () => this.#ledger.forget(),
      recovered: () => this.#begin(),
    });
    driver.exec('BEGIN IMMEDIATE');
    this.#begin();
    driver.exec('COMMIT');
  }

  /** Whoever held a lease died with the process before, or was told that nothing is stored and does not work with it. */
  #begin(): void {
    this.#ledger.forget();
    this.#ledger.refresh();
    this.#turns.releaseAll();
    this.#ledger.fold();
  }

  accept(request: Accept): Promise<Accepted> {
    return this.#run(() => this.#turns.accept(request));
  }

  commit(change: Commit): Promise<Committed> {
    return this.#run(() => this.#turns.commit(change));
  }

  settle(request: Settle): Promise<Settled> {
    return this.#run(() => this.#turns.settle(request));
  }

  renew(leases: readonly Lease[], leaseMs: number): Promise<readonly string[]> {
    return this.#run(() => this.#turns.renew(leases, leaseMs));
  }

  claim(request: Parameters<Store['claim']>[0]): Promise<readonly Held[]> {
    return this.#run(() => {
      this.#ledger.fold(IN_PASSING);
      return this.#turns.claim(request);
    });
  }

  put(document: Document): Promise<void> {
    return this.#run(() => this.#ledger.documents.change({ op: 'put', document }));
  }

  remove(kind: string, id: string): Promise<boolean> {
    return this.#run(() => this.#ledger.documents.remove(kind, id));
  }

  purge(before: { readonly lines: number; readonly seen: number }): Promise<number> {
    const purging = this.#purge.run((step) => this.#run(step), before, this.#clock());
    // Lines that went may still be kept in memory.
    return purging.finally(() => this.#ledger.records.forgetLines());
  }

  now(): number {
    return this.#clock();
  }

  async revisions(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    this.#open();
    return this.#ledger.records.revisions(ids);
  }

  async load(id: string): Promise<Conversation | null> {
    this.#open();
    return this.#ledger.records.find(id)?.conversation ?? null;
  }

  async list({ after = '', limit }: { readonly after?: string; readonly limit: number }) {
    const found = await this.#folded(() => this.#ledger.records.list(after, limit));
    return found.map((stored) => stored.conversation);
  }

  async transcript(id: string, query: { readonly after: number; readonly limit: number }): Promise<readonly Line[]> {
    this.#open();
    return this.#ledger.transcript(id, query.after, query.limit);
  }

  async get(kind: string, id: string): Promise<Document | null> {
    this.#open();
    return this.#ledger.documents.get(kind, id, this.#clock());
  }

  page(query: { readonly kind: string; readonly before?: string; readonly limit: number }) {
    return this.#folded(() => this.#ledger.documents.page(query, this.#clock()));
  }

  async ping(): Promise<void> {
    this.#open();
    this.#ping.all();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // What cannot be folded stays in the journal, for the next start.
    const folded = this.#run(() => this.#ledger.fold()).catch(() => undefined);
    const drained = this.#commits.close();
    this.#closed = true;
    await Promise.all([folded, drained]);
    const { lock, flush, checkpoint } = this.#disk;
    await checkpoint?.close();
    flush?.close();
    try {
      this.#driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      this.#driver.close();
    } finally {
      lock?.release();
    }
  }

  /** Reads the tables; what they do not know yet is written first. */
  async #folded<T>(read: () => T): Promise<T> {
    this.#open();
    if (this.#ledger.isFolded) return read();
    return this.#run(() => {
      this.#ledger.fold();
      return read();
    });
  }

  #run<T>(verb: () => T): Promise<T> {
    return this.#commits.run(() => {
      this.#ledger.refresh();
      return verb();
    });
  }

  #open(): void {
    if (this.#closed) throw closed();
    this.#ledger.refresh();
  }
}
