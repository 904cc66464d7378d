import type { Flow } from '../domain/flow.ts';

/**
 * Versions that are not live, and their blocks, that may stay in memory: a block with a few rules takes some 15 KB, so
 * this is 100 MB at most. The others come back from the archive.
 */
const KEPT = { versions: 200, blocks: 6000 };

/** Older flow versions that sessions used lately. The one nobody has asked for longest goes first. */
export class Versions {
  private readonly limit: typeof KEPT;
  private blocks = 0;
  private readonly kept = new Map<string, Flow>();
  private readonly coming = new Map<string, Promise<Flow | null>>();

  constructor(limit: typeof KEPT = KEPT) {
    this.limit = limit;
  }

  get size(): number {
    return this.kept.size;
  }

  add(flow: Flow): void {
    this.drop(flow.version);
    this.kept.set(flow.version, flow);
    this.blocks += flow.blocks.size;
    const { versions, blocks } = this.limit;
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= versions && (this.blocks <= blocks || this.kept.size === 1)) return;
      this.drop(oldest);
    }
  }

  /** A version, fetched at most once by all who ask for it at the same time. */
  async get(hash: string, fetch: (hash: string) => Promise<Flow | null>): Promise<Flow | null> {
    const known = this.kept.get(hash);
    const flow = known ?? (await this.fetched(hash, fetch));
    if (flow !== null) this.add(flow);
    return flow;
  }

  private drop(hash: string): void {
    this.blocks -= this.kept.get(hash)?.blocks.size ?? 0;
    this.kept.delete(hash);
  }

  private fetched(hash: string, fetch: (hash: string) => Promise<Flow | null>): Promise<Flow | null> {
    const coming = this.coming.get(hash) ?? fetch(hash).finally(() => this.coming.delete(hash));
    this.coming.set(hash, coming);
    return coming;
  }
}
