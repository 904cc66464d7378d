import { FORBIDDEN_NAMES } from './json.ts';
import type { Json } from './json.ts';

/** How much JSON from outside is taken: more is treated as no JSON at all. */
export interface JsonLimits {
  /** Arrays and objects inside each other. */
  readonly depth: number;
  /** Values in all, the outermost and every array and object included. */
  readonly nodes: number;
}

/** What a response of an API may hold. */
export const JSON_LIMITS: JsonLimits = { depth: 64, nodes: 50_000 };

/**
 * Text from outside as JSON, or undefined when it is not JSON or is over the limits. Names that reach prototypes
 * are dropped, texts become well-formed and lose U+0000, a number too large to hold becomes null; of equal keys the last counts.
 */
export function parseJson(text: string, limits: JsonLimits = JSON_LIMITS): Json | undefined {
  const parsed = read(text);
  return parsed === undefined ? undefined : new Copy(limits).of(parsed, 0);
}

/** Text every store and channel can hold: lone surrogates replaced, U+0000 removed. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

/** V8 parses without recursion, so depth is safe here and is judged by the copy. */
function read(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** One copy of parsed JSON, counting as it goes; undefined as soon as a limit is passed. */
class Copy {
  private nodes = 0;
  private readonly limits: JsonLimits;

  constructor(limits: JsonLimits) {
    this.limits = limits;
  }

  of(value: unknown, depth: number): Json | undefined {
    this.nodes += 1;
    if (this.nodes > this.limits.nodes) return undefined;
    if (typeof value === 'string') return cleanText(value);
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'object' || value === null) return null;
    if (depth >= this.limits.depth) return undefined;
    return Array.isArray(value) ? this.array(value, depth + 1) : this.object(value, depth + 1);
  }

  private array(items: readonly unknown[], depth: number): Json | undefined {
    const copy: Json[] = [];
    for (const item of items) {
      const one = this.of(item, depth);
      if (one === undefined) return undefined;
      copy.push(one);
    }
    return copy;
  }

  private object(value: object, depth: number): Json | undefined {
    const copy: Record<string, Json> = {};
    for (const [name, item] of Object.entries(value)) {
      const key = cleanText(name);
      if (FORBIDDEN_NAMES.has(key)) continue;
      const one = this.of(item, depth);
      if (one === undefined) return undefined;
      copy[key] = one;
    }
    return copy;
  }
}
