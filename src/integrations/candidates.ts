import type { ValueType } from '../domain/integration.ts';
import { isObject } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';

/** A value of an answer that could become an output: its path, the type it seems to have, and the value itself. */
export interface Candidate {
  readonly path: string;
  readonly type: ValueType;
  readonly sample: Json;
}

/** How much of an answer is looked at. Lists are alike inside: their first value speaks for them. */
const MAX_DEPTH = 8;
const MAX_COUNT = 200;
const MAX_SAMPLE = 200;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

interface Place {
  readonly value: Json;
  readonly path: string;
  readonly depth: number;
}

/** What of an answer can become an output (Truora extracts them from a test), nearest to the top first. */
export function candidatesOf(answer: Json): Candidate[] {
  const found: Candidate[] = [];
  const open: Place[] = [{ value: answer, path: '', depth: 0 }];
  for (let next = 0; next < open.length && found.length < MAX_COUNT; next += 1) {
    const place = open[next];
    if (place === undefined) break;
    if (typeof place.value === 'object' && place.value !== null) {
      if (place.depth < MAX_DEPTH && open.length < MAX_COUNT * MAX_DEPTH) open.push(...inside(place));
    } else if (place.path !== '') found.push(candidate(place.value, place.path));
  }
  return found;
}

function inside({ value, path, depth }: Place): Place[] {
  if (Array.isArray(value)) {
    const first: Json | undefined = value[0];
    return first === undefined ? [] : [{ value: first, path: `${path}[0]`, depth: depth + 1 }];
  }
  if (!isObject(value)) return [];
  return Object.entries(value)
    .slice(0, MAX_COUNT)
    .flatMap(([key, held]) => {
      const at = step(path, key);
      return at === null ? [] : [{ value: held ?? null, path: at, depth: depth + 1 }];
    });
}

/** A path one key longer, as flows write it; null for a key that no path can name. */
function step(path: string, key: string): string | null {
  if (NAME.test(key)) return path === '' ? key : `${path}.${key}`;
  if (key.includes('\n') || (key.includes('"') && key.includes("'"))) return null;
  const quote = key.includes('"') ? "'" : '"';
  return `${path}[${quote}${key}${quote}]`;
}

function candidate(value: Json, path: string): Candidate {
  const sample = typeof value === 'string' && value.length > MAX_SAMPLE ? `${value.slice(0, MAX_SAMPLE)}…` : value;
  return { path, type: typeOf(value), sample };
}

function typeOf(value: Json): ValueType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'string' && DATETIME.test(value) && !Number.isNaN(Date.parse(value)) ? 'datetime' : 'string';
}
