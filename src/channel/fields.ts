import { own } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';

/** A field as text, or undefined when there is none: ids are strings, from some hosts numbers. */
export function textAt(value: Json | undefined, key: string): string | undefined {
  const field = own(value, key);
  if (typeof field === 'number') return String(field);
  return typeof field === 'string' && field !== '' ? field : undefined;
}

/** A field as a list; empty when it is missing or something else. */
export function listAt(value: Json | undefined, key: string): readonly Json[] {
  const field = own(value, key);
  return isList(field) ? field : [];
}

/** A field as a number, also when it came as text; undefined otherwise. 0 is a number. */
export function numberAt(value: Json | undefined, key: string): number | undefined {
  const text = textAt(value, key)?.trim() ?? '';
  const number = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
