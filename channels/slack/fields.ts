import { isObject, own } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { cleanText } from '../../src/domain/parse-json.ts';

/** A field as text; undefined when it is missing, empty or something else. */
export function textAt(value: Json | undefined, key: string): string | undefined {
  const field = own(value, key);
  return typeof field === 'string' && field !== '' ? cleanText(field) : undefined;
}

/** The objects in a field that is a list; empty when it is missing or something else. */
export function listAt(value: Json | undefined, key: string): readonly JsonObject[] {
  const field: unknown = own(value, key);
  return Array.isArray(field) ? field.filter(isObject) : [];
}
