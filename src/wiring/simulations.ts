import type { SimulationFacts, Simulations, Started } from '../api/v1/simulations.ts';
import type { Caller } from '../calls/caller.ts';
import { CHANNEL_LIMITS, WHATSAPP } from '../channel/limits.ts';
import { speaks } from '../conversation/routing.ts';
import type { BenchAnswer, Standing } from '../domain/bench.ts';
import type { Sealed } from '../domain/call.ts';
import { ParleyError } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import { realWorld } from '../domain/world.ts';
import { suggestion } from '../flow/language/suggest.ts';
import type { Library } from '../flow/library.ts';
import type { MakeTry } from '../testing/bench-calls.ts';
import { readStart, readStep } from '../testing/bench-step.ts';
import type { BenchStart } from '../testing/bench-step.ts';
import { savedTest } from '../testing/bench-test.ts';
import { Bench } from '../testing/bench.ts';
import { SIMULATED_SERVER } from '../testing/simulator.ts';
import type { TestFlows } from '../testing/simulator.ts';

/** What simulations are made of. */
export interface SimulationParts {
  readonly library: Pick<Library, 'current' | 'all' | 'integration'>;
  readonly caller: Pick<Caller, 'test'>;
  /** Where this server is, for calls to itself. */
  serverUrl(): string;
  /** The time (ms since 1970), where a test has its own. */
  now?(): number;
}

/** Simulations at once, how long one is kept after its last step (ms), and steps that may wait for the one before. */
const MOST = 100;
const IDLE = 3_600_000;
const WAITING = 20;

/** One simulation in the room. */
interface Held {
  bench: Bench;
  readonly createdAt: number;
  usedAt: number;
  waiting: number;
  /** The step that is under way. */
  last: Promise<unknown>;
}

/** The simulations of this process: bounded, in memory only, and each takes one step at a time. */
export class SimulationRoom implements Simulations {
  private readonly parts: SimulationParts;
  private readonly held = new Map<string, Held>();

  constructor(parts: SimulationParts) {
    this.parts = parts;
  }

  async start(written: JsonObject): Promise<Started> {
    this.sweep();
    const bench = this.newBench(readStart(written));
    if (this.held.size >= MOST) {
      const hint = 'End one (DELETE /api/v1/simulations/:id); one that nobody uses ends by itself after an hour.';
      throw new ParleyError('busy', `there are ${MOST} simulations already`, hint);
    }
    const [id, now] = [realWorld.id(), this.now()];
    const held = { bench, createdAt: now, usedAt: now, waiting: 0, last: Promise.resolve() };
    this.held.set(id, held);
    return { id, ...(await this.oneByOne(held, () => held.bench.begin())) };
  }

  async step(id: string, written: JsonObject): Promise<BenchAnswer> {
    const held = this.find(id);
    const step = readStep(written);
    return this.oneByOne(held, () => {
      if (!('reset' in step)) return held.bench.step(step);
      const fresh = this.newBench(held.bench.start);
      held.bench.close();
      held.bench = fresh;
      return fresh.begin();
    });
  }

  async show(id: string): Promise<SimulationFacts> {
    const { bench, createdAt, usedAt } = this.find(id);
    const { flow, channel, calls } = bench.start;
    return {
      id,
      flow,
      channel,
      calls,
      created_at: new Date(createdAt).toISOString(),
      expires_at: new Date(usedAt + IDLE).toISOString(),
      state: bench.standing(),
      dialogue: bench.recorded.map(({ step, bot }) => ({ step, bot })),
    };
  }

  async test(id: string, name?: string): Promise<string> {
    const { bench } = this.find(id);
    return savedTest(bench, name ?? `${bench.start.flow} on ${bench.start.channel}, as it was tried`);
  }

  async remove(id: string): Promise<void> {
    this.find(id).bench.close();
    this.held.delete(id);
  }

  /** Where the simulated contact is. */
  state(id: string): Standing {
    return this.find(id).bench.standing();
  }

  /** Flows that can be tried. */
  flows(): readonly Flow[] {
    return this.parts.library.all();
  }

  private find(id: string): Held {
    this.sweep();
    const held = this.held.get(id);
    if (held !== undefined) return held;
    throw new ParleyError(
      'not_found',
      'there is no such simulation',
      'It ends after an hour without a step, or when the server stops: start another one.',
    );
  }

  private sweep(): void {
    const before = this.now() - IDLE;
    for (const [id, { bench, usedAt, waiting }] of this.held) {
      if (waiting > 0 || usedAt > before) continue;
      bench.close();
      this.held.delete(id);
    }
  }

  private async oneByOne<T>(held: Held, work: () => Promise<T>): Promise<T> {
    if (held.waiting >= WAITING) throw new ParleyError('busy', 'too many steps of this simulation are waiting');
    held.waiting += 1;
    const mine = held.last.then(work);
    held.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      held.waiting -= 1;
      held.usedAt = this.now();
    }
  }

  private newBench(start: BenchStart): Bench {
    const flows = pinned(this.parts.library);
    const flow = flows.current(start.flow);
    if (flow !== undefined) mustSpeak(flow, start.channel);
    return new Bench(start, { flows, limits: limitsOf(start.channel), make: maker(this.parts), now: this.now() });
  }

  private now(): number {
    return this.parts.now?.() ?? realWorld.now();
  }
}

/** The flows as they are now: what is changed meanwhile is for the next simulation. */
function pinned(library: SimulationParts['library']): TestFlows {
  const all = library.all();
  const byId = new Map(all.map((flow) => [flow.id, flow]));
  return { current: (id) => byId.get(id), all: () => all, integration: (id) => library.integration(id) };
}

/** `whatsapp` is what flows call every WhatsApp; it looks as by the Cloud API. */
function limitsOf(channel: string): Limits {
  const limits = channel === 'whatsapp' ? WHATSAPP : CHANNEL_LIMITS.get(channel);
  if (limits !== undefined) return limits;
  const names = ['whatsapp', ...CHANNEL_LIMITS.keys()];
  const hint = suggestion(channel, names) ?? `Channels: ${names.join(', ')}`;
  throw new ParleyError('bad_request', `channel: there is no channel "${channel}"`, hint);
}

function mustSpeak(flow: Flow, channel: string): void {
  limitsOf(channel);
  if (speaks(flow, channel)) return;
  const hint = `It speaks ${(flow.channels ?? []).join(', ')}.`;
  throw new ParleyError('bad_request', `channel: the flow "${flow.id}" does not speak ${channel}`, hint);
}

/** Calls of a simulation go out as calls that people try: in the webhook log they belong to nobody. */
function maker(parts: SimulationParts): MakeTry {
  return async (request, signal) => {
    const url = toThisServer(request.url, parts.serverUrl());
    const { outcome, ms, request: sent } = await parts.caller.test({ ...request, url }, { signal });
    const { method, headers, body } = sent;
    return { outcome, ms, request: { method, url: sent.url, headers, body } };
  };
}

/** What `@server.url` is in simulations stands for wherever this server is. */
function toThisServer(url: Sealed, serverUrl: string): Sealed {
  const moved = (text: string): string =>
    text.startsWith(`${SIMULATED_SERVER}/`) ? serverUrl + text.slice(SIMULATED_SERVER.length) : text;
  if (typeof url === 'string') return moved(url);
  const [first, ...rest] = url;
  return typeof first === 'string' ? [moved(first), ...rest] : url;
}
