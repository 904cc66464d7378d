import type { Entry } from '../domain/entry.ts';
import { ParleyError } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import type { JsonObject } from '../domain/json.ts';
import { suggestion } from '../flow/language/suggest.ts';
import { goToEntry, setEntry } from './bench-entry.ts';
import type { BenchStep } from './bench-step.ts';
import { inbound } from './runtest.ts';
import type { Simulator, TestFlows } from './simulator.ts';

/** A step that can be done now: how a flow test writes it, and what it does. */
export interface Planned {
  readonly written: JsonObject;
  readonly entry: Entry;
}

/** What planning a step looks at. */
export interface PlanParts {
  readonly simulator: Simulator;
  readonly flows: TestFlows;
  /** The flow that the simulation tries. */
  readonly flow: string;
}

/** The entry a step becomes. What cannot be done now throws, before anything has changed. */
export function planned(step: Exclude<BenchStep, { reset: true } | { advance: string }>, parts: PlanParts): Planned {
  const { simulator, flows, flow } = parts;
  if ('user' in step) return userSays(step.user, simulator);
  if ('start' in step) {
    const { block, variables } = step.start === true ? {} : step.start;
    blockOf(liveFlow(flow, flows), block);
    const at = { ...(block === undefined ? {} : { block }), ...(variables === undefined ? {} : { variables }) };
    return { written: { start: step.start }, entry: { kind: 'start', ...simulator.stamp('s'), flow, ...at } };
  }
  if ('set' in step) {
    if (simulator.conversation.session === null)
      throw new ParleyError('conflict', 'no flow runs any more', 'Reset the simulation, or start the flow again.');
    return { written: { set: step.set }, entry: setEntry(step.set, simulator) };
  }
  if ('goto' in step) {
    blockOf(liveFlow(simulator.conversation.session?.flow ?? flow, flows), step.goto);
    return { written: { goto: step.goto }, entry: goToEntry(step.goto, flow, simulator) };
  }
  return { written: { event: step.event }, entry: outside(step.event, simulator) };
}

/** A flow by its id, or `not_found` with the name that was most likely meant. */
export function liveFlow(id: string, flows: TestFlows): Flow {
  const flow = flows.current(id);
  if (flow !== undefined) return flow;
  const ids = flows.all().map((each) => each.id);
  throw new ParleyError('not_found', `there is no flow "${id}"`, suggestion(id, ids) ?? `Flows: ${ids.join(', ')}`);
}

/** Throws `not_found` for a block that a flow does not have. */
export function blockOf(flow: Flow, block: string | undefined): void {
  if (block === undefined || flow.blocks.has(block)) return;
  const ids = [...flow.blocks.keys()];
  const hint = suggestion(block, ids) ?? `Blocks: ${ids.join(', ')}`;
  throw new ParleyError('not_found', `the flow "${flow.id}" has no block "${block}"`, hint);
}

/** A code that is right is written as such: it need not be the same when the test runs. */
function userSays(user: Extract<BenchStep, { user: unknown }>['user'], simulator: Simulator): Planned {
  const code = simulator.code();
  const written = code !== null && user === code ? { code: 'right' as const } : user;
  const message = inbound(written, () => {
    if (code !== null) return code;
    throw new ParleyError('conflict', 'no code was sent that the contact could write');
  });
  return { written: { user: written }, entry: { kind: 'message', ...simulator.stamp('m'), message } };
}

function outside(written: Extract<BenchStep, { event: unknown }>['event'], simulator: Simulator): Entry {
  if ('name' in written)
    return { kind: 'event', ...simulator.stamp('e'), event: written.name, data: written.data ?? null };
  if ('agent' in written) return { kind: 'agent', ...simulator.stamp('a'), message: { text: written.agent } };
  if ('handback' in written) return { kind: 'handback', ...simulator.stamp('h') };
  const { token } = simulator;
  if (token === null)
    throw new ParleyError(
      'conflict',
      'the flow has read neither @resume.url nor @resume.token: nobody could resume it',
    );
  return { kind: 'resume', ...simulator.stamp('r'), ...token, variables: written.data ?? {} };
}
