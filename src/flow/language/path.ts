import { isObject, own } from '../../domain/json.ts';
import type { Json } from '../../domain/json.ts';

/** One step of a path: a field's name or a list's index. */
export type Step = string | number;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const INDEX = /\[(?:(\d{1,6})|"([^"\n]*)"|'([^'\n]*)')\]/y;

/**
 * Reads `.name`, `[0]` and `["any key"]` from `start` on. Stops before anything else, so the full stop
 * that ends a sentence stays text.
 */
export function readSteps(text: string, start: number): { steps: Step[]; end: number } {
  const steps: Step[] = [];
  let end = start;
  for (;;) {
    const found = readField(text, end) ?? readIndex(text, end);
    if (found === null) return { steps, end };
    steps.push(found.step);
    end = found.end;
  }
}

/** The name that stands at `start`, or null. */
export function readName(text: string, start: number): string | null {
  NAME.lastIndex = start;
  return NAME.exec(text)?.[0] ?? null;
}

/** A whole path such as `a.b[0].c`; null when there is more or less than a path in the text. */
export function parsePath(text: string): Step[] | null {
  const trimmed = text.trim();
  const first = readName(trimmed, 0);
  const head: Step[] = first === null ? [] : [first];
  const { steps, end } = readSteps(trimmed, first?.length ?? 0);
  return end === trimmed.length && head.length + steps.length > 0 ? [...head, ...steps] : null;
}

/** Follows a path. What is missing on the way is undefined; only own properties count. */
export function follow(value: Json | undefined, steps: readonly Step[]): Json | undefined {
  let current = value;
  for (const step of steps) {
    current = at(current, step);
    if (current === undefined) return undefined;
  }
  return current;
}

function at(value: Json | undefined, step: Step): Json | undefined {
  if (typeof step === 'string') return step === 'length' && Array.isArray(value) ? value.length : own(value, step);
  if (Array.isArray(value)) return value[step] as Json | undefined;
  return isObject(value) ? own(value, String(step)) : undefined;
}

function readField(text: string, start: number): { step: Step; end: number } | null {
  if (text[start] !== '.') return null;
  const name = readName(text, start + 1);
  return name === null ? null : { step: name, end: start + 1 + name.length };
}

function readIndex(text: string, start: number): { step: Step; end: number } | null {
  INDEX.lastIndex = start;
  const match = INDEX.exec(text);
  if (match === null) return null;
  const step = match[1] === undefined ? (match[2] ?? match[3] ?? '') : Number(match[1]);
  return { step, end: start + match[0].length };
}
