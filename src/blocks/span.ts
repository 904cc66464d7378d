import { z } from 'zod';
import { parseSpan } from '../domain/span.ts';

/** A length of time such as `90s`, `5m`, `24h`, in milliseconds. */
export const span = z
  .string()
  .refine((text) => parseSpan(text) !== null, { message: 'write a number and a unit, such as 90s, 5m, 24h or 2d' })
  .transform((text) => parseSpan(text) ?? 0);
