import type { RotateStep } from '../api/v1/operations.ts';
import { withOperations } from './backend.ts';
import { counted, line, table } from './print.ts';

/** `parley keys list`: the master keys by their ids, and what is under each; 1 when a key is missing. */
export function listKeys(): Promise<number> {
  return withOperations(async (operations) => {
    const rows = await operations.keys();
    table(
      rows.map(({ id, current, in_ring: inRing, records }) => [
        id,
        counted(records, 'record'),
        current ? 'current' : inRing ? (records === 0 ? 'not used any more' : 'old') : 'lost: not in SECRET_KEY',
      ]),
    );
    return rows.every((row) => row.in_ring) ? 0 : 1;
  });
}

/** `parley keys rotate`: puts every record under the newest key, while the server goes on; 1 when one could not be. */
export function rotateKeys(options: { fresh?: boolean }): Promise<number> {
  return withOperations(async (operations) => {
    const sums = { rewrapped: 0, current: 0 };
    const stuck: RotateStep['stuck'][number][] = [];
    let step = await operations.rotateKeys({ fresh: options.fresh === true });
    for (;;) {
      sums.rewrapped += step.rewrapped;
      sums.current += step.current;
      stuck.push(...step.stuck);
      if (step.next === undefined) break;
      line(`${counted(sums.rewrapped + sums.current, 'record')} under the key ${step.key} so far`);
      step = await operations.rotateKeys({ after: step.next });
    }
    for (const { kind, id, key, reason } of stuck)
      line(
        `${kind} "${id}" stays as it is: ${reason === 'lost_key' ? `its key ${key} is not in SECRET_KEY` : 'it was damaged or changed'}`,
      );
    line(`key ${step.key}: ${sums.rewrapped} put under it, ${sums.current} were already, ${stuck.length} could not be`);
    return stuck.length === 0 ? 0 : 1;
  });
}
