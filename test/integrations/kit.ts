import { randomBytes } from 'node:crypto';
import type { KeptDocument, Documents } from '../../src/integrations/documents.ts';

/** A new master key, as SECRET_KEY has it. */
export function newKey(): string {
  return randomBytes(32).toString('base64');
}

/** Documents in memory, kept as text so that nothing is shared with whoever put them. */
export class FakeDocuments implements Documents {
  readonly kept = new Map<string, string>();
  /** Runs between a reading and what is done with it. */
  beforePut: (document: KeptDocument) => void | Promise<void> = () => undefined;

  async put(document: KeptDocument): Promise<void> {
    await this.beforePut(document);
    this.kept.set(`${document.kind} ${document.id}`, JSON.stringify(document));
  }

  async get(kind: string, id: string): Promise<KeptDocument | null> {
    const text = this.kept.get(`${kind} ${id}`);
    return text === undefined ? null : (JSON.parse(text) as KeptDocument);
  }

  async page(query: { kind: string; before?: string; limit: number }): Promise<KeptDocument[]> {
    return [...this.kept.values()]
      .map((text) => JSON.parse(text) as KeptDocument)
      .filter(({ kind, order }) => kind === query.kind && (query.before === undefined || order < query.before))
      .sort((a, b) => (a.order < b.order ? 1 : -1))
      .slice(0, query.limit);
  }

  async remove(kind: string, id: string): Promise<boolean> {
    return this.kept.delete(`${kind} ${id}`);
  }

  /** Changes a kept document behind everybody's back. */
  async change(kind: string, id: string, change: (document: KeptDocument) => KeptDocument): Promise<void> {
    const document = await this.get(kind, id);
    if (document === null) throw new Error(`there is no ${kind} ${id}`);
    const changed = change(document);
    this.kept.set(`${changed.kind} ${changed.id}`, JSON.stringify(changed));
  }
}
