/** A value that JSON can hold: the only kind of data flows, sessions and stores know. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. Read its fields through {@link own}, never by trusting the prototype. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Names that no variable, field or response key may have: they reach JavaScript's prototypes. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** True for `{…}`, false for arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One field of a value, or undefined: own properties only, so `constructor` is never found by accident. */
export function own(value: Json | undefined, key: string): Json | undefined {
  if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
  return value[key];
}

/** A value as a contact reads it: nothing for null and unset, JSON for objects and arrays. */
export function toText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** True when a value has at most so many characters and values inside it; stops counting at the limit. */
export function fits(value: Json | undefined, limit: number): boolean {
  if (typeof value === 'string') return value.length <= limit;
  if (typeof value !== 'object' || value === null) return true;
  let left = limit;
  const open: (JsonObject | readonly Json[])[] = [];
  for (let next: typeof value | undefined = value; next !== undefined && left >= 0; next = open.pop()) {
    left -= 1;
    if (isObject(next)) for (const key of Object.keys(next)) left -= key.length + 1 + sizeOf(next[key], open);
    else for (const item of next) left -= sizeOf(item, open);
  }
  return left >= 0;
}

/** Characters of a value, about; what has parts is put with those that are still to be counted. */
function sizeOf(value: Json | undefined, open: (JsonObject | readonly Json[])[]): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 1;
  open.push(value);
  return 0;
}

/**
 * A copy that fields are added to. One made by spreading has no room: V8 copies all of it once more for each new field, which costs
 * ten times as much. `{ ...object, added }` costs that, too, and `{ added, ...object }` does not.
 */
export function copied<T extends object>(object: T): { -readonly [K in keyof T]: T[K] } {
  const copy = {} as { -readonly [K in keyof T]: T[K] };
  for (const name in object) if (name !== '__proto__') copy[name] = object[name];
  return copy;
}
