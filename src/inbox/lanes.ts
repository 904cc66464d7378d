import type { Conversation } from '../domain/conversation.ts';
import type { Call, Delivery } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import { wakeAt } from '../domain/session.ts';
import type { Held, Store } from '../store/store.ts';

/** Milliseconds a lease lasts: what a killed process costs its conversations at most. */
export const LEASE_MS = 10_000;

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
  readonly call?: Call;
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

  /** Starts a lane for a conversation whose lease was just taken. */
  run(held: Held): void {
    const { id } = held.conversation;
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

  /** Waits for the lanes to finish, at most so long; calls still under way are broken off and made again later. */
  async drain(limitMs: number): Promise<void> {
    const all = Promise.all([...this.lanes.values()].map((lane) => lane.ended));
    const timer = setTimeout(() => this.stopAll(), limitMs).unref();
    await all;
    clearTimeout(timer);
    clearInterval(this.heart);
  }

  private stopAll(): void {
    for (const lane of this.lanes.values()) lane.stop.abort();
  }

  private async work(held: Held, signal: AbortSignal): Promise<void> {
    const { token } = held;
    let conversation = held.conversation;
    let done: readonly string[] = [];
    const alive = (): boolean => !signal.aborted;
    while (alive()) {
      const sending = await this.steps.send(conversation, token, done, alive);
      if (sending.lost === true) return;
      const entry = await this.next(conversation, sending, signal);
      if (!alive()) return;
      if (entry === null) {
        const settled = await this.store.settle({
          id: conversation.id,
          token,
          done: sending.done,
          ...postponed(sending),
        });
        if (settled.kind !== 'more') return;
        [conversation, done] = [settled.conversation, []];
        continue;
      }
      const turned = await this.steps.turn(conversation, token, entry, sending.done);
      if (turned === null) return;
      if (!owesCall(turned)) this.steps.settled(turned.id, entry);
      [conversation, done] = [turned, []];
    }
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

  /** Keeps the leases of working lanes; a lane whose lease is gone stops before its next step. */
  private async renew(): Promise<void> {
    const leases = [...this.lanes].map(([id, lane]) => ({ id, token: lane.token }));
    if (leases.length === 0) return;
    try {
      for (const id of await this.store.renew(leases, LEASE_MS)) this.lanes.get(id)?.stop.abort();
    } catch (error) {
      this.steps.failed('', error);
    }
  }
}

function postponed(sending: Sending): { postponed?: Delivery } {
  return sending.postponed === undefined ? {} : { postponed: sending.postponed };
}

function owesCall(conversation: Conversation): boolean {
  return conversation.owed.some((effect) => effect.kind === 'call');
}
