import { z } from 'zod';
import { isHttpUrl } from '../domain/url.ts';
import { eventName, jsonValue, span, variableName } from '../blocks/fields.ts';

const ID = /^[a-z][a-z0-9-]*$/;
const BLOCK_ID = /^[a-z][a-z0-9_]*$/;

const httpUrl = z.string().refine((text) => isHttpUrl(text), {
  message: 'write an absolute address with scheme and host, such as https://shop.example/done',
});

/** Which contacts a schedule starts a flow for: a field of theirs, and one operator; or `if`, or one of `all any none not`. */
const audience = z.looseObject({
  field: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/, {
      message: 'write the name of a field of the contact, such as plan or contact.language',
    })
    .optional(),
  value: jsonValue.optional(),
});

const schedule = z.strictObject({
  cron: z.string(),
  timezone: z.string().default('UTC'),
  audience: audience.optional(),
});

/** What starts a flow by the clock, as the author wrote it. */
export type ScheduleParams = z.output<typeof schedule>;

const trigger = z
  .strictObject({
    keywords: z.array(z.string().min(1)).min(1).optional(),
    catch_all: z.literal(true).optional(),
    new_contact: z.literal(true).optional(),
    link: z.literal(true).optional(),
    event: eventName.optional(),
    schedule: schedule.optional(),
  })
  .refine((t) => Object.keys(t).length === 1, {
    message: 'a trigger has exactly one key: keywords, catch_all, new_contact, link, event or schedule',
  });

/** Types that a variable can be declared with. */
export const VARIABLE_TYPES = ['string', 'integer', 'number', 'boolean', 'datetime', 'object', 'array'] as const;

/** One declared variable: its type and what it is when a session starts. */
export const variableSchema = z.strictObject({ type: z.enum(VARIABLE_TYPES), default: jsonValue.optional() });

const settings = z.strictObject({
  expire_after: span.optional(),
  on_expire: z.string().optional(),
  on_error: z.string().optional(),
  redirect_url: httpUrl.optional(),
  exit_keywords: z.array(z.string().min(1)).optional(),
});

/** Everything of a flow file but the insides of its blocks, which their own schemas check. */
export const flowSchema = z.strictObject({
  flow: z.string().regex(ID, { message: 'an id has small letters, digits and dashes and begins with a letter' }),
  name: z.string().min(1).optional(),
  note: z.string().optional(),
  channels: z.array(z.string()).min(1).optional(),
  language: z.string().optional(),
  triggers: z.array(trigger).optional(),
  variables: z.record(z.string(), variableSchema).optional(),
  settings: settings.optional(),
  blocks: z
    .array(
      z.looseObject({
        id: z
          .string()
          .regex(BLOCK_ID, { message: 'a block id has small letters, digits and _ and begins with a letter' }),
        type: z.string(),
      }),
    )
    .min(1, {
      message: 'a flow needs at least one block',
    }),
  moved: z.record(z.string(), z.string()).optional(),
});

/** A checked flow file before its blocks are compiled. */
export type FlowFile = z.output<typeof flowSchema>;

/** The keys every block has besides its own. */
export const COMMON_KEYS = ['id', 'type', 'note', 'next', 'save_as'] as const;

/** The common keys, checked apart from the block's own. */
export const commonSchema = z.object({
  id: z.string(),
  type: z.string(),
  note: z.string().optional(),
  next: z.string().optional(),
  save_as: variableName.optional(),
});

/** The keys every block has, as checked. */
export type CommonKeys = z.output<typeof commonSchema>;
