import { createCaller } from '../../src/calls/caller.ts';
import type { Caller } from '../../src/calls/caller.ts';
import { createClient } from '../../src/calls/client.ts';
import { createGuard } from '../../src/calls/guard.ts';
import { realWorld } from '../../src/domain/world.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { SimulationRoom } from '../../src/wiring/simulations.ts';
import type { SimulationParts } from '../../src/wiring/simulations.ts';
import { sourceOf } from '../calls/secrets.ts';
import type { SecretTable } from '../calls/secrets.ts';

/** A caller that reaches this machine, and writes nothing down. */
export function localCaller(secrets: SecretTable = {}): { caller: Caller; close: () => Promise<void> } {
  const client = createClient({ guard: createGuard({ allow: ['127.0.0.1'] }), version: 'test' });
  const log = { write: (): void => undefined };
  const caller = createCaller({ client, secrets: sourceOf(secrets), log, world: realWorld });
  return { caller, close: () => client.close() };
}

/** Flows as they would be live; each text has to check. */
export function libraryOf(...texts: readonly string[]): SimulationParts['library'] {
  const flows = texts.map((text) => {
    const { flow, diagnostics } = compileFlow(text, 'flow.yaml');
    if (flow === null) throw new Error(JSON.stringify(diagnostics));
    return flow;
  });
  const current: SimulationParts['library']['current'] = (id) => flows.find((flow) => flow.id === id);
  return { all: () => flows, current, integration: () => undefined };
}

/** Simulations of these flows. */
export function roomOf(parts: Partial<SimulationParts> & Pick<SimulationParts, 'library' | 'caller'>): SimulationRoom {
  return new SimulationRoom({ serverUrl: () => 'http://127.0.0.1:1', ...parts });
}
