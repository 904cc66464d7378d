import type { Session } from '../domain/session.ts';
import type { Store } from '../store/store.ts';
import { liveNotes, timeOrder } from './archive.ts';

/** How long a version stays after it was last live (ms): a rollback finds it, and so does a process that still has it live. */
const KEPT = 7 * 86_400_000;

/** What one step looks at: so many versions, and pages of so many conversations. */
const VERSIONS = 50;
const PAGES = 50;
const PAGE = 200;

/** Versions that may go, by the order they had, and the conversation up to which nobody was found on them. */
interface Round {
  readonly candidates: Map<string, string>;
  after?: string;
}

/** Drops archived flow versions that no conversation is on any more, a little at a time. */
export class OldVersions {
  private readonly store: Store;
  private readonly now: () => number;
  private round: Round | null = null;
  /** Where the next round goes on among the versions; undefined: at the youngest that is old enough. */
  private below: string | undefined;

  constructor(store: Store, now: () => number) {
    this.store = store;
    this.now = now;
  }

  /** One step; answers how many versions were dropped. A version goes only after every conversation was looked at. */
  async sweep(): Promise<number> {
    this.round ??= await this.begin();
    for (let page = 0; page < PAGES && this.round.candidates.size > 0; page += 1) {
      const { candidates, after } = this.round;
      const found = await this.store.list({ ...(after === undefined ? {} : { after }), limit: PAGE });
      for (const { session } of found) for (const used of versionsOf(session)) candidates.delete(used);
      const last = found.at(-1);
      if (last === undefined || found.length < PAGE) return this.finish(candidates);
      this.round.after = last.id;
    }
    return this.round.candidates.size === 0 ? this.finish(this.round.candidates) : 0;
  }

  private async begin(): Promise<Round> {
    const before = this.below ?? timeOrder(this.now() - KEPT);
    const old = await this.store.page({ kind: 'flow', before, limit: VERSIONS });
    this.below = old.length < VERSIONS ? undefined : old.at(-1)?.order;
    const live = new Set((await liveNotes(this.store)).map(({ version }) => version));
    return { candidates: new Map(old.filter(({ id }) => !live.has(id)).map(({ id, order }) => [id, order])) };
  }

  /** What went live again since the round began has another order, or is noted as live. */
  private async finish(candidates: ReadonlyMap<string, string>): Promise<number> {
    this.round = null;
    const live = new Set((await liveNotes(this.store)).map(({ version }) => version));
    let dropped = 0;
    for (const [version, order] of candidates) {
      const kept = await this.store.get('flow', version);
      if (kept?.order !== order || live.has(version)) continue;
      if (await this.store.remove('flow', version)) dropped += 1;
    }
    return dropped;
  }
}

function versionsOf(session: Session | null): string[] {
  return session === null ? [] : [session.version, ...(session.stack ?? []).map(({ version }) => version)];
}
