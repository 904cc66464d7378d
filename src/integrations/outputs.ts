import { isObject } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { ValueType } from '../domain/integration.ts';
import { convertTo } from './convert.ts';

/** An output ready to be read from an answer. */
export interface OutputReader {
  /** The property or path as the author wrote it. */
  readonly key: string;
  /** The name it has for flows. */
  readonly as: string;
  readonly type: ValueType;
  readonly required: boolean;
  read(answer: Json): Json | undefined;
  /** The path that differs from the key by capitals only and is there, if so. */
  near(answer: Json): string | null;
}

/**
 * The outputs of an answer by their names. One that is missing, or is not of its type, is left out; when it is
 * required, it is a problem instead (Truora: the block fails).
 */
export function readOutputs(
  answer: Json | undefined,
  readers: readonly OutputReader[],
): JsonObject | { readonly problem: string } {
  const outputs: Record<string, Json> = {};
  for (const reader of readers) {
    const found = readOne(answer, reader);
    if ('value' in found) outputs[reader.as] = found.value;
    else if (reader.required) return { problem: found.problem };
  }
  return outputs;
}

function readOne(answer: Json | undefined, reader: OutputReader): { value: Json } | { problem: string } {
  if (answer === undefined) return { problem: `the answer is not JSON, so it has no "${reader.key}"` };
  const value = reader.read(answer);
  if (value === null) return { problem: `"${reader.key}" of the answer is empty` };
  if (value === undefined) return { problem: missing(answer, reader) };
  const converted = convertTo(value, reader.type);
  return 'value' in converted ? converted : { problem: `"${reader.key}" of the answer: ${converted.problem}` };
}

function missing(answer: Json, reader: OutputReader): string {
  const { key } = reader;
  const other = reader.near(answer);
  if (other !== null) return `the answer has no "${key}", but it has "${other}"`;
  const names = isObject(answer) ? Object.keys(answer).slice(0, 10) : [];
  return names.length === 0 ? `the answer has no "${key}"` : `the answer has no "${key}"; it has ${names.join(', ')}`;
}
