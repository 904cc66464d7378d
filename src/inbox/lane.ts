import { setTimeout as pause } from 'node:timers/promises';
import type { Conversation } from '../domain/conversation.ts';
import type { Call, Delivery } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import { wakeAt } from '../domain/session.ts';
import { isBusy } from '../store/patient.ts';
import type { Held, Store } from '../store/store.ts';
import type { Stop } from './stop.ts';

/** The longest that a lane waits for the store's clock to reach a time that ours has reached (ms). */
const LONGEST_LOOK = 2500;

/** Times that an entry is tried, and milliseconds before the second try; the third waits twice as long. */
const MAX_TRIES = 3;
const TRY_AGAIN_MS = 200;

/** What a lane does with a conversation; the app brings runner, sender and calls together here. */
export interface LaneSteps {
  /** Sends what is owed; `call` is the request that comes next. */
  send(conversation: Conversation, token: string, done: readonly string[], under: Under): Promise<Sending>;
  /** Takes an entry through the engine and commits; null when the lease was lost. */
  turn(conversation: Conversation, token: string, entry: Entry, done: readonly string[]): Promise<Conversation | null>;
  /** Goes on without an entry that cannot be taken, and keeps it as a dead letter; null when the lease was lost. */
  bury(
    conversation: Conversation,
    token: string,
    entry: Entry,
    done: readonly string[],
    error: unknown,
  ): Promise<Conversation | null>;
  /**
   * Makes a request and answers the entry that tells how it ended; never rejects. `again`: it was owed when the lane
   * took the conversation over, so whoever had it before may have been at it.
   */
  call(call: Call, conversation: Conversation, signal: AbortSignal, again: boolean): Promise<Entry>;
  /** A turn of this entry, its calls included, is over. */
  settled(conversation: string, entry: Entry): void;
  failed(conversation: string, error: unknown): void;
  now(): number;
}

/** What is known of the lease under which something is sent. */
export interface Under {
  /** True while nobody else can have taken it. */
  readonly alive: () => boolean;
  /** True for the first sending under it: whoever had the conversation before may have begun with what is owed. */
  readonly fresh: boolean;
}

/** How far a sending came. */
export interface Sending {
  readonly done: readonly string[];
  readonly postponed?: Delivery;
  /** True when the postponed delivery was tried just now: that is written down before anything else. */
  readonly tried?: true;
  readonly call?: Call;
  /** The lease is gone: nothing may be written. */
  readonly lost?: true;
}

/** The hold a lane has on its conversation. */
export interface Grip {
  /** Says stop: the lease was lost, or the process ends. */
  readonly stop: Stop;
  /** True while nothing says stop and nobody else can have taken the lease. */
  alive(): boolean;
}

/** Where a lane stands: the record as last written, and the effects that are done since. */
interface At {
  readonly conversation: Conversation;
  readonly token: string;
  readonly done: readonly string[];
}

/** One conversation that this process holds: entries one by one, in order, until nothing is left. */
export class Lane {
  private readonly store: Store;
  private readonly steps: LaneSteps;
  /** Entries that waited when the record was last seen, the one under way among them. */
  waiting = 0;
  private fresh = true;
  /** Key of the call that was owed when the conversation was taken over. */
  private found: string | undefined;

  constructor(store: Store, steps: LaneSteps) {
    this.store = store;
    this.steps = steps;
  }

  /** Works until nothing is left, the lease is lost or in doubt, or the signal says stop. */
  async work(held: Held, grip: Grip): Promise<void> {
    let at: At = { conversation: held.conversation, token: held.token, done: [] };
    this.found = callFound(held.conversation);
    while (!grip.stop.stopped) {
      this.waiting = at.conversation.inbox.length;
      const next = await this.step(at, grip);
      if (next === null) return;
      at = next;
    }
  }

  /** Sends what is owed, then takes the next entry, or gives the lease back; null when the lane is at its end. */
  private async step(at: At, grip: Grip): Promise<At | null> {
    const { token, conversation } = at;
    const alive = (): boolean => grip.alive();
    const sending = await this.steps.send(conversation, token, at.done, this.under(grip));
    if (sending.lost === true) return null;
    const sent: At = { conversation, token, done: sending.done };
    if (!alive()) return this.leave(sent);
    const next = sending.tried === true ? null : this.next(sent, sending.call, grip);
    const found = next instanceof Promise ? await next : next;
    if (found === 'lost') return null;
    if (!alive()) return this.leave(found?.at ?? sent);
    return found === null ? this.settle(sent, sending.postponed) : this.turn(found.at, found.entry);
  }

  private under(grip: Grip): Under {
    const { fresh } = this;
    this.fresh = false;
    return { fresh, alive: () => grip.alive() };
  }

