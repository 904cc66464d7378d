import { z } from 'zod';
import { CODE_WAYS } from '../domain/call.ts';
import { defineBlock } from './block.ts';
import { span } from './fields.ts';
import { compileValidator } from './phone-steps.ts';

const words = z.string().min(1).optional();

const schema = z.strictObject({
  via: z
    .array(z.enum(CODE_WAYS))
    .min(1)
    .default([...CODE_WAYS]),
  phone: words,
  text: words,
  length: z.int().min(4).max(10).default(6),
  expires: span.prefault('5m'),
  attempts: z.int().min(1).max(10).default(3),
  sends: z.int().min(1).max(5).default(3),
  code_text: words,
  wrong_text: words,
  expired_text: words,
  resend_label: words,
  link: z.boolean().default(false),
  resend_keywords: z.array(z.string().min(1)).min(1).optional(),
  on_valid: z.string().optional(),
  on_invalid: z.string().optional(),
});

/** The keys of the block, as checked. */
export type PhoneParams = z.output<typeof schema>;

/** Confirms that a phone is the contact's by a one-time code (Truora's phone validator). */
export const phone_validator = defineBlock({
  summary: 'Sends a one-time code to a phone by WhatsApp or SMS and checks what the contact writes.',
  schema,
  example: `
- id: phone
  type: phone_validator
  via: [whatsapp, sms]
  on_valid: verified
  on_invalid: not_verified
`,
  sets: (_, id) => [id],
  compile: (params, kit) => compileValidator(params, kit),
});
