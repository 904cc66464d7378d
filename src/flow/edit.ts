import { isMap, isSeq, parseDocument } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import type { ValueType } from '../domain/integration.ts';
import { isObject } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';

/** An output to be added to an action, as it will stand in the file. */
export interface NewOutput {
  readonly key: string;
  readonly name: string;
  readonly type: ValueType;
  readonly required?: boolean;
  readonly as?: string;
}

/** The text with the outputs in it, or why they cannot be added. */
export type Edited = { readonly text: string } | { readonly problem: string };

/**
 * Adds outputs to an action in the text of an integration. Only lines are added: comments and the look of the rest
 * stay as they are. Where the text is written in a way that leaves no place for them, the file is written anew, with
 * its comments.
 */
export function addOutputs(text: string, action: string, outputs: readonly NewOutput[]): Edited {
  const document = parseDocument(text);
  if (document.errors.length > 0) return { problem: 'the file is not valid YAML: run parley check' };
  const actions = document.get('actions');
  const index = isSeq(actions) ? actions.items.findIndex((item) => isMap(item) && item.get('action') === action) : -1;
  const found = isSeq(actions) ? actions.items[index] : undefined;
  if (!isMap(found)) return { problem: `the file has no action "${action}"` };
  if (outputs.length === 0) return { text };
  const wanted = withOutputs(document.toJS() as Json, index, outputs);
  const inserted = insert(text, found, outputs);
  if (inserted !== null && same(parseDocument(inserted).toJS() as Json, wanted)) return { text: inserted };
  if (!isSeq(found.get('outputs', true))) document.setIn(['actions', index, 'outputs'], document.createNode([]));
  for (const output of outputs) document.addIn(['actions', index, 'outputs'], document.createNode(output));
  return { text: document.toString({ lineWidth: 0 }) };
}

function withOutputs(data: Json, index: number, outputs: readonly NewOutput[]): Json {
  const actions = isObject(data) && Array.isArray(data['actions']) ? (data['actions'] as readonly JsonObject[]) : [];
  const changed = actions.map((action, i) => {
    const before = Array.isArray(action['outputs']) ? action['outputs'] : [];
    return i === index ? { ...action, outputs: [...before, ...outputs.map((output) => ({ ...output }))] } : action;
  });
  return isObject(data) ? { ...data, actions: changed } : data;
}

function same(a: Json, b: Json): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** The text with lines added; null where it is not plain which. */
function insert(text: string, action: YAMLMap, outputs: readonly NewOutput[]): string | null {
  const present = action.get('outputs', true);
  if (isSeq(present))
    return present.flow === true ? intoFlow(text, present, outputs) : intoBlock(text, present, outputs);
  if (present !== undefined || action.flow === true || action.range == null) return null;
  const indent = ' '.repeat(columnOf(text, action.range[0]));
  const lines = outputs.map((output) => `${indent}  - ${line(output)}`);
  return addLines(text, endOf(action), [`${indent}outputs:`, ...lines]);
}

function intoBlock(text: string, list: YAMLSeq, outputs: readonly NewOutput[]): string | null {
  if (list.range == null) return null;
  const indent = ' '.repeat(columnOf(text, list.range[0]));
  return addLines(
    text,
    endOf(list),
    outputs.map((output) => `${indent}- ${line(output)}`),
  );
}

function intoFlow(text: string, list: YAMLSeq, outputs: readonly NewOutput[]): string | null {
  if (list.range == null) return null;
  const close = list.range[1] - 1;
  const before = text.slice(0, close).trimEnd();
  const more = outputs.map(line).join(', ');
  return `${before}${list.items.length > 0 && !before.endsWith(',') ? ', ' : ' '}${more} ${text.slice(close)}`;
}

/** Puts lines behind the line in which the offset is. */
function addLines(text: string, offset: number, lines: readonly string[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const atStart = offset > 0 && text[offset - 1] === '\n';
  const found = atStart ? offset - 1 : text.indexOf('\n', offset);
  const end = found === -1 ? text.length : text[found - 1] === '\r' ? found - 1 : found;
  return `${text.slice(0, end)}${eol}${lines.join(eol)}${text.slice(end)}`;
}

/** Where the last value of a collection ends, comments behind it not counted. */
function endOf(node: YAMLMap | YAMLSeq): number {
  const last = node.items.at(-1);
  const value = isMap(node) ? node.items.at(-1)?.value : last;
  if ((isMap(value) || isSeq(value)) && value.flow !== true && value.items.length > 0) return endOf(value);
  const range = value !== null && typeof value === 'object' && 'range' in value ? value.range : null;
  return Array.isArray(range) && typeof range[1] === 'number' ? range[1] : (node.range?.[1] ?? 0);
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** One output on one line. */
function line({ key, name, type, required, as }: NewOutput): string {
  const written = Object.entries({ key, name, type, required, as }).filter(([, value]) => value !== undefined);
  return `{ ${written.map(([field, value]) => `${field}: ${scalar(String(value), field)}`).join(', ')} }`;
}

/** A text of an output as YAML reads it back; words that YAML takes for something else are quoted. */
export function scalar(value: string, field: string): string {
  const plain = field === 'required' || /^[A-Za-z_][A-Za-z0-9_.]*$/.test(value);
  const word = /^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return plain && (field === 'required' || !word) ? value : JSON.stringify(value);
}
