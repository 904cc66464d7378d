import { isObject, toText } from './json.ts';
import type { Json } from './json.ts';

/** The types that variables, inputs and outputs can have. */
export type ValueType = 'string' | 'integer' | 'number' | 'boolean' | 'datetime' | 'object' | 'array';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** The value as the type, or undefined when it is not one: "12" is an integer, "abc" is not. */
export function convert(value: Json, type: ValueType): Json | undefined {
  switch (type) {
    case 'string':
      return toText(value);
    case 'integer':
      return whole(decimal(value));
    case 'number':
      return decimal(value);
    case 'boolean':
      return truth(value);
    case 'datetime':
      return moment(value);
    case 'object':
      return isObject(value) ? value : parsed(value, isObject);
    case 'array':
      return Array.isArray(value) ? value : parsed(value, Array.isArray);
  }
}

function decimal(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : undefined;
}

function whole(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

function truth(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = toText(value).trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

function moment(value: Json): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/.test(value.trim())) return undefined;
  const ms = Date.parse(value.trim());
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function parsed(value: Json, fits: (value: unknown) => boolean): Json | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const json = JSON.parse(value) as Json;
    return fits(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
