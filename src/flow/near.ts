import { isObject } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { follow } from './language/path.ts';
import type { Step } from './language/path.ts';

/** The path that differs from this one by capitals only and leads to something, as authors write paths; or null. */
export function nearPath(value: Json | undefined, steps: readonly Step[]): string | null {
  const found: Step[] = [];
  let current = value;
  for (const step of steps) {
    const exact = follow(current, [step]) === undefined ? likeNamed(current, step) : step;
    if (exact === null) return null;
    found.push(exact);
    current = follow(current, [exact]);
  }
  return pathText(found);
}

function likeNamed(value: Json | undefined, step: Step): string | null {
  if (!isObject(value)) return null;
  return Object.keys(value).find((key) => key.toLowerCase() === String(step).toLowerCase()) ?? null;
}

/** Steps as a path that can be written into a file. */
function pathText(steps: readonly Step[]): string {
  return steps
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(step)) return `["${step}"]`;
      return i === 0 ? step : `.${step}`;
    })
    .join('');
}
