import type { BenchPort } from '../channel/bench.ts';
import type { ShownPart, TraceItem, TracedCall } from '../domain/bench.ts';
import { didYouMean } from '../flow/language/suggest.ts';
import { traceLines } from './reports.ts';
import type { SimulationRoom } from './simulations.ts';

/** Characters of a body that a line shows. */
const BODY = 300;

/** The simulations of this process, for channels that are a test bench. */
export function benchPort(room: SimulationRoom): BenchPort {
  return {
    flows: () => room.flows().map(({ id, name }) => ({ id, name })),
    start: (wanted) => room.start(wanted),
    step: (id, step) => room.step(id, step),
    end: (id) => room.remove(id),
    state: (id) => room.state(id),
    test: (id, name) => room.test(id, name),
    meant: (written, known) => didYouMean(written, known),
    words: (trace) => trace.flatMap(wordsOf),
  };
}

function wordsOf(item: TraceItem): string[] {
  if (item.kind === 'call') return callWords(item);
  // The call itself says it better.
  return item.kind === 'call_requested' ? [] : traceLines([item]);
}

function callWords(call: TracedCall): string[] {
  const { method, url, status, reason, ms, attempt, by } = call;
  const end = by === 'api' ? ` in ${ms} ms` : by === 'mock' ? ' (mock)' : '';
  const tried = attempt === 1 ? '' : ` (try ${attempt})`;
  return [
    `  ${method} ${url}${tried} → ${status ?? reason ?? ''}${end}`,
    ...bodyWords('sent', call.request),
    ...bodyWords('got', call.response),
  ];
}

function bodyWords(what: string, part: ShownPart | null): string[] {
  const body = (part?.body ?? '').trim();
  return body === '' ? [] : [`    ${what} ${body.length > BODY ? `${body.slice(0, BODY)}…` : body}`];
}
