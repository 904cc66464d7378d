import { ParleyError, messageOf } from '../../domain/error.ts';
import { problem } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';

/** What was found in one area, such as the settings. */
export interface Area {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Looks at an area; one that cannot be looked at must not hide the others. */
export async function area(name: string, look: () => Promise<readonly Finding[]>): Promise<Area> {
  try {
    return { name, findings: await look() };
  } catch (error) {
    return { name, findings: [failure(error)] };
  }
}

/** What stopped somebody from looking. */
export function failure(error: unknown): Finding {
  const fix = error instanceof ParleyError ? error.hint : 'Put this right and run it again.';
  return problem(messageOf(error), fix);
}
