import { isObject } from '../../domain/json.ts';
import type { Json } from '../../domain/json.ts';

/** A point in time inside an expression. Leaves it as an ISO 8601 text. */
export class Instant {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A length of time inside an expression. Leaves it as text such as `90s`. */
export class Span {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** What expressions compute with: JSON, and times on the way. */
export type Val = Json | Instant | Span;

/** The longest text an expression may make, in UTF-16 units: a chain of joins cannot eat the memory. */
export const MAX_TEXT = 100_000;

/** The result of an expression as plain JSON; numbers that are none become null. */
export function toJson(value: Val): Json {
  if (value instanceof Instant) return isoText(value.ms);
  if (value instanceof Span) return `${value.ms / 1000}s`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return value;
}

/** A point in time as ISO 8601 text; null outside the 8.64e15 ms around 1970 that dates can hold. */
export function isoText(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** What counts as yes in `if`, `&&` and `? :`: anything but false, null, 0 and the empty text. */
export function truthy(value: Val): boolean {
  return !(value === false || value === null || value === 0 || value === '');
}

/** Equal as JSON: the order of keys does not matter. */
export function equal(a: Val, b: Val): boolean {
  if (a === b) return true;
  if (a instanceof Instant || b instanceof Instant)
    return instantOf(a)?.ms === instantOf(b)?.ms && instantOf(a) !== null;
  if (a instanceof Span || b instanceof Span) return a instanceof Span && b instanceof Span && a.ms === b.ms;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item as Json, b[i] as Json));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  const other = b;
  return (
    keys.length === Object.keys(b).length &&
    keys.every((k) => Object.hasOwn(other, k) && equal(a[k] ?? null, other[k] ?? null))
  );
}

/** A time from an instant, an ISO text or milliseconds; null when it is none. */
export function instantOf(value: Val): Instant | null {
  if (value instanceof Instant) return value;
  if (typeof value === 'number') return new Instant(value);
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : new Instant(ms);
}
