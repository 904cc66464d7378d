import { z } from 'zod';
import type { Outcome } from '../domain/turn.ts';
import type { Kit, MissingExit } from './block.ts';
import { span } from './fields.ts';

/** How long a block waits for the contact, and where it goes then. */
export const timeoutSchema = z.strictObject({ after: span, next: z.string().optional() });

/** Declares the `timeout` exit. `falls` says that a wait which runs out goes on to `next`. */
export function compileTimeout(
  timeout: z.output<typeof timeoutSchema> | undefined,
  kit: Kit,
  missing?: MissingExit,
): { readonly late: Outcome; readonly falls: boolean } {
  if (timeout === undefined) return { late: kit.next, falls: false };
  return {
    late: kit.exit('timeout', timeout.next, ['timeout', 'next'], missing) ?? kit.next,
    falls: timeout.next === undefined,
  };
}
