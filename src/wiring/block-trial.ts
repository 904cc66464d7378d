import type { BlockTest } from '../api/v1/operations.ts';
import type { CallRequest } from '../domain/call.ts';
import { newContact } from '../domain/contact.ts';
import { ParleyError } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import type { JsonObject } from '../domain/json.ts';
import { takeTurn } from '../engine/engine.ts';
import type { TurnContext } from '../engine/machine.ts';
import type { Project } from '../flow/project.ts';
import type { TrialParts } from './trials.ts';
import { testResult } from './tried.ts';

/** What trying a block needs beside what trying an action needs. */
export interface BlockTrialParts extends Pick<TrialParts, 'call' | 'candidates' | 'scope'> {
  /** The flows and integrations of the folder, checked. */
  project(): Promise<Project>;
}

/**
 * Makes the request of one block now, with sample values for the flow's variables (SmartFlows' "Test HTTP Request").
 * No conversation is moved. Throws `not_found`, or `bad_request` when the block makes no call with these values.
 */
export async function tryBlock(
  flowId: string,
  blockId: string,
  variables: JsonObject,
  parts: BlockTrialParts,
): Promise<BlockTest> {
  const project = await parts.project();
  const flow = project.files.map((file) => file.flow).find((each) => each?.id === flowId);
  if (flow === undefined || flow === null)
    throw new ParleyError('not_found', `there is no flow "${flowId}" that checks`, 'Run `parley check`.');
  if (!flow.blocks.has(blockId)) throw new ParleyError('not_found', `the flow "${flowId}" has no block "${blockId}"`);
  const request = requestOf(flow, blockId, variables, contextOf(project, parts));
  const { outcome, ms } = await parts.call(request, {});
  const result = testResult(outcome, ms, (text) => text);
  const json = outcome.kind === 'answered' ? outcome.json : undefined;
  return { ...result, candidates: json === undefined ? [] : parts.candidates(json) };
}

function contextOf({ integrations }: Project, { scope }: BlockTrialParts): TurnContext {
  const { world, serverUrl } = scope();
  const live = integrations.flatMap((file) => file.integration ?? []);
  const integration: TurnContext['integration'] = (id) => live.find((each) => each.id === id);
  return { world, serverUrl, publicUrl: serverUrl, timezone: 'UTC', tracing: true, integration };
}

/** What the block owes as a call when a session comes to it with these values. */
function requestOf(flow: Flow, block: string, variables: JsonObject, context: TurnContext): CallRequest {
  const position = { contact: newContact('test', 'test'), session: null, revision: 0 };
  const start = { kind: 'start', id: 'test', at: context.world.now(), flow: flow.id, block, variables } as const;
  const flows = { running: null, starting: { flow, block }, current: () => flow, version: () => flow };
  const { effects, events } = takeTurn(position, start, flows, context);
  const call = effects.find((effect) => effect.kind === 'call' && effect.block === block);
  if (call?.kind === 'call' && call.request.type !== 'phone_code') return call.request;
  const problem = events.find((event) => event.kind === 'error');
  const why = problem?.kind === 'error' ? problem.text : 'it makes no call';
  throw new ParleyError(
    'bad_request',
    `the block "${block}" cannot be tried: ${why}`,
    'Give sample values for its variables.',
  );
}
