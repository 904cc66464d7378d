import { isObject } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';

/** One value that is not the same before and after. `before` is absent where it is new, `after` where it is gone. */
export interface Difference {
  /** Where it stands, such as `rules[0].next`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** Characters of a value that are shown. */
const SHOWN = 80;

/** What differs between two values, as deep down as it can be told apart. */
export function differences(before: Json | undefined, after: Json | undefined, path = ''): Difference[] {
  if (same(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) return inLists(before, after, path);
  return [differing(path, before, after)];
}

/** Items in front and behind that are the same are left out, so that one item more is one difference. */
function inLists(before: readonly Json[], after: readonly Json[], path: string): Difference[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && same(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < most - head && same(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const length = Math.max(before.length, after.length) - tail - head;
  const gone = before.slice(head, before.length - tail);
  const come = after.slice(head, after.length - tail);
  return Array.from({ length }, (_, i) => differences(gone[i], come[i], `${path}[${head + i}]`)).flat();
}

function differing(path: string, before: Json | undefined, after: Json | undefined): Difference {
  return {
    path,
    ...(before === undefined ? {} : { before: shown(before) }),
    ...(after === undefined ? {} : { after: shown(after) }),
  };
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** Equal whatever the order of keys. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item: Json, i) => same(item, b[i] as Json | undefined));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}
