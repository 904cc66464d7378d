import { z } from 'zod';
import type { CallOutcome, CallRequest } from '../domain/call.ts';
import type { Action } from '../domain/integration.ts';
import { isObject } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import type { BadRequest, Value } from './block.ts';
import { callFacts, callKeys, calling, judge } from './calling.ts';
import type { Judged } from './calling.ts';
import { jsonValue } from './fields.ts';

/** Names are looked up when the file is checked, so they are written out. */
const written = z
  .string()
  .min(1)
  .refine((text) => !text.includes('@'), { message: 'write the name out; it cannot come from a variable' });

const schema = z.strictObject({
  integration: written,
  action: written,
  credential: z.string().min(1).optional(),
  inputs: z.record(z.string(), jsonValue).default({}),
  ...callKeys,
});

type Params = z.output<typeof schema>;

/** Calls an action of a custom integration (Truora), which is looked up when the call is made. */
export const custom_integration = defineBlock({
  summary: 'Calls an action of a custom integration and keeps its outputs.',
  schema,
  example: `
- id: create_validation
  type: custom_integration
  integration: user-login
  credential: Test account
  action: create_user_validation
  message: "Checking your username…"
  inputs: { account_id: "@userinput" }
  on_failure: phone
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    const { integration, action, credential, inputs } = params;
    kit.usesAction({ integration, action, inputs, ...(credential === undefined ? {} : { credential }) });
    const given = Object.entries(inputs).map(([key, value]) => [key, kit.value(value, ['inputs', key])] as const);
    return calling(params, kit, {
      request: (turn) => requestOf(params, given, turn),
      keep(turn, outcome) {
        const { judged, outputs } = judgeAction(params, outcome, turn);
        turn.set(kit.id, { ...outputs, ...facts(outcome, judged) });
        return judged;
      },
      facts,
    });
  },
});

function requestOf(params: Params, given: readonly (readonly [string, Value])[], turn: Turn): CallRequest | BadRequest {
  const action = actionOf(params, turn);
  if ('problem' in action) return action;
  const inputs = given.flatMap(([key, value]) => {
    const filled = value(turn);
    return filled === undefined ? [] : [[key, filled] as const];
  });
  const request = action.request(Object.fromEntries(inputs), turn);
  if ('problem' in request) return request;
  const credential = params.credential === undefined ? {} : { credential: params.credential };
  return { ...request, action: { integration: params.integration, action: params.action, ...credential } };
}

function actionOf({ integration: id, action: name }: Params, turn: Turn): Action | BadRequest {
  const integration = turn.integration(id);
  if (integration === undefined) return { problem: `there is no custom integration "${id}" that checks` };
  return integration.actions.get(name) ?? { problem: `the integration ${id} has no action "${name}"` };
}

/** Success is a 2xx with every required output (Truora). */
function judgeAction(params: Params, outcome: CallOutcome, turn: Turn): { judged: Judged; outputs: JsonObject } {
  const judged = judge(outcome);
  if (judged.exit !== 'on_success' || outcome.kind !== 'answered') return { judged, outputs: {} };
  const action = actionOf(params, turn);
  if ('problem' in action) return { judged: { exit: 'on_failure', reason: action.problem }, outputs: {} };
  const outputs = action.outputs(outcome);
  if (!isProblem(outputs)) return { judged, outputs };
  return { judged: { exit: 'on_invalid_output', reason: outputs.problem }, outputs: {} };
}

function isProblem(outputs: JsonObject | BadRequest): outputs is BadRequest {
  return isObject(outputs) && typeof outputs['problem'] === 'string';
}

/** What is there whichever way the call ended (Truora's default outputs); the code is null when nobody answered. */
function facts(outcome: CallOutcome, { exit, reason }: Judged): { readonly [key: string]: Json } {
  const succeeded = exit === 'on_success';
  return {
    ...callFacts(outcome),
    succeeded,
    integration_status: succeeded ? 'success' : 'failure',
    status_code: outcome.kind === 'answered' ? outcome.status : null,
    ...(succeeded ? {} : { error: reason }),
  };
}
