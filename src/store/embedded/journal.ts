import type { SqliteDriver } from '../driver.ts';
import type { Patch } from './patch.ts';

/** Rows that go at once. */
const TRIM = 32;

/** What one transaction has changed. */
interface JournalRow {
  readonly seq: number;
  readonly patches: readonly Patch[];
}

/**
 * What changed, before it is in the tables: one row for each transaction. A message changes a conversation three times; written
 * down here that is a share of one page, and the tables are written once for all that happened since.
 */
export class Journal {
  readonly #sql: ReturnType<typeof statements>;
  /** Patches of the transaction under way. */
  #noted: string[] = [];
  #notedCharacters = 0;
  /** The number of the last row, and how many characters were written up to its end. */
  #last = 0;
  #written = 0;
  /** Where the rows begin that are still there, oldest first, their numbers being one after the other. */
  #starts: number[] = [];

  constructor(driver: SqliteDriver) {
    this.#sql = statements(driver);
  }

  /** The number of the row that is being noted. */
  get next(): number {
    return this.#last + 1;
  }

  /** Characters written from a row on. */
  after(seq: number): number {
    return this.#written - (this.#starts[seq - this.#first] ?? this.#written);
  }

  /** Takes on a patch for the transaction under way; answers how many characters it has. */
  note(patch: Patch): number {
    const text = JSON.stringify(patch);
    this.#noted.push(text);
    this.#notedCharacters += text.length;
    return text.length;
  }

  /** Writes what the transaction has noted. */
  write(): void {
    if (this.#noted.length === 0) return;
    this.#sql.add.run((this.#last += 1), `[${this.#noted.join(',')}]`);
    this.#starts.push(this.#written);
    this.#written += this.#notedCharacters;
    [this.#noted, this.#notedCharacters] = [[], 0];
  }

  /** Rows before this one are in the tables now. The newest stays in any case: the numbers go on from there. */
  trim(before: number): void {
    const rows = Math.min(before, this.#last) - this.#first;
    if (rows < TRIM) return;
    this.#sql.trim.run(this.#first + rows);
    this.#starts.splice(0, rows);
  }

  /** What is written, in order. Forgets what was only noted. */
  read(): JournalRow[] {
    const rows = this.#sql.read.all();
    [this.#noted, this.#notedCharacters, this.#written, this.#starts] = [[], 0, 0, []];
    this.#last = rows.at(-1)?.seq ?? 0;
    for (const { patches } of rows) {
      this.#starts.push(this.#written);
      this.#written += patches.length;
    }
    return rows.map(({ seq, patches }) => ({ seq, patches: JSON.parse(patches) as Patch[] }));
  }

  get #first(): number {
    return this.#last + 1 - this.#starts.length;
  }
}

function statements(driver: SqliteDriver) {
  return {
    add: driver.prepare('INSERT INTO journal (seq, patches) VALUES (?, ?)'),
    trim: driver.prepare('DELETE FROM journal WHERE seq < ?'),
    read: driver.prepare<{ readonly seq: number; readonly patches: string }>('SELECT * FROM journal ORDER BY seq'),
  };
}
