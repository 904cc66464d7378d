import { EventEmitter } from 'node:events';

/** Tells who waits for a conversation, within this process, that it moved. Costs nothing when nobody waits. */
export class Signals {
  private readonly grownBus = new EventEmitter().setMaxListeners(0);
  private readonly settledBus = new EventEmitter().setMaxListeners(0);

  /** The transcript of a conversation may have grown. */
  grown(conversation: string): void {
    this.grownBus.emit(conversation);
  }

  /** Another process has moved a conversation: whoever waits for it looks for itself. */
  elsewhere(conversation: string): void {
    this.grownBus.emit(conversation);
    this.settledBus.emit(conversation, undefined);
  }

  /** The turn of an entry is over, its calls included. */
  settled(conversation: string, cause: string): void {
    this.settledBus.emit(conversation, cause);
  }

  /** Calls back whenever a conversation grows; returns the way to stop. */
  watch(conversation: string, callback: () => void): () => void {
    this.grownBus.on(conversation, callback);
    return () => void this.grownBus.off(conversation, callback);
  }

  /**
   * Waits until the turn of an entry is over. `check` asks the store, for entries that were settled before
   * or in another process; true, or false after `timeoutMs`.
   */
  async waitSettled(
    conversation: string,
    cause: string,
    timeoutMs: number,
    check: () => Promise<boolean>,
  ): Promise<boolean> {
    const until = performance.now() + timeoutMs;
    const heard = this.listen(conversation, cause);
    try {
      for (let wait = FIRST_ASK; ; wait = ASK_EVERY) {
        const left = until - performance.now();
        if (await heard.within(Math.min(wait, Math.max(0, left)))) return true;
        if (await check()) return true;
        if (left <= 0) return false;
      }
    } finally {
      heard.stop();
    }
  }

  private listen(conversation: string, cause: string): { within(ms: number): Promise<boolean>; stop(): void } {
    let settled = false;
    let nudged = false;
    let wake: () => void = () => undefined;
    const hear = (about: string | undefined): void => {
      if (about !== cause && about !== undefined) return;
      if (about === cause) settled = true;
      else nudged = true;
      wake();
    };
    this.settledBus.on(conversation, hear);
    return {
      stop: () => void this.settledBus.off(conversation, hear),
      within: (ms) =>
        new Promise((resolve) => {
          const timer = setTimeout(() => resolve(settled), ms);
          wake = () => {
            clearTimeout(timer);
            nudged = false;
            resolve(settled);
          };
          if (settled || nudged) wake();
        }),
    };
  }
}

/** When the store is asked about an entry that this process does not hear of, and how often after that (ms). */
const FIRST_ASK = 150;
const ASK_EVERY = 1000;
