import { z } from 'zod';
import type { CallOutcome } from '../domain/call.ts';
import { isObject } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import type { Scope, Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import { callFacts, callKeys, calling, judge } from './calling.ts';
import type { Judged } from './calling.ts';
import { jsonValue, timeoutSeconds } from './fields.ts';

const schema = z.strictObject({
  url: z.string().min(1),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  headers: z.record(z.string(), z.string()).optional(),
  body: jsonValue.optional(),
  timeout: timeoutSeconds.default(15),
  ...callKeys,
});

/** Calls a URL with what is known so far; a JSON object in the answer becomes `@extra` (ilhapush's webhook). */
export const webhook = defineBlock({
  summary: 'Calls a URL; a JSON object in the answer becomes @extra.',
  schema,
  example: `
- id: order_webhook
  type: webhook
  method: GET
  url: "https://orders.example/api/@order_number"
  on_failure: not_found
`,
  sets: (_, id) => [id, 'extra'],
  compile(params, kit) {
    const { url, method, headers, body, timeout } = params;
    const written = { ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) };
    const request = kit.request({ type: 'webhook', url, method, timeout, ...written, defaultBody }, []);
    return calling(params, kit, {
      request,
      keep(turn, outcome) {
        const judged = judge(outcome);
        store(turn, kit.id, outcome, judged);
        return judged;
      },
      facts: (outcome) => ({
        ...callFacts(outcome),
        category: 'Failure',
        ...(outcome.kind === 'answered' ? { status: outcome.status } : {}),
      }),
    });
  },
});

/** Everything the flow knows so far, as ilhapush sends it with each webhook. */
function defaultBody(scope: Scope): Json {
  const { id, channel, address, name, fields } = scope.contact;
  // What begins with _ is Parley's own.
  const shown = Object.fromEntries(Object.entries(fields).filter(([field]) => !field.startsWith('_')));
  return {
    contact: { id, channel, address, name: name ?? null, fields: shown },
    message: scope.message,
    flow: scope.flowId,
    block: scope.blockId,
    variables: scope.variables,
  };
}

function store(turn: Turn, id: string, outcome: CallOutcome, { exit }: Judged): void {
  const category = exit === 'on_success' ? 'Success' : 'Failure';
  if (outcome.kind !== 'answered') return turn.set(id, { ...callFacts(outcome), category });
  const { status, json, body } = outcome;
  const succeeded = exit === 'on_success';
  turn.set(id, { succeeded, timed_out: false, status_code: status, category, value: json ?? body, status });
  if (isObject(json)) turn.setExtra(json);
}
