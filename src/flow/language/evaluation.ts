import type { ASTNode } from '@marcbachmann/cel-js';
import type { Scope } from '../../domain/turn.ts';
import type { CallContext } from './fn.ts';
import type { Resolved } from './names.ts';
import type { Val } from './values.ts';

/** The most steps one evaluation takes: nested `map`s over long lists end with a note, not a hang. */
const MAX_STEPS = 100_000;

/** Thrown when an evaluation is over its budget; the expression is null then. */
export class BudgetError extends Error {}

/** What one evaluation carries along. */
export class Evaluation implements CallContext {
  readonly scope: Scope;
  readonly now: number;
  readonly language: string;
  /** Values of the names that `map`, `filter` and the like bind. */
  readonly locals = new Map<string, Val>();
  private steps = 0;

  constructor(scope: Scope) {
    this.scope = scope;
    this.now = scope.world.now();
    this.language = scope.contact.language ?? scope.language;
  }

  step(): void {
    this.steps += 1;
    if (this.steps > MAX_STEPS) throw new BudgetError(`the expression took more than ${MAX_STEPS} steps`);
  }

  note(text: string): void {
    if (this.scope.tracing) this.scope.record({ kind: 'note', block: this.scope.blockId, text });
  }
}

/** A compiled expression or part of one. */
export type Eval = (evaluation: Evaluation) => Val;

/** What compiling needs to know, and where mistakes go. */
export interface Compiling {
  resolve(root: string, steps: readonly string[]): Resolved | null;
  /** Names bound around the node. */
  readonly bound: ReadonlySet<string>;
  problem(text: string, node: ASTNode, hint?: string, code?: 'bad-expression' | 'unknown-name' | 'bad-pattern'): void;
  used(variable: string, offset: number): void;
  /** Compiles a node inside another one. */
  compile(node: ASTNode, on: Compiling): Eval;
}
