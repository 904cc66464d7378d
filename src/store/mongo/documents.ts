import type { mongo } from 'mongoose';
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
    const [document] = await this.#find([{ $match: { kind, id } }], 1);
    return document ?? null;
  }

  async page({ kind, before, limit }: { kind: string; before?: string; limit: number }): Promise<Document[]> {
    const below = before === undefined ? {} : { order: { $lt: before } };
    return this.#find([{ $match: { kind, ...below } }, { $sort: { order: -1, id: -1 } }], limit);
  }

  async remove(kind: string, id: string): Promise<boolean> {
    return (await this.#documents.deleteOne({ kind, id })).deletedCount > 0;
  }

  /** MongoDB drops what has expired a minute or two late, so reading has to pass over it. */
  async #find(steps: readonly mongo.Document[], limit: number): Promise<Document[]> {
    if (limit <= 0) return [];
    const alive = { $gt: [{ $ifNull: ['$expires', new Date(LAST_DATE)] }, this.#clock.date()] };
    const only = [{ $project: { json: 1, alive } }, { $match: { alive: true } }, { $limit: limit }];
    const found = await this.#documents.aggregate<{ json: string }>([...steps, ...only]).toArray();
    return found.map(({ json }) => JSON.parse(json) as Document);
  }
}
