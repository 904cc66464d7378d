// Two runs side by side: what became cheaper, and what dearer.
import { figures } from './figures.mjs';
import { number } from './table.mjs';

/** Lines for each job that both runs have: CPU a message (or milliseconds, or bytes), before and now. */
export function comparison(before, now) {
  const ids = [...new Set(now.runs.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const [old, fresh] = [figures(before.runs, id), figures(now.runs, id)];
    if (old === null || fresh === null) return [];
    const name = ['cpuUs', 'ms', 'bytes', 'steps.1.cpuUs'].find(
      (each) => fresh[each] !== undefined && old[each] !== undefined,
    );
    if (name === undefined) return [];
    const [a, b] = [old[name], fresh[name]];
    const apart = b.low > a.high ? 'dearer' : b.high < a.low ? 'cheaper' : '';
    return [
      `${id.padEnd(28)}${name.padEnd(15)}${number(a.median).padStart(10)} →${number(b.median).padStart(10)}   ×${(b.median / a.median).toFixed(2)}  ${apart}`,
    ];
  });
}