  private async turn(at: At, entry: Entry): Promise<At | null> {
    const turned = await this.takeOrBury(at, entry);
    if (turned === null) return null;
    if (!owesCall(turned)) this.steps.settled(turned.id, entry);
    return { conversation: turned, token: at.token, done: [] };
  }

  /** An entry that makes every try fail must not hold up its contact: it becomes a dead letter. */
  private async takeOrBury({ conversation, token, done }: At, entry: Entry): Promise<Conversation | null> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.steps.turn(conversation, token, entry, done);
      } catch (error) {
        if (isBusy(error)) throw error;
        this.steps.failed(conversation.id, error);
        if (tries === MAX_TRIES) return this.steps.bury(conversation, token, entry, done, error);
        await pause(TRY_AGAIN_MS * tries);
      }
    }
  }

  private async settle(at: At, postponed: Delivery | undefined): Promise<At | null> {
    const { token, done } = at;
    const later = postponed === undefined ? {} : { postponed };
    const settled = await this.store.settle({ id: at.conversation.id, token, done, ...later });
    if (settled.kind !== 'more') return null;
    await this.untilDue(settled.conversation);
    return { conversation: settled.conversation, token, done: [] };
  }

  /** Broken off: what was sent is written down, so that the next one does not send it again. */
  private async leave({ conversation: { id }, token, done }: At): Promise<null> {
    if (done.length > 0) await this.store.settle({ id, token, done });
    return null;
  }

  /** The store's clock may say that a wait is over a moment before ours does. */
  private async untilDue({ inbox, owed, session }: Conversation): Promise<void> {
    const early = (wakeAt(session) ?? 0) - this.steps.now();
    if (inbox.length === 0 && owed.length === 0 && early > 0) await pause(Math.min(early, LONGEST_LOOK));
  }

  /** What moves the conversation next: the answer of an owed call, a wait that is over, or the oldest entry. */
  private next(at: At, call: Call | undefined, grip: Grip): Next | Promise<Next> {
    const { conversation } = at;
    if (call !== undefined) return this.calling(at, call, grip);
    if (owesCall(conversation)) return null;
    const [entry] = conversation.inbox;
    const wake = wakeAt(conversation.session) ?? Infinity;
    const now = this.steps.now();
    if (wake <= now && wake <= (entry?.at ?? Infinity))
      return { at, entry: { kind: 'timer', id: `timer-${conversation.revision}`, at: now } };
    return entry === undefined ? null : { at, entry };
  }

  /** Makes a call; while it lasts the contact hears the hold message every so often (SmartFlows' hold music). */
  private async calling(start: At, call: Call, grip: Grip): Promise<Next> {
    const answer = this.steps.call(call, start.conversation, grip.stop.signal, call.key === this.found);
    const hold = call.request.type === 'phone_code' ? undefined : call.request.hold;
    if (hold?.message === undefined) return { at: start, entry: await answer };
    const said = { kind: 'hold', key: call.key, cause: call.cause, text: hold.message } as const;
    let at = start;
    for (let times = 1; ; times += 1) {
      const entry = await firstOf(answer, hold.every);
      if (entry !== null) return { at, entry };
      const held = await this.hold(at, { ...said, id: `${call.key}-hold-${times}`, at: this.steps.now() }, grip);
      if (held === null) return 'lost';
      at = held;
    }
  }

  /** The message is committed like any other, and sent although the call before it is still owed. */
  private async hold(at: At, entry: Entry, grip: Grip): Promise<At | null> {
    const turned = await this.steps.turn(at.conversation, at.token, entry, at.done);
    if (turned === null || !grip.alive()) return null;
    const messages = { ...turned, owed: turned.owed.filter((effect) => effect.kind !== 'call') };
    const sending = await this.steps.send(messages, at.token, [], this.under(grip));
    return sending.lost === true ? null : { conversation: turned, token: at.token, done: sending.done };
  }
}

/** What a lane takes next, and where it stands then; null when there is nothing now. */
type Next = { readonly at: At; readonly entry: Entry } | 'lost' | null;

/** The answer, or null when it is not there after so many milliseconds. */
async function firstOf(answer: Promise<Entry>, ms: number): Promise<Entry | null> {
  const stop = new AbortController();
  const late = pause(ms, null, { signal: stop.signal, ref: false }).catch(() => null);
  const first = await Promise.race([answer, late]);
  stop.abort();
  return first;
}

/** The key of an owed call that somebody may have begun: not one behind a message that has yet to be tried again. */
function callFound({ owed }: Conversation): string | undefined {
  const put = owed.some((effect) => effect.kind === 'delivery' && effect.notBefore !== undefined);
  return put ? undefined : owed.find((effect) => effect.kind === 'call')?.key;
}

function owesCall(conversation: Conversation): boolean {
  return conversation.owed.some((effect) => effect.kind === 'call');
}
