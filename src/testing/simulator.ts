import { route } from '../conversation/routing.ts';
import type { LiveFlows } from '../conversation/routing.ts';
import type { CallOutcome } from '../domain/call.ts';
import { newContact } from '../domain/contact.ts';
import type { Conversation, NewLine } from '../domain/conversation.ts';
import type { Call, Delivery } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import type { TurnEvent } from '../domain/event.ts';
import type { Flow } from '../domain/flow.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Inbound } from '../domain/message.ts';
import { wakeAt } from '../domain/session.ts';
import { takeTurn } from '../engine/engine.ts';
import type { TurnResult } from '../engine/engine.ts';
import type { FrozenWorld } from './world.ts';

/** What a simulated conversation is made of. */
export interface SimulatorParts {
  readonly flows: LiveFlows;
  readonly world: FrozenWorld;
  readonly channel: string;
  readonly language?: string;
  /** Answers a call instead of the network. */
  answer(call: Call): CallOutcome;
}

/** The address `@server.url` has in simulations. */
export const SIMULATED_SERVER = 'http://parley.test';

/** One contact, held in memory, moved by the real engine: what flow tests and case files talk to. */
export class Simulator {
  conversation: Conversation;
  /** Messages said and not looked at yet. */
  readonly said: Delivery[] = [];
  readonly calls: Call[] = [];
  readonly events: TurnEvent[] = [];
  readonly lines: NewLine[] = [];
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
    const { world } = this.parts;
    const until = world.now() + ms;
    for (
      let wake = wakeAt(this.conversation.session);
      wake !== null && wake <= until;
      wake = wakeAt(this.conversation.session)
    ) {
      world.advance(Math.max(0, wake - world.now()));
      const before = this.conversation.revision;
      this.take({ kind: 'timer', ...this.stamp('t') });
      if (this.conversation.revision === before) break;
    }
    world.advance(until - world.now());
  }

  /** Takes one entry, and the calls it leads to, to their end. */
  take(first: Entry): void {
    for (let entry: Entry | null = first; entry !== null;) {
      const result: TurnResult = this.turn(entry);
      this.apply(result);
      const call: Call | undefined = result.effects.find((effect) => effect.kind === 'call');
      entry = call === undefined ? null : this.perform(call);
    }
  }

  private turn(entry: Entry): TurnResult {
    const { flows, world } = this.parts;
    const { session } = this.conversation;
    const running: Flow | null = session === null ? null : (flows.current(session.flow) ?? null);
    const starting = route(this.conversation, entry, flows);
    const context = { world, serverUrl: SIMULATED_SERVER, timezone: 'UTC', tracing: true };
    const version = (hash: string): Flow | undefined => flows.all().find((flow) => flow.version === hash);
    return takeTurn(
      this.conversation,
      entry,
      { running, starting, current: (id) => flows.current(id), version },
      context,
    );
  }

  private apply({ contact, session, effects, lines, events }: TurnResult): void {
    const { revision, lines: count } = this.conversation;
    this.conversation = { ...this.conversation, contact, session, revision: revision + 1, lines: count + lines.length };
    this.said.push(...effects.filter((effect) => effect.kind === 'delivery'));
    this.events.push(...events);
    this.lines.push(...lines);
  }

  private perform(call: Call): Entry {
    this.calls.push(call);
    const outcome = this.parts.answer(call);
    return { kind: 'call', ...this.stamp('c'), key: call.key, cause: call.cause, outcome };
  }

  private stamp(prefix: string): { id: string; at: number } {
    this.entries += 1;
    return { id: `${prefix}${this.entries}`, at: this.parts.world.now() };
  }
}
