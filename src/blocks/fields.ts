import { z } from 'zod';

export { jsonValue, retrySchema, span, timeoutSeconds } from '../domain/fields.ts';

/** The name of an event, such as `payment.settled`. */
export const eventName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.:-]{0,99}$/, {
  message: 'the name of an event has letters, digits and . _ : - and begins with a letter, such as payment.settled',
});

/** The name of a variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { message: 'a name has letters, digits and _ and begins with a letter' });
