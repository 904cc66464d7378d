import { z } from 'zod';
import type { CallOutcome } from '../domain/call.ts';
import type { Json } from '../domain/json.ts';
import type { Scope, Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import type { Kit } from './block.ts';
import { callExits, callFacts, calling } from './calling.ts';
import { jsonValue, variableName } from './fields.ts';

const schema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  query: z.record(z.string(), jsonValue).optional(),
  basic_auth: z.strictObject({ username: z.string(), password: z.string() }).optional(),
  content_type: z.string().optional(),
  body: jsonValue.optional(),
  timeout: z.int({ message: 'the timeout is whole seconds from 1 to 200' }).min(1).max(200).default(10),
  response_variables: z.record(variableName, z.string()).optional(),
  ...callExits,
});

type Params = z.output<typeof schema>;

/** Calls an external system and takes values out of its answer (SmartFlows' External Web Call). */
export const external_web_call = defineBlock({
  summary: 'Calls an external system and keeps values of its answer.',
  schema,
  example: `
- id: appointment
  type: external_web_call
  method: GET
  url: "https://clinic.example/appointments/@patient"
  response_variables: { date: DateText }
  on_failure: no_appointment
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    const request = kit.request(
      {
        type: 'external_web_call',
        method: params.method,
        url: params.url,
        timeout: params.timeout,
        ...(params.headers === undefined ? {} : { headers: params.headers }),
        ...(params.query === undefined ? {} : { query: params.query }),
        ...(params.body === undefined ? {} : { body: params.body }),
        ...(params.content_type === undefined ? {} : { contentType: params.content_type }),
        ...(params.basic_auth === undefined ? {} : { auth: params.basic_auth }),
      },
      [],
    );
    const read = responseVariables(params, kit);
    return calling(params, kit, request, (turn, outcome) =>
      turn.set(kit.id, { ...callFacts(outcome), ...legacyFacts(outcome), ...read(outcome, turn) }),
    );
  },
});

/** SmartFlows' generated variables: the whole answer, and its code, which is unset when nobody answered. */
function legacyFacts(outcome: CallOutcome): { readonly [key: string]: Json } {
  if (outcome.kind !== 'answered') return {};
  return { responsebody: outcome.json ?? outcome.body, statuscode: outcome.status };
}

type Read = (outcome: CallOutcome, turn: Turn & Scope) => { readonly [key: string]: Json };

function responseVariables(params: Params, kit: Kit): Read {
  const entries = Object.entries(params.response_variables ?? {}).map(
    ([name, path]) => [name, kit.extract(path, ['response_variables', name])] as const,
  );
  return (outcome, turn) => {
    if (outcome.kind !== 'answered' || outcome.json === undefined) return {};
    const { json } = outcome;
    return Object.fromEntries(
      entries.flatMap(([name, extract]) => {
        const value = extract(json, turn);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  };
}
