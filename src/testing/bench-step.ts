import { z } from 'zod';
import type { ZodType } from 'zod';
import { jsonValue, variableName } from '../blocks/fields.ts';
import { ParleyError } from '../domain/error.ts';
import type { JsonObject } from '../domain/json.ts';
import { parseSpan } from '../domain/span.ts';
import { mockSchema } from './mocks.ts';
import { outside, userSays } from './testfile.ts';

const variables = z.record(variableName, jsonValue);
const place = z.strictObject({ block: z.string().min(1).optional(), variables: variables.optional() });

const startSchema = z.strictObject({
  flow: z.string().min(1),
  channel: z.string().min(1).default('web'),
  language: z.string().min(2).max(35).optional(),
  block: z.string().min(1).optional(),
  variables: variables.optional(),
  /** `real`: calls without a mock are made; `mock`: they fail, as if the network did. */
  calls: z.enum(['real', 'mock']).default('mock'),
  mocks: z.array(mockSchema).max(200).default([]),
});

/** What a simulation begins with. */
export type BenchStart = z.output<typeof startSchema>;

const stepSchema = z
  .strictObject({
    user: userSays.optional(),
    choice: z.string().min(1).optional(),
    advance: z
      .string()
      .refine((text) => parseSpan(text) !== null, { message: 'write a number and a unit, such as 90s, 10m, 24h or 2d' })
      .optional(),
    set: variables.optional(),
    goto: z.string().min(1).optional(),
    start: z.union([z.literal(true), place]).optional(),
    event: outside.optional(),
    resume: z.union([z.literal(true), z.record(z.string(), jsonValue)]).optional(),
    agent: z.string().min(1).optional(),
    handback: z.literal(true).optional(),
    reset: z.literal(true).optional(),
  })
  .refine((step) => Object.keys(step).length === 1, {
    message:
      'a step has exactly one of user, choice, advance, set, goto, start, event, resume, agent, handback and reset',
  });

type WrittenStep = z.output<typeof stepSchema>;

/** One thing that a person does in a simulation; where flow tests have the same, it looks the same. */
export type BenchStep =
  | { readonly user: z.output<typeof userSays> }
  | { readonly advance: string }
  | { readonly set: JsonObject }
  | { readonly goto: string }
  | { readonly start: z.output<typeof place> | true }
  | { readonly event: z.output<typeof outside> }
  | { readonly reset: true };

/** Reads how a simulation begins. Throws `bad_request` that names the key. */
export function readStart(written: JsonObject): BenchStart {
  return read(startSchema, written);
}

/** Reads a step. Throws `bad_request` that names the key. */
export function readStep(written: JsonObject): BenchStep {
  return stepOf(read(stepSchema, written));
}

function stepOf(step: WrittenStep): BenchStep {
  const { user, choice, advance, set, goto, start, event, resume, agent, handback } = step;
  if (user !== undefined) return { user };
  if (choice !== undefined) return { user: { choice } };
  if (advance !== undefined) return { advance };
  if (set !== undefined) return { set };
  if (goto !== undefined) return { goto };
  if (start !== undefined) return { start };
  if (event !== undefined) return { event };
  if (resume !== undefined) return { event: { resume: true, ...(resume === true ? {} : { data: resume }) } };
  if (agent !== undefined) return { event: { agent } };
  return handback === true ? { event: { handback } } : { reset: true };
}

function read<T>(schema: ZodType<T>, written: JsonObject): T {
  const parsed = schema.safeParse(written);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  throw new ParleyError('bad_request', `${where}${issue?.message ?? 'the body is not as it should be'}`);
}
