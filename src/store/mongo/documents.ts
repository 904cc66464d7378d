import type { Document } from '../store.ts';
import type { StoreClock } from './clock.ts';
import { oncePerKey } from './faults.ts';
import type { Collections, Kept } from './record.ts';

/** The last time that a date can hold. */
const LAST_DATE = 8.64e15;

/** The collection `documents`. */
export class Documents {
  readonly #documents: Collections['documents'];
  readonly #clock: StoreClock;

  constructor({ documents }: Collections, clock: StoreClock) {
    this.#documents = documents;
    this.#clock = clock;
  }

  async put(document: Document): Promise<void> {
    const { kind, id, order, expiresAt } = document;
    const expires = expiresAt === undefined ? {} : { expires: new Date(Math.min(expiresAt, LAST_DATE)) };
    const kept: Kept = { kind, id, order, json: JSON.stringify(document), ...expires };
    await oncePerKey(() => this.#documents.replaceOne({ kind, id }, kept, { upsert: true }));
  }

  async get(kind: string, id: string): Promise<Document | null> {
    const kept = await this.#documents.findOne({ kind, id, ...this.#alive() });
    return kept === null ? null : documentOf(kept);
  }

  async page({ kind, before, limit }: { kind: string; before?: string; limit: number }): Promise<Document[]> {
    if (limit <= 0) return [];
    const below = before === undefined ? {} : { order: { $lt: before } };
    const found = this.#documents.find({ kind, ...below, ...this.#alive() });
    return (await found.sort({ order: -1, id: -1 }).limit(limit).toArray()).map(documentOf);
  }

  async remove(kind: string, id: string): Promise<boolean> {
    return (await this.#documents.deleteOne({ kind, id })).deletedCount > 0;
  }

  /** MongoDB drops what has expired a minute or two late, so reading has to pass over it. */
  #alive() {
    return { $expr: { $gt: [{ $ifNull: ['$expires', new Date(LAST_DATE)] }, this.#clock.date()] } };
  }
}

function documentOf({ json }: Kept): Document {
  return JSON.parse(json) as Document;
}
