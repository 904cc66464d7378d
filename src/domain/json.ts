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
  const open: (Json | undefined)[] = [value];
  while (open.length > 0 && left >= 0) {
    const next = open.pop();
    left -= typeof next === 'string' ? next.length + 1 : 1;
    if (Array.isArray(next)) for (const item of next) open.push(item as Json);
    else if (isObject(next)) for (const key of Object.keys(next)) open.push(key, next[key]);
  }
  return left >= 0;
}
