// From the results of single measurements to medians with their spread, by the id of the job.

/** The middle of some numbers, and the lowest and highest of them. */
export function spread(numbers) {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, low: sorted[0], high: sorted.at(-1) };
}

/** The figures of all repetitions of a job, each as {@link spread}; null when none was right. */
export function figures(runs, id) {
  const right = runs.filter((run) => run.id === id && run.result.wrong === undefined).map(({ result }) => flat(result));
  if (right.length === 0) return null;
  const names = Object.keys(right[0]);
  return Object.fromEntries(names.map((name) => [name, spread(right.map((each) => each[name]))]));
}

/** Nested numbers by their paths: `writes.commit`, `steps.1.cpuUs`. */
function flat(value, path = '') {
  if (typeof value === 'number') return { [path]: value };
  if (typeof value !== 'object' || value === null) return {};
  const parts = Object.entries(value).map(([name, inner]) => flat(inner, path === '' ? name : `${path}.${name}`));
  return Object.assign({}, ...parts);
}

/**
 * How a figure compares with the same one of another job, repetition by repetition, so that what the machine was doing
 * meanwhile hits both. Null when it was not measured.
 */
export function ratio(runs, id, floor, name) {
  const repetitions = [...new Set(runs.map((run) => run.repetition))];
  const of = (job, repetition) =>
    runs.find((run) => run.id === job && run.repetition === repetition && run.result.wrong === undefined)?.result[name];
  const ratios = repetitions.map((each) => of(id, each) / of(floor, each)).filter(Number.isFinite);
  return ratios.length === 0 ? null : spread(ratios);
}

/** What of the results was wrong, one line each. */
export function faults(runs) {
  return runs.flatMap(({ id, result }) => (result.wrong === undefined ? [] : [`${id}: ${result.wrong.slice(0, 500)}`]));
}
