import type { Entry } from '../domain/entry.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Simulator } from './simulator.ts';

/** Gives variables of the running flow other values; nothing moves. */
export function setEntry(variables: JsonObject, simulator: Simulator): Entry {
  return { kind: 'set', ...simulator.stamp('v'), variables };
}

/** Goes on at a block with the variables that are there; without a running session `flow` starts there. */
export function goToEntry(block: string, flow: string, simulator: Simulator): Entry {
  const running = simulator.conversation.session?.flow ?? flow;
  return { kind: 'start', ...simulator.stamp('g'), flow: running, block, keep: true };
}
