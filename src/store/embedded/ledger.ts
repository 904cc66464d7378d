import type { Line } from '../../domain/conversation.ts';
import type { SqliteDriver } from '../driver.ts';
import { Documents } from './documents.ts';
import { Journal } from './journal.ts';
import type { ConversationPatch, Patch } from './patch.ts';
import { Records } from './records.ts';
import { Remembered } from './remembered.ts';
import { Transcripts } from './transcripts.ts';

/** Characters of the journal that are not folded yet: so much, and half as much again, is read at a start after a crash. */
const LONG = 1_000_000;

/** Changed conversations, characters of theirs, and documents that are not folded yet: they are kept in memory. */
const MANY = 2048;
const HEAVY = 16_000_000;
const MANY_DOCUMENTS = 128;

/** Ids and lines that are folded at once, about, so that nobody has to wait for it: a millisecond. */
const SLICE = 200;

/**
 * The journal, the tables, and what memory has of both. What is stored is what the tables say, changed as the journal says. Folding
 * writes into the tables, one conversation with its lines and ids after the other, what the journal has had for a while; its row
 * says how much of the journal it knows.
 */
export class Ledger {
  readonly records: Records;
  readonly documents: Documents;
  readonly remembered: Remembered;
  readonly transcripts: Transcripts;
  readonly #journal: Journal;
  #stale = true;

  constructor(driver: SqliteDriver) {
    this.#journal = new Journal(driver);
    this.records = new Records(driver, this.#journal);
    this.documents = new Documents(driver, this.#journal);
    this.remembered = new Remembered(driver);
    this.transcripts = new Transcripts(driver);
  }

  /** True when the tables know everything. */
  get isFolded(): boolean {
    return this.records.changed + this.documents.changed === 0;
  }

  /** Writes what the transaction under way has changed, and folds a little: to be called at its end. */
  seal(): void {
    this.#journal.write();
    const slice = this.#isBehind(1.5) ? Infinity : SLICE;
    for (let folded = 0; folded < slice && this.#isBehind();) folded += this.#foldOne();
    const { since, changed } = this.documents;
    if (changed > MANY_DOCUMENTS || this.#after(since) > LONG) this.documents.fold();
    this.#trim();
  }

  /** Writes into the tables what the journal has, or that of so many conversations. Only within a transaction. */
  fold(conversations = Infinity): void {
    this.#journal.write();
    for (let folded = 0; folded < conversations && this.records.changed > 0; folded += 1) this.#foldOne();
    this.documents.fold();
    this.#trim();
  }

  /** True when the oldest conversation that waits has waited long enough. */
  #isBehind(times = 1): boolean {
    const { since, changed, weight } = this.records;
    return changed > times * MANY || weight > times * HEAVY || this.#after(since) > times * LONG;
  }

  #after(since: number | undefined): number {
    return since === undefined ? 0 : this.#journal.after(since);
  }

  /** Answers what it has cost, in rows about. */
  #foldOne(): number {
    let cost = 4;
    this.records.fold(this.#journal.next - 1, (stored) => {
      cost += stored.newIds.size + stored.newLines.length;
      this.transcripts.fold(stored);
      this.remembered.fold(stored);
    });
    return cost;
  }

  #trim(): void {
    const { next } = this.#journal;
    this.#journal.trim(Math.min(this.records.since ?? next, this.documents.since ?? next));
  }

  /** Lines of a conversation after a number: from memory when it has them all, otherwise from the table and the journal. */
  transcript(id: string, after: number, limit: number): readonly Line[] {
    const tail = this.records.tail(id, after);
    if (tail !== null) return tail.slice(0, limit);
    const newest = this.records.inMemory(id)?.newLines.flatMap(({ text }) => JSON.parse(text) as Line[]) ?? [];
    return [...this.transcripts.page(id, after, limit), ...newest.filter(({ seq }) => seq > after)].slice(0, limit);
  }

  /** Memory is no longer what is stored: a transaction was undone. */
  forget(): void {
    this.records.forget();
    this.documents.forget();
    this.#stale = true;
  }

  /** Reads again what memory has to know, if it does not: to be called before anything else is. */
  refresh(): void {
    if (!this.#stale) return;
    this.forget();
    const journal = this.#journal.read();
    this.records.replay(journal.map(({ seq, patches }) => ({ seq, patches: patches.filter(isOfConversation) })));
    for (const { seq, patches } of journal)
      for (const patch of patches) if (!isOfConversation(patch)) this.documents.replay(seq, patch);
    this.#stale = false;
  }
}

function isOfConversation(patch: Patch): patch is ConversationPatch {
  return patch.op !== 'put' && patch.op !== 'remove';
}
