import { route } from '../conversation/routing.ts';
import type { LiveFlows } from '../conversation/routing.ts';
import type { CallOutcome } from '../domain/call.ts';
import { codeOf } from '../domain/code.ts';
import { newContact } from '../domain/contact.ts';
import type { Conversation, NewLine } from '../domain/conversation.ts';
import type { Call, Delivery, Effect, Keep, Post } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import type { TurnEvent } from '../domain/event.ts';
import type { Flow } from '../domain/flow.ts';
import type { Integration } from '../domain/integration.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Inbound } from '../domain/message.ts';
import { attemptsOf, retryable, waitBefore } from '../domain/retry.ts';
import { wakeAt } from '../domain/session.ts';
import { takeTurn } from '../engine/engine.ts';
import type { TurnResult } from '../engine/engine.ts';
import type { Replied } from './mocks.ts';
import type { FrozenWorld } from './world.ts';

/** The flows that are live, and the integrations, where there are any. */
export interface TestFlows extends LiveFlows {
  integration?(id: string): Integration | undefined;
}

/** What a simulated conversation is made of. */
export interface SimulatorParts {
  readonly flows: TestFlows;
  readonly world: FrozenWorld;
  readonly channel: string;
  readonly language?: string;
  /** Answers a call instead of the network, at once or after some milliseconds. */
  answer(call: Call): CallOutcome | Replied;
}

/** One try of a call that needs its answer. */
export interface Attempt {
  readonly call: Call;
  /** Counted from 1. */
  readonly number: number;
  /** Milliseconds that the clock has gone on since the try before. */
  readonly waited: number;
}

/** The address `@server.url` has in simulations. */
export const SIMULATED_SERVER = 'http://parley.test';

/** One contact, held in memory, moved by the real engine: what flow tests and case files talk to. */
export class Simulator {
  conversation: Conversation;
  /** Messages said and not looked at yet. */
  readonly said: Delivery[] = [];
  /** What the team was told. */
  readonly told: Delivery[] = [];
  readonly calls: Call[] = [];
  readonly events: TurnEvent[] = [];
  readonly lines: NewLine[] = [];
  /** Events raised and flows started, for this contact and for others. */
  readonly posts: Post[] = [];
  /** The last resume token that the flow has read. */
  token: { readonly session: string; readonly number: number } | null = null;
  private readonly parts: SimulatorParts;
  private entries = 0;

  constructor(parts: SimulatorParts) {
    this.parts = parts;
    const contact = newContact(parts.channel, 'test', parts.language === undefined ? {} : { language: parts.language });
    this.conversation = { id: contact.id, contact, session: null, inbox: [], owed: [], revision: 0, lines: 0 };
  }

  /** The contact writes. */
  message(message: Inbound): void {
    this.take({ kind: 'message', ...this.stamp('m'), message });
  }

  /** A link or the API starts a flow. */
  start(flow: string, at: { block?: string; variables?: JsonObject } = {}): void {
    this.take({ kind: 'start', ...this.stamp('s'), flow, ...at });
  }

  /** Time passes; what falls due on the way happens at its time. */
  advance(ms: number): void {
    for (const timer of this.wakes(ms)) this.take(timer);
  }

  /** Lets time pass, and stops for each timer on the way until it was taken. */
  *wakes(ms: number): Generator<Entry, void, void> {
    const { world } = this.parts;
    const until = world.now() + ms;
    for (
      let wake = wakeAt(this.conversation.session);
      wake !== null && wake <= until;
      wake = wakeAt(this.conversation.session)
    ) {
      world.advance(Math.max(0, wake - world.now()));
      const before = this.conversation.revision;
      yield { kind: 'timer', ...this.stamp('t') };
      if (this.conversation.revision === before) break;
    }
    world.advance(until - world.now());
  }

  /** An external system resumes by the token that the flow has read; false when it has read none. */
  resume(variables: JsonObject): boolean {
    if (this.token === null) return false;
    this.take({ kind: 'resume', ...this.stamp('r'), ...this.token, variables });
    return true;
  }

  /** An event comes. */
  event(event: string, data: Json): void {
    this.take({ kind: 'event', ...this.stamp('e'), event, data });
  }

  /** A person of the team writes. */
  agent(text: string): void {
    this.take({ kind: 'agent', ...this.stamp('a'), message: { text } });
  }

  /** A person of the team gives the conversation back. */
  handback(): void {
    this.take({ kind: 'handback', ...this.stamp('h') });
  }

  /** The last one-time code that was sent; null when none was. */
  code(): string | null {
    const request = this.calls.map((call) => call.request).findLast(({ type }) => type === 'phone_code');
    return request?.type === 'phone_code' ? codeOf(this.parts.world, request.nonce, request.length) : null;
  }

