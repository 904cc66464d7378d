import { z } from 'zod';
import { RETRY_ON } from './call.ts';
import type { Json } from './json.ts';
import { parseSpan } from './span.ts';

/** A length of time such as `90s`, `5m`, `24h`, in milliseconds. */
export const span = z
  .string()
  .refine((text) => parseSpan(text) !== null, { message: 'write a number and a unit, such as 90s, 5m, 24h or 2d' })
  .transform((text) => parseSpan(text) ?? 0);

/** Any JSON of the author's, kept as it is. */
export const jsonValue = z.custom<Json>((value) => value !== undefined, { message: 'a value is needed' });

const MAX_BACKOFF = 60_000;
const TRIES = 'tries are 1 to 10';

/** Reasons as authors write them; YAML reads a bare 429 as a number. */
const reason = z.union([z.enum(RETRY_ON), z.literal(429).transform(() => '429' as const)]);

/** How often a request that failed is made again, as blocks and integrations write it. */
export const retrySchema = z
  .strictObject({
    attempts: z.int({ message: TRIES }).min(1, { message: TRIES }).max(10, { message: TRIES }),
    backoff: span.prefault('1s'),
    on: z
      .array(reason)
      .min(1)
      .default(() => [...RETRY_ON]),
  })
  .refine(({ backoff }) => backoff <= MAX_BACKOFF, { path: ['backoff'], message: 'the first pause is 1m at most' });

/** Seconds that a request may take in all. */
export const timeoutSeconds = z
  .int({ message: 'the timeout is whole seconds from 1 to 200' })
  .min(1, { message: 'the timeout is whole seconds from 1 to 200' })
  .max(200, { message: 'the timeout is whole seconds from 1 to 200' });
