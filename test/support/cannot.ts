import type { Context } from 'mocha';

/** Leaves a test pending, with the reason in its title. */
export function cannot(context: Context, why: string): never {
  if (context.test !== undefined) context.test.title += ` (cannot run here: ${why})`;
  return context.skip();
}
