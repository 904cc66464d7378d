import type { ZodType } from 'zod';
import type { Json } from '../domain/json.ts';

/**
 * A test that `condition.cases` and `rules` can make. One export line in `all.ts` adds it; its summary,
 * schema and example feed the reference, the editors' schema and the checks.
 */
export interface Operator {
  readonly summary: string;
  readonly group:
    | 'presence'
    | 'equality'
    | 'text'
    | 'words'
    | 'pattern'
    | 'number'
    | 'date'
    | 'entity'
    | 'list'
    | 'contact'
    | 'call'
    | 'logic';
  /** Other names it is known by. */
  readonly aliases?: readonly string[];
  /** What stands right of the operator; templates in it are filled in before. Absent: the argument is `true`. */
  readonly argument?: ZodType;
  /** What it looks at when a rule gives no `value`: the whole message instead of its text. */
  readonly subject?: 'message';
  /** The YAML of one rule, for the reference. */
  readonly example: string;
  /**
   * Does the work that only depends on the argument once, when the flow loads or the argument is filled in.
   * Throws {@link OperatorError} when the argument makes no sense (an empty word list, a bad pattern).
   */
  prepare(argument: Json): Test;
}

/** A prepared operator. Pure and total: what it cannot judge is an `error`, never an exception. */
export type Test = (value: Json | undefined, context: TestContext) => Verdict;

/** What a test may know besides the value. */
export interface TestContext {
  /** BCP 47 tag: decides number separators and date order. */
  readonly language: string;
  /** IANA name of the time zone that dates without one are in. */
  readonly timezone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly channel: string;
  /** True when the channel lets us write freely (WhatsApp's 24-hour window). */
  readonly windowOpen: boolean;
}

/** How a test ended. An error counts as no match and is shown in the trace. */
export type Verdict =
  | { readonly kind: 'match'; readonly value: Json; readonly extra?: Json }
  | { readonly kind: 'no_match' }
  | { readonly kind: 'error'; readonly reason: string };

/** The one answer for "no": shared, so that testing rules allocates nothing. */
export const NO_MATCH: Verdict = { kind: 'no_match' };

/** An argument that an operator cannot work with; the message says what it needs. */
export class OperatorError extends Error {}
