import { parse, stringify } from 'yaml';
import type { CallOutcome } from '../../src/domain/call.ts';
import type { Call } from '../../src/domain/effect.ts';
import type { FlowError } from '../../src/domain/event.ts';
import type { Flow } from '../../src/domain/flow.ts';
import type { Integration } from '../../src/domain/integration.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { formatDiagnostic } from '../../src/flow/diagnostic.ts';
import { Simulator } from '../../src/testing/simulator.ts';
import { FrozenWorld } from '../../src/testing/world.ts';

/** Compiles a flow that has to compile. */
export function compiled(text: string): Flow {
  const { flow, diagnostics } = compileFlow(text, 'example.yaml');
  if (flow === null) throw new Error(`${diagnostics.map(formatDiagnostic).join('\n')}\n${text}`);
  return flow;
}

/** A flow around some blocks of an example: what they name and do not have themselves is there too. */
export function around(blocks: readonly object[]): string {
  const flow = { flow: 'example', language: 'en', blocks: [...blocks, { id: 'after', type: 'end', text: 'Done.' }] };
  const { diagnostics, drafts } = compileFlow(stringify(flow), 'example.yaml');
  const ids = new Set(flow.blocks.map((block) => ('id' in block ? block.id : '')));
  const exits = drafts.flatMap((draft) =>
    draft.exits.flatMap(({ target }) => (target?.kind === 'block' ? [target.id] : [])),
  );
  const missing = [...new Set(exits)].filter((id) => !ids.has(id));
  const names = diagnostics
    .filter(({ code }) => code === 'unknown-name' || code === 'unknown-reference' || code === 'misspelt-reference')
    .flatMap(({ message }) => /"@?([A-Za-z]\w*)"/.exec(message)?.[1] ?? []);
  return stringify({
    ...flow,
    variables: Object.fromEntries(names.map((name) => [name, { type: 'string', default: '+573001112233' }])),
    blocks: [...flow.blocks, ...missing.map((id) => ({ id, type: 'end', text: `This is ${id}.` }))],
  });
}

/** Runs a flow: starts it, answers what it asks a few times, lets time pass. Answers the errors that came. */
export function run(text: string, integrations: ReadonlyMap<string, Integration> = new Map()): FlowError[] {
  const flow = compiled(text);
  const flows = new Map([flow, ...othersOf(text)].map((each) => [each.id, each]));
  const simulator = new Simulator({
    flows: {
      current: (id) => flows.get(id),
      all: () => [...flows.values()],
      integration: (id: string) => integrations.get(id),
    },
    world: new FrozenWorld(),
    channel: flow.channels?.[0] ?? 'web',
    answer,
  });
  simulator.start(flow.id);
  for (const said of ['yes', '42', '+57 300 111 2233', 'ana@example.com']) simulator.message({ text: said });
  simulator.advance(3 * 3_600_000);
  return simulator.events.filter((event) => event.kind === 'error');
}

/** The flows that blocks lead to, as small as can be. */
function othersOf(text: string): Flow[] {
  const { drafts } = compileFlow(text, 'example.yaml');
  const ids = new Set(drafts.flatMap(({ jumps }) => jumps.map(({ flow }) => flow)));
  return [...ids].map((id) => compiled(`flow: ${id}\nblocks: [{ id: hello, type: end, text: Hello }]\n`));
}

/** Whatever is called answers, with everything that the examples look for. */
function answer({ request }: Call): CallOutcome {
  if (request.type === 'phone_code') return { kind: 'answered', status: 200, headers: {}, body: '' };
  const json = { validation_id: 'v1', DateText: 'Monday', state: 'shipped', points: 7 };
  const headers = { 'content-type': 'application/json' };
  return { kind: 'answered', status: 200, headers, body: JSON.stringify(json), json };
}

/** What a piece of YAML is, by how it begins. */
export function kindOf(yaml: string): 'flow' | 'test' | 'integration' | 'blocks' | 'unknown' {
  const data: unknown = parse(yaml);
  if (Array.isArray(data)) return 'blocks';
  const [first] = Object.keys(typeof data === 'object' && data !== null ? data : {});
  if (first === 'tests') return 'test';
  return first === 'flow' || first === 'test' || first === 'integration' ? first : 'unknown';
}
