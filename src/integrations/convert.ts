import { convert } from '../domain/convert.ts';
import type { Converted, ValueType } from '../domain/integration.ts';
import { toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';

const MEANT: Readonly<Record<ValueType, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  datetime: 'a date and time such as 2026-01-05T09:00:00Z',
};

const MAX_SHOWN = 40;

/** A value as the type of an input or output (Truora's five), or one sentence that says why it is not one. */
export function convertTo(value: Json, type: ValueType): Converted {
  const converted = convert(value, type);
  if (converted !== undefined && converted !== Infinity) return { value: converted };
  return { problem: `${shown(value)} is not ${MEANT[type]}` };
}

function shown(value: Json): string {
  const text = toText(value).replaceAll(/\s+/g, ' ');
  return `"${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}"`;
}
