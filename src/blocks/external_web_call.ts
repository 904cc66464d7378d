import { z } from 'zod';
import type { CallOutcome } from '../domain/call.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import type { Kit } from './block.ts';
import { callFacts, callKeys, calling, judge } from './calling.ts';
import type { Judged } from './calling.ts';
import { jsonValue, timeoutSeconds, variableName } from './fields.ts';

/** What can be chosen for `content_type`; any other type can be written as a `Content-Type` header. */
const CONTENT_TYPES = [
  'json',
  'form',
  'text',
  'xml',
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/xml',
  'text/xml',
] as const;

const responseVariable = z.union([
  z.string(),
  z.strictObject({ path: z.string(), required: z.boolean().default(false) }),
]);

const schema = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
    url: z.string().min(1),
    headers: z.record(z.string(), z.string()).optional(),
    query: z.record(z.string(), jsonValue).optional(),
    basic_auth: z.strictObject({ username: z.string(), password: z.string() }).optional(),
    content_type: z.enum(CONTENT_TYPES).optional(),
    body: jsonValue.optional(),
    timeout: timeoutSeconds.default(10),
    response_variables: z.record(variableName, responseVariable).optional(),
    ...callKeys,
  })
  .refine((p) => p.content_type === undefined || !hasContentType(p.headers ?? {}), {
    path: ['content_type'],
    message: 'give either content_type or a Content-Type header',
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
  headers: { Authorization: "Bearer @secret.clinic_token" }
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
    return calling(params, kit, {
      request,
      keep(turn, outcome) {
        const { values, missing } = read(outcome, turn);
        turn.set(kit.id, { ...values, ...callFacts(outcome), ...generated(outcome) });
        return judgeWith(missing, outcome);
      },
      facts: (outcome) => ({
        ...callFacts(outcome),
        ...(outcome.kind === 'answered' ? { statuscode: outcome.status } : {}),
      }),
    });
  },
});

function hasContentType(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}

function judgeWith(missing: string | undefined, outcome: CallOutcome): Judged {
  const judged = judge(outcome);
  if (judged.exit !== 'on_success' || missing === undefined) return judged;
  return { exit: 'on_invalid_output', reason: `the answer has no value for "${missing}", which is required` };
}

/** SmartFlows' generated variables: the whole answer, and its code, which is unset when nobody answered. */
function generated(outcome: CallOutcome): { readonly [key: string]: Json } {
  if (outcome.kind !== 'answered') return {};
  return { responsebody: outcome.json ?? outcome.body, statuscode: outcome.status };
}

/** The response variables that were found, and the first required one that was not. */
interface Read {
  readonly values: JsonObject;
  readonly missing: string | undefined;
}

function responseVariables(params: Params, kit: Kit): (outcome: CallOutcome, turn: Turn) => Read {
  const readers = Object.entries(params.response_variables ?? {}).map(([name, written]) => {
    const { path, required } = typeof written === 'string' ? { path: written, required: false } : written;
    const at = ['response_variables', name, ...(typeof written === 'string' ? [] : ['path'])];
    return { name, required, extract: kit.extract(path, at) };
  });
  return (outcome, turn) => {
    const json = outcome.kind === 'answered' ? outcome.json : undefined;
    const found = readers.map((reader) => ({
      ...reader,
      value: json === undefined ? undefined : reader.extract(json, turn),
    }));
    const values = found.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
    const missing = found.find(({ required, value }) => required && (value === undefined || value === null));
    return { values: Object.fromEntries(values), missing: missing?.name };
  };
}