  /** Takes one entry, and what it leads to, to the end: calls first, then what flows have posted to this contact. */
  take(first: Entry): void {
    const course = this.course(first);
    for (let next = course.next(); next.done !== true;) {
      const answer = this.parts.answer(next.value.call);
      next = course.next('outcome' in answer ? answer : { outcome: answer, after: 0 });
    }
  }

  /** The same where calls are answered later, as by the network. */
  async takeLater(first: Entry, answer: (attempt: Attempt) => Promise<Replied>): Promise<void> {
    const course = this.course(first);
    for (let next = course.next(); next.done !== true;) next = course.next(await answer(next.value));
  }

  /** Gives the next entry its id and its time. */
  stamp(prefix: string): { id: string; at: number } {
    this.entries += 1;
    return { id: `${prefix}${this.entries}`, at: this.parts.world.now() };
  }

  /** All that one entry leads to; it stops at each try of a call. */
  private *course(first: Entry): Generator<Attempt, void, Replied> {
    const open: Entry[] = [first];
    for (let entry = open.shift(); entry !== undefined; entry = open.shift()) {
      const { effects } = this.apply(this.turn(entry));
      const call = effects.find((effect) => effect.kind === 'call');
      if (call !== undefined) open.unshift(yield* this.perform(call));
      open.push(...this.own(effects));
    }
  }

  /** What flows have posted to this contact. */
  private own(effects: readonly Effect[]): Entry[] {
    const posts = effects.filter((effect) => effect.kind === 'post');
    return posts.filter(({ contact }) => contact === this.conversation.id).map(({ entry }) => entry);
  }

  private turn(entry: Entry): TurnResult {
    const { flows, world } = this.parts;
    const { session } = this.conversation;
    const running: Flow | null = session === null ? null : (flows.current(session.flow) ?? null);
    const starting = route(this.conversation, entry, flows);
    const context = {
      world,
      serverUrl: SIMULATED_SERVER,
      publicUrl: SIMULATED_SERVER,
      timezone: 'UTC',
      tracing: true,
      integration: (id: string) => flows.integration?.(id),
    };
    const version = (hash: string): Flow | undefined => flows.all().find((flow) => flow.version === hash);
    return takeTurn(
      this.conversation,
      entry,
      { running, starting, current: (id) => flows.current(id), version },
      context,
    );
  }

  private apply(result: TurnResult): TurnResult {
    const { contact, session, effects, lines, events } = result;
    const { revision, lines: count } = this.conversation;
    this.conversation = { ...this.conversation, contact, session, revision: revision + 1, lines: count + lines.length };
    const deliveries = effects.filter((effect) => effect.kind === 'delivery');
    this.said.push(...deliveries.filter(({ team }) => team === undefined));
    this.told.push(...deliveries.filter(({ team }) => team !== undefined));
    this.events.push(...events);
    this.lines.push(...lines);
    this.posts.push(...effects.filter((effect) => effect.kind === 'post'));
    for (const effect of effects) if (effect.kind === 'keep') this.note(effect);
    return result;
  }

  /** A token is known by the record that leads from it to the session. */
  private note({ document: { kind, body } }: Keep): void {
    const { session, number } = body;
    if (kind === 'resume' && typeof session === 'string' && typeof number === 'number')
      this.token = { session, number };
  }

  /** Makes a call with all its tries; the clock goes on while it lasts, and the contact hears the hold message. */
  private *perform(call: Call): Generator<Attempt, Entry, Replied> {
    const { world } = this.parts;
    const retry = call.request.type === 'phone_code' ? undefined : call.request.retry;
    this.calls.push(call);
    let waited = 0;
    for (let number = 1; ; number += 1) {
      const { outcome, after } = yield { call, number, waited };
      this.wait(call, after);
      if (number >= attemptsOf(retry) || !retryable(outcome, retry))
        return { kind: 'call', ...this.stamp('c'), key: call.key, cause: call.cause, outcome };
      waited = waitBefore({ attempt: number + 1, backoff: retry?.backoff ?? 0, outcome }, world);
      world.advance(waited);
    }
  }

  private wait({ key, cause, request }: Call, ms: number): void {
    const { world } = this.parts;
    const hold = request.type === 'phone_code' ? undefined : request.hold;
    const { message: text = '', every = Infinity } = hold?.message === undefined ? {} : hold;
    let left = ms;
    for (; left > every; left -= every) {
      world.advance(every);
      this.apply(this.turn({ kind: 'hold', ...this.stamp('w'), key, cause, text }));
    }
    world.advance(left);
  }
}
