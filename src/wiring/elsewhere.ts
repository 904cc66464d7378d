import type { Signals } from '../conversation/signals.ts';
import type { Store } from '../store/store.ts';

/** How often the store is asked what other processes have moved, in milliseconds. */
const EVERY = 300;

/** Conversations asked about together. */
const STEP = 1000;

/** A conversation somebody waits for: how many do, and its turns when it was looked at last. */
interface Watched {
  readonly waiting: number;
  readonly revision: number | undefined;
}

/**
 * Notices what other processes do to the conversations that somebody waits for here: one question to the store for
 * all of them, however many pages are open.
 */
export class Elsewhere {
  private readonly store: Pick<Store, 'revisions'>;
  private readonly signals: Signals;
  private readonly failed: (error: unknown) => void;
  private readonly watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(store: Pick<Store, 'revisions'>, signals: Signals, failed: (error: unknown) => void) {
    this.store = store;
    this.signals = signals;
    this.failed = failed;
  }

  /** Begins to look after a conversation; answers the way to stop. */
  watch(id: string): () => void {
    const before = this.watched.get(id);
    // Whoever comes may have missed a turn just before: it is told at the next look in any case.
    this.watched.set(id, { waiting: (before?.waiting ?? 0) + 1, revision: undefined });
    this.timer ??= setInterval(() => void this.look(), EVERY).unref();
    return () => this.release(id);
  }

  private release(id: string): void {
    const { waiting = 0, revision } = this.watched.get(id) ?? {};
    if (waiting > 1) this.watched.set(id, { waiting: waiting - 1, revision });
    else this.watched.delete(id);
    if (this.watched.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const ids = [...this.watched.keys()];
      for (let from = 0; from < ids.length; from += STEP) await this.ask(ids.slice(from, from + STEP));
    } catch (error) {
      this.failed(error);
    } finally {
      this.looking = false;
    }
  }

  private async ask(ids: readonly string[]): Promise<void> {
    for (const [id, revision] of await this.store.revisions(ids)) {
      const known = this.watched.get(id);
      if (known === undefined || known.revision === revision) continue;
      this.watched.set(id, { ...known, revision });
      this.signals.elsewhere(id);
    }
  }
}
