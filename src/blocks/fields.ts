import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import { parseSpan } from '../domain/span.ts';

/** A length of time such as `90s`, `5m`, `24h`, in milliseconds. */
export const span = z
  .string()
  .refine((text) => parseSpan(text) !== null, { message: 'write a number and a unit, such as 90s, 5m, 24h or 2d' })
  .transform((text) => parseSpan(text) ?? 0);

/** Any JSON of the author's, kept as it is. */
export const jsonValue = z.custom<Json>((value) => value !== undefined, { message: 'a value is needed' });

/** The name of a variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { message: 'a name has letters, digits and _ and begins with a letter' });
