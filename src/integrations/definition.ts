import { z } from 'zod';
import { jsonValue, retrySchema, timeoutSeconds } from '../domain/fields.ts';
import { VALUE_TYPES } from '../domain/integration.ts';
import { isHttpUrl } from '../domain/url.ts';

/** Methods that requests of integrations may have (Truora). */
export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PATCH'] as const;

/** Methods that change nothing at the other side: the ones to prove a credential with. */
export const READ_ONLY: ReadonlySet<string> = new Set(['GET', 'OPTIONS', 'TRACE']);

/** The only way to authenticate that Truora has, and so far ours. */
export const SCHEMES = ['api_key'] as const;

/** Names that requests refer to: of authentication fields, inputs and actions (Truora). */
export const IDENTIFIER = /^[a-z]([a-z0-9_]*[a-z0-9])?$/;

const identifier = z.string().regex(IDENTIFIER, {
  message: 'small letters, digits and _, with a letter first and no _ at the end, such as account_id',
});

const title = z.string().trim().min(1, { message: 'a name is needed, as people read it' });

const field = z.strictObject({
  identifier,
  type: z.enum(['text', 'password']),
  required: z.boolean().default(false),
  name: title.optional(),
});

const pairs = z.record(z.string().min(1), jsonValue);

const requestShape = {
  method: z.enum(METHODS),
  endpoint: z.string().min(1),
  query: pairs.optional(),
  headers: z.record(z.string().min(1), z.string()).optional(),
  body: pairs.optional(),
  content_type: z.enum(['json', 'form']).default('json'),
  timeout: timeoutSeconds.default(10),
  retry: retrySchema.optional(),
};

/** One request as the author wrote it. */
export const requestSchema = z.strictObject(requestShape);

const input = z.strictObject({
  key: identifier,
  name: title,
  type: z.enum(VALUE_TYPES),
  required: z.boolean().default(false),
});

const output = z.strictObject({
  key: z.string().trim().min(1),
  name: title,
  type: z.enum(VALUE_TYPES),
  required: z.boolean().default(false),
  as: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { message: 'a name has letters, digits and _ and begins with a letter' })
    .optional(),
});

const action = z.strictObject({
  action: identifier,
  name: title,
  description: z.string().optional(),
  inputs: z.array(input).default([]),
  request: requestSchema,
  outputs: z.array(output).default([]),
});

const logo = z.string().refine(isHttpUrl, {
  message: 'write an absolute address with scheme and host, such as https://shop.example/logo.png',
});

/** A file of `flows/integrations`: an external API, how it knows its callers, and what can be asked of it (Truora). */
export const definitionSchema = z.strictObject({
  integration: z.string().regex(/^[a-z][a-z0-9-]*$/, {
    message: 'an id has small letters, digits and dashes and begins with a letter',
  }),
  name: title,
  note: z.string().optional(),
  description: z.string().optional(),
  logo: logo.optional(),
  authentication: z.strictObject({
    scheme: z.enum(SCHEMES),
    name: title.optional(),
    fields: z.array(field).default([]),
  }),
  test_request: requestSchema,
  actions: z.array(action).min(1, { message: 'an integration needs at least one action' }),
});

/** A definition whose keys are right. */
export type Definition = z.output<typeof definitionSchema>;
export type WrittenRequest = z.output<typeof requestSchema>;
export type WrittenAction = Definition['actions'][number];
export type WrittenOutput = WrittenAction['outputs'][number];
