import type { Val } from './values.ts';

/** What functions may know besides their arguments. */
export interface CallContext {
  readonly now: number;
  readonly language: string;
  /** Puts a note into the trace; the author sees why a result is null. */
  note(text: string): void;
}

/** A function of the expression language. `args` is the least and the most it takes. */
export interface Fn {
  readonly args: readonly [number, number];
  readonly summary: string;
  run(args: readonly Val[], context: CallContext): Val;
}
