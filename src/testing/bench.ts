import { fit } from '../channel/fit.ts';
import type { BenchAnswer, Standing, TraceItem } from '../domain/bench.ts';
import type { Entry } from '../domain/entry.ts';
import { ParleyError } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import type { Outbound } from '../domain/message.ts';
import { parseSpan } from '../domain/span.ts';
import { BenchCalls } from './bench-calls.ts';
import type { Answered, MakeTry } from './bench-calls.ts';
import { blockOf, liveFlow, planned } from './bench-plan.ts';
import type { BenchStart, BenchStep } from './bench-step.ts';
import { Simulator } from './simulator.ts';
import type { TestFlows } from './simulator.ts';
import { FrozenWorld } from './world.ts';

/** What a simulation is made of. */
export interface BenchParts {
  /** It stays on these versions to its end. */
  readonly flows: TestFlows;
  /** What the channel shows; messages come out as it would show them. */
  readonly limits: Limits;
  readonly make: MakeTry;
  /** Where its clock begins (ms since 1970). */
  readonly now: number;
}

/** One thing that was done, and what the bot said to it, as a flow test has them. */
export interface Recorded {
  readonly step: JsonObject;
  readonly bot: readonly Outbound[];
}

/** Steps of one simulation; more are no conversation. */
const MAX_STEPS = 1000;

/**
 * One simulated contact that people talk as: the real engine, and nothing stored. Its clock stands still unless it is
 * moved, and its ids and chances are those of a flow test, so the conversation can become one.
 */
export class Bench {
  readonly start: BenchStart;
  readonly flows: TestFlows;
  /** Where its clock began (ms since 1970). */
  readonly begun: number;
  readonly recorded: Recorded[] = [];
  private readonly limits: Limits;
  private readonly world: FrozenWorld;
  private readonly simulator: Simulator;
  private readonly calls: BenchCalls;
  private readonly closing = new AbortController();
  private trace: TraceItem[] = [];
  private variables: JsonObject = {};

  /** Throws `not_found` for a flow or a block that is not there. */
  constructor(start: BenchStart, { flows, limits, make, now }: BenchParts) {
    const flow = liveFlow(start.flow, flows);
    blockOf(flow, start.block);
    this.start = start;
    this.flows = flows;
    this.limits = limits;
    this.begun = now;
    this.world = new FrozenWorld(now);
    this.calls = new BenchCalls(start, make, this.closing.signal);
    this.simulator = this.newSimulator(flow);
  }

  /** The flow starts. */
  async begin(): Promise<BenchAnswer> {
    const { block, variables } = this.start;
    const at = { ...(block === undefined ? {} : { block }), ...(variables === undefined ? {} : { variables }) };
    return this.step({ start: Object.keys(at).length === 0 ? true : at });
  }

  /** Takes one step, calls included, to its end. Throws for what cannot be done now, and then nothing has changed. */
  async step(step: Exclude<BenchStep, { reset: true }>): Promise<BenchAnswer> {
    if (this.recorded.length >= MAX_STEPS)
      throw new ParleyError('conflict', `this simulation has had ${MAX_STEPS} steps`, 'Start another one.');
    const written = await this.take(step);
    this.drain();
    const said = this.simulator.said.splice(0).map(({ message }) => message);
    this.recorded.push({ step: written, bot: said });
    const shown = said.flatMap((message) => fit(message, this.limits, this.start.language));
    const told = this.simulator.told.splice(0);
    const team = told.flatMap(({ team: to, message }) => (to === undefined ? [] : [{ ...to, message }]));
    return { said: shown, team, trace: this.trace.splice(0), state: this.standing() };
  }

  /** Where the contact is now. */
  standing(): Standing {
    const { session, contact } = this.simulator.conversation;
    const { id, channel, name = null, language = null, fields } = contact;
    return {
      flow: session?.flow ?? null,
      block: session?.block ?? null,
      waiting_for: session?.wait.for ?? null,
      variables: session?.variables ?? this.variables,
      contact: { id, channel, name, language, fields },
      now: new Date(this.world.now()).toISOString(),
    };
  }

  /** How many calls it has made, and what they were answered with. */
  called(): { readonly count: number; readonly answered: readonly Answered[] } {
    return { count: this.simulator.calls.length, answered: this.calls.answered };
  }

  /** Ends calls that are under way. */
  close(): void {
    this.closing.abort();
  }

  private newSimulator(flow: Flow): Simulator {
    const { start, flows, world } = this;
    return new Simulator({
      // Another flow's keyword must not take its messages: a flow test sees its own flow first, too.
      flows: {
        current: (id) => flows.current(id),
        all: () => [flow],
        integration: (id) => flows.integration?.(id),
      },
      world,
      channel: start.channel,
      ...(start.language === undefined ? {} : { language: start.language }),
      answer: () => ({ kind: 'failed', code: 'network', reason: 'the calls of a simulation are answered later' }),
    });
  }

  /** Does it, and answers how a flow test writes it. */
  private async take(step: Exclude<BenchStep, { reset: true }>): Promise<JsonObject> {
    const { simulator, flows } = this;
    if ('advance' in step) {
      for (const timer of simulator.wakes(parseSpan(step.advance) ?? 0)) await this.enter(timer);
      return { advance: step.advance };
    }
    const { written, entry } = planned(step, { simulator, flows, flow: this.start.flow });
    await this.enter(entry);
    return written;
  }

  private async enter(entry: Entry): Promise<void> {
    await this.simulator.takeLater(entry, async (attempt) => {
      this.drain();
      const { replied, traced } = await this.calls.answer(attempt);
      const { block, request } = attempt.call;
      this.trace.push(traced);
      const code = `the one-time code, which nothing sends, is ${this.simulator.code() ?? ''}`;
      if (request.type === 'phone_code') this.trace.push({ kind: 'note', block, text: code });
      return replied;
    });
  }

  /** What has happened so far becomes part of the trace, and is no longer kept by the simulator. */
  private drain(): void {
    const { simulator } = this;
    const events = simulator.events.splice(0);
    this.trace.push(...events);
    simulator.lines.length = 0;
    simulator.posts.length = 0;
    const last = events.flatMap((event) => (event.kind === 'variable_set' ? [[event.name, event.value]] : []));
    // After the end of a session its last values are in the trace.
    this.variables = simulator.conversation.session?.variables ?? { ...this.variables, ...Object.fromEntries(last) };
  }
}
