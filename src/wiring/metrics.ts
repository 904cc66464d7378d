import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { TurnReport } from '../conversation/runner.ts';
import type { CallOutcome } from '../domain/call.ts';
import type { Call } from '../domain/effect.ts';
import type { DeliveryReport } from '../outbox/sender.ts';

/** What is under way at the moment. */
export interface Gauges {
  /** Conversations that this process works on. */
  lanes(): number;
  /** Entries that wait in them. */
  waiting(): number;
}

/** What the server counts, for Prometheus. */
export interface Metrics {
  turn(report: TurnReport): void;
  delivery(report: DeliveryReport): void;
  call(call: Call, outcome: CallOutcome, ms: number): void;
  /** Conversations that were taken up because they were due or left by a process that died. */
  taken(count: number): void;
  deadLetter(): void;
  /** Everything in Prometheus' text format. */
  text(): Promise<{ readonly type: string; readonly body: string }>;
}

/** Seconds: from a quick turn to a message that waited behind a long call. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Makes the counters of one server. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'parley_' });
  const { turns, errors, lag } = turnCounters(registry);
  const { deliveries, calls, callTime } = workCounters(registry);
  const { taken, dead } = troubleCounters(registry, gauges);
  return {
    turn: ({ conversation, entry, events }) => {
      turns.inc({ entry: entry.kind });
      if (entry.kind === 'message') lag.observe(Math.max(0, Date.now() - entry.at) / 1000);
      const flow = conversation.session?.flow ?? '';
      for (const event of events) if (event.kind === 'error') errors.inc({ flow, code: event.code });
    },
    delivery: ({ channel, result }) => deliveries.inc({ channel, result }),
    call: ({ request }, outcome, ms) => {
      const result = outcome.kind === 'answered' ? `${Math.floor(outcome.status / 100)}xx` : outcome.kind;
      calls.inc({ type: request.type, result });
      callTime.observe(ms / 1000);
    },
    taken: (count) => taken.inc(count),
    deadLetter: () => dead.inc(),
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  };
}

function counter<L extends string>(registry: Registry, name: string, help: string, ...labelNames: L[]): Counter<L> {
  return new Counter({ name, help, labelNames, registers: [registry] });
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  const made: Gauge = new Gauge({ name, help, registers: [registry], collect: (): void => made.set(value()) });
}

function histogram(registry: Registry, name: string, help: string): Histogram {
  return new Histogram({ name, help, buckets: SECONDS, registers: [registry] });
}

function turnCounters(registry: Registry) {
  return {
    turns: counter(registry, 'parley_turns_total', 'Turns taken, by what moved them.', 'entry'),
    errors: counter(registry, 'parley_flow_errors_total', 'Blocks that failed, by flow and code.', 'flow', 'code'),
    lag: histogram(registry, 'parley_turn_lag_seconds', 'From when an entry was accepted to the commit of its turn.'),
  };
}

function workCounters(registry: Registry) {
  return {
    deliveries: counter(
      registry,
      'parley_deliveries_total',
      'Messages sent, by channel and result.',
      'channel',
      'result',
    ),
    calls: counter(registry, 'parley_calls_total', 'Calls made, by block type and result.', 'type', 'result'),
    callTime: histogram(registry, 'parley_call_seconds', 'Time of calls.'),
  };
}

function troubleCounters(registry: Registry, gauges: Gauges) {
  gauge(registry, 'parley_lanes', 'Conversations this process works on.', () => gauges.lanes());
  gauge(registry, 'parley_waiting_entries', 'Entries that wait in these conversations.', () => gauges.waiting());
  return {
    taken: counter(registry, 'parley_takeovers_total', 'Conversations taken up because they were due.'),
    dead: counter(registry, 'parley_dead_letters_total', 'Entries that no try could take.'),
  };
}
