import { isObject } from '../../domain/json.ts';
import { textOf } from './functions.ts';
import { Instant, Span, equal, instantOf } from './values.ts';
import type { Val } from './values.ts';

/** Two values to one; undefined when the operator does not fit them. */
type Binary = (a: Val, b: Val) => Val | undefined;

function numeric(run: (a: number, b: number) => number): Binary {
  return (a, b) => (typeof a === 'number' && typeof b === 'number' ? run(a, b) : undefined);
}

function add(a: Val, b: Val): Val | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a instanceof Span || b instanceof Span) return addSpan(a, b);
  if (typeof a === 'string' || typeof b === 'string') return textOf(a) + textOf(b);
  return Array.isArray(a) && Array.isArray(b) ? [...a, ...b] : undefined;
}

function addSpan(a: Val, b: Val): Val | undefined {
  if (a instanceof Span && b instanceof Span) return new Span(a.ms + b.ms);
  const [span, other] = a instanceof Span ? [a, b] : [b, a];
  const instant = instantOf(other);
  if (instant === null || !(span instanceof Span)) return typeof other === 'string' ? textOf(a) + textOf(b) : undefined;
  return new Instant(instant.ms + span.ms);
}

function subtract(a: Val, b: Val): Val | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a instanceof Span && b instanceof Span) return new Span(a.ms - b.ms);
  const from = instantOf(a);
  if (from === null) return undefined;
  if (b instanceof Span) return new Instant(from.ms - b.ms);
  const to = instantOf(b);
  return to === null ? undefined : new Span(from.ms - to.ms);
}

function contained(a: Val, b: Val): Val | undefined {
  if (Array.isArray(b)) return b.some((item) => equal(a, item));
  return isObject(b) ? typeof a === 'string' && Object.hasOwn(b, a) : undefined;
}

/** Sign of a - b for numbers, texts, times and lengths of time; undefined when they do not compare. */
function compare(a: Val, b: Val): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a instanceof Span && b instanceof Span) return a.ms - b.ms;
  if (a instanceof Instant || b instanceof Instant) {
    const [x, y] = [instantOf(a), instantOf(b)];
    return x === null || y === null ? undefined : x.ms - y.ms;
  }
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b);
  return typeof a === 'boolean' && typeof b === 'boolean' ? Number(a) - Number(b) : undefined;
}

function ordering(holds: (sign: number) => boolean): Binary {
  return (a, b) => {
    const sign = compare(a, b);
    return sign === undefined ? undefined : holds(sign);
  };
}

/** The operators of two values. */
export const BINARY: Readonly<Record<string, Binary>> = {
  '+': add,
  '-': subtract,
  '*': numeric((a, b) => a * b),
  '/': (a, b) => (b === 0 ? undefined : numeric((x, y) => x / y)(a, b)),
  '%': (a, b) => (b === 0 ? undefined : numeric((x, y) => x % y)(a, b)),
  '==': (a, b) => equal(a, b),
  '!=': (a, b) => !equal(a, b),
  '<': ordering((sign) => sign < 0),
  '<=': ordering((sign) => sign <= 0),
  '>': ordering((sign) => sign > 0),
  '>=': ordering((sign) => sign >= 0),
  in: contained,
};
