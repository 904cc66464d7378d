import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { CallRequest, Sealed } from '../../src/domain/call.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import type { LiveAction, LiveIntegration } from '../../src/flow/integration.ts';
import { Simulator } from '../../src/testing/simulator.ts';
import { FrozenWorld } from '../../src/testing/world.ts';

/** The text of a definition that tests share. */
export function definitionText(name: string): string {
  return readFileSync(join(import.meta.dirname, `definitions/${name}.yaml`), 'utf8');
}

/** A definition that has to check. */
export function integrationOf(text: string): LiveIntegration {
  const { integration, diagnostics } = compileIntegration(text, 'integrations/a.yaml');
  if (integration === null) throw new Error(JSON.stringify(diagnostics, null, 1));
  return integration;
}

/** What can be said of an action besides its id. */
export interface ActionParts {
  readonly inputs?: readonly object[];
  readonly request: object;
  readonly outputs?: readonly object[];
}

/** The smallest integration around one action. */
export function actionText({ inputs = [], request, outputs = [] }: ActionParts): string {
  return stringify({
    integration: 'crm',
    name: 'CRM',
    authentication: { scheme: 'api_key', fields: [{ identifier: 'api_key', type: 'password', required: true }] },
    test_request: { method: 'GET', endpoint: 'https://crm.example/me' },
    actions: [{ action: 'go', name: 'Go', inputs, request, outputs }],
  });
}

/** That action, which has to check. */
export function actionOf(parts: ActionParts): LiveAction {
  const action = integrationOf(actionText(parts)).actions.get('go');
  if (action === undefined) throw new Error('there is no action "go"');
  return action;
}

/** A request that has to be one. */
export function made(request: CallRequest | { readonly problem: string }): CallRequest {
  if ('problem' in request) throw new Error(request.problem);
  return request;
}

/** Sealed text that has no secrets in it. */
export function plain(text: Sealed | undefined): string {
  if (typeof text !== 'string') throw new Error(`no plain text: ${JSON.stringify(text)}`);
  return text;
}

/** A started conversation with a flow of these blocks: `typed` is what the contact answers to its questions. */
export function talk(blocks: readonly object[], typed: readonly string[] = []): Simulator {
  const { flow, diagnostics } = compileFlow(stringify({ flow: 'a', blocks }), 'a.yaml');
  if (flow === null) throw new Error(JSON.stringify(diagnostics, null, 1));
  const simulator = new Simulator({
    flows: { current: (id) => (id === flow.id ? flow : undefined), all: () => [flow] },
    world: new FrozenWorld(),
    channel: 'web',
    answer: () => ({
      kind: 'answered',
      status: 200,
      headers: {},
      body: '{"DateText":"12 May"}',
      json: { DateText: '12 May' },
    }),
  });
  simulator.start('a');
  for (const text of typed) simulator.message({ text });
  return simulator;
}

/** The request of a call block that reads `@typed`, after the contact has typed it. */
export function callWith(block: object, typed = 'x'): CallRequest {
  const ask = { id: 'typed', type: 'question', text: '?' };
  const call = { id: 'call', type: 'external_web_call', method: 'GET', url: 'https://x.example/', on_failure: 'end' };
  const { calls } = talk([ask, { ...call, ...block }], [typed]);
  const request = calls[0]?.request;
  if (request === undefined || request.type === 'phone_code') throw new Error('nothing was called');
  return request;
}
