import { closeSync, fdatasync, fstatSync, openSync } from 'node:fs';

/**
 * Brings the log of writes of a SQLite file to the disk. SQLite itself would do so within COMMIT, and the whole server
 * would stand still until the disk is done.
 */
export class Flush {
  readonly #fd: number;

  /** The log is there as soon as the database was read once. */
  constructor(file: string) {
    // Windows flushes only what may be written.
    this.#fd = openSync(`${file}-wal`, 'r+');
  }

  /** Resolves when all that was committed before is on the disk; rejects when nobody can know that. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#fd, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** True when a checkpoint has copied all of the log; one that somebody who reads kept from it says nothing by itself. */
  isEmpty(): boolean {
    return fstatSync(this.#fd).size === 0;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
