import { setTimeout as pause } from 'node:timers/promises';
import type { Conversation } from '../domain/conversation.ts';
import type { Call, Delivery } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import { wakeAt } from '../domain/session.ts';
import type { Held, Store } from '../store/store.ts';

/** Milliseconds a lease lasts: what a killed process costs its conversations at most. */
export const LEASE_MS = 10_000;

/** Milliseconds for a step that was broken off to come to its end. */
const GRACE_MS = 2000;

/** What a lane does with a conversation; the app brings runner, sender and calls together here. */
export interface LaneSteps {
  /** Sends what is owed; `call` is the request that comes next. */
  send(conversation: Conversation, token: string, done: readonly string[], alive: () => boolean): Promise<Sending>;
  /** Takes an entry through the engine and commits; null when the lease was lost. */
  turn(conversation: Conversation, token: string, entry: Entry, done: readonly string[]): Promise<Conversation | null>;
  /** Makes a request and answers the entry that tells how it ended; never rejects. */
  call(call: Call, conversation: Conversation, signal: AbortSignal): Promise<Entry>;
  /** A turn of this entry, its calls included, is over. */
  settled(conversation: string, entry: Entry): void;
  failed(conversation: string, error: unknown): void;
  now(): number;
}

export interface Sending {
  readonly done: readonly string[];
  readonly postponed?: Delivery;
  /** True when the postponed delivery was tried just now: that is written down before anything else. */
  readonly tried?: true;
  readonly call?: Call;
  /** The lease is gone: nothing may be written. */
  readonly lost?: true;
}

interface Lane {
  readonly token: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** One lane per conversation that this process holds: entries one by one, in order, until nothing is left. */
export class Lanes {
  private readonly store: Store;
  private readonly steps: LaneSteps;
  private readonly lanes = new Map<string, Lane>();
  private readonly heart: NodeJS.Timeout;

  constructor(store: Store, steps: LaneSteps) {
    this.store = store;
    this.steps = steps;
    this.heart = setInterval(() => void this.renew(), LEASE_MS / 4).unref();
  }

  /** Conversations that are being worked on here. */
  get size(): number {
    return this.lanes.size;
  }

  /** True while this process works on a conversation. */
  has(id: string): boolean {
    return this.lanes.has(id);
  }

  /** Starts a lane for a conversation whose lease was just taken. One that still runs has lost its lease. */
  run(held: Held): void {
    const { id } = held.conversation;
    this.lanes.get(id)?.stop.abort();
    const stop = new AbortController();
    const ended = this.work(held, stop.signal).catch((error: unknown) => this.steps.failed(id, error));
    const lane: Lane = { token: held.token, stop, ended };
    this.lanes.set(id, lane);
    void ended.finally(() => {
      if (this.lanes.get(id) === lane) this.lanes.delete(id);
    });
  }

  /** Resolves when nothing is being worked on. */
  async idle(): Promise<void> {
    while (this.lanes.size > 0) await Promise.all([...this.lanes.values()].map((lane) => lane.ended));
  }

  /** Waits for the lanes to finish, at most so long; what is under way then is broken off and made again later. */
  async drain(limitMs: number): Promise<void> {
    await within(this.idle(), limitMs);
    for (const lane of this.lanes.values()) lane.stop.abort();
    await within(this.idle(), GRACE_MS);
    clearInterval(this.heart);
  }

  /** Keeps the leases of working lanes; a lane whose lease is gone stops before its next step. */
  async renew(): Promise<void> {
    const leases = [...this.lanes].map(([id, lane]) => ({ id, token: lane.token }));
    if (leases.length === 0) return;
    try {
      const lost = new Set(await this.store.renew(leases, LEASE_MS));
      for (const { id, token } of leases) {
        const lane = this.lanes.get(id);
        if (lost.has(id) && lane?.token === token) lane.stop.abort();
      }
    } catch (error) {
      this.steps.failed('', error);
    }
  }

  private async work(held: Held, signal: AbortSignal): Promise<void> {
    const { token } = held;
    let conversation = held.conversation;
    let done: readonly string[] = [];
    const alive = (): boolean => !signal.aborted;
    while (alive()) {
      const sending = await this.steps.send(conversation, token, done, alive);
      if (sending.lost === true) return;
      const entry = sending.tried === true || !alive() ? null : await this.next(conversation, sending, signal);
      if (!alive()) return this.leave(conversation.id, token, sending.done);
      if (entry === null) {
        const settled = await this.store.settle({
          id: conversation.id,
          token,
          done: sending.done,
          ...postponed(sending),
        });
        if (settled.kind !== 'more') return;
        [conversation, done] = [settled.conversation, []];
        await this.untilDue(conversation);
        continue;
      }
      const turned = await this.steps.turn(conversation, token, entry, sending.done);
      if (turned === null) return;
      if (!owesCall(turned)) this.steps.settled(turned.id, entry);
      [conversation, done] = [turned, []];
    }
  }

  /** Broken off: what was sent is written down, so that the next one does not send it again. */
  private async leave(id: string, token: string, done: readonly string[]): Promise<void> {
    if (done.length > 0) await this.store.settle({ id, token, done });
  }

  /** The store's clock may say that a wait is over a moment before ours does. */
  private async untilDue({ inbox, owed, session }: Conversation): Promise<void> {
    const early = (wakeAt(session) ?? 0) - this.steps.now();
    if (inbox.length === 0 && owed.length === 0 && early > 0) await pause(Math.min(early, LEASE_MS / 4));
  }

  /** What moves the conversation next: the answer of an owed call, a wait that is over, or the oldest entry. */
  private async next(conversation: Conversation, sending: Sending, signal: AbortSignal): Promise<Entry | null> {
    if (sending.call !== undefined) return this.steps.call(sending.call, conversation, signal);
    if (owesCall(conversation)) return null;
    const [entry] = conversation.inbox;
    const wake = wakeAt(conversation.session) ?? Infinity;
    const now = this.steps.now();
    if (wake <= now && wake <= (entry?.at ?? Infinity))
      return { kind: 'timer', id: `timer-${conversation.revision}`, at: now };
    return entry ?? null;
  }
}

/** Waits for work, but no longer than so many milliseconds. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  const stop = new AbortController();
  const limit = pause(ms, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
  await Promise.race([work, limit]);
  stop.abort();
}

function postponed(sending: Sending): { postponed?: Delivery } {
  return sending.postponed === undefined ? {} : { postponed: sending.postponed };
}

function owesCall(conversation: Conversation): boolean {
  return conversation.owed.some((effect) => effect.kind === 'call');
}
