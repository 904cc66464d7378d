import { ParseError, parse } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../../domain/json.ts';
import type { Scope } from '../../domain/turn.ts';
import { compileNode } from './evaluate.ts';
import { Evaluation } from './evaluation.ts';
import type { Eval } from './evaluation.ts';
import { FUNCTIONS } from './functions.ts';
import { knownRoots, resolve, through } from './names.ts';
import type { Getter, KnownNames, Resolved } from './names.ts';
import { isSecret } from './seal.ts';
import type { SpecialNames } from './seal.ts';
import { suggestion } from './suggest.ts';
import { toJson } from './values.ts';

/** A mistake inside a text or expression; `offset` counts UTF-16 units from the start of what was compiled. */
export interface LanguageProblem {
  readonly code:
    | 'bad-expression'
    | 'unknown-name'
    | 'bad-pattern'
    | 'bad-template'
    | 'unknown-reference'
    | 'misspelt-reference'
    | 'misplaced-secret'
    | 'unknown-auth'
    | 'unread-secret'
    | 'unknown-input'
    | 'body-not-sent'
    | 'bad-value'
    | 'bad-path';
  readonly text: string;
  readonly offset: number;
  readonly hint?: string;
}

/** Where the compilers of this folder report to, and what they know. */
export interface LanguageContext {
  readonly known: KnownNames;
  problem(problem: LanguageProblem): void;
  /** A variable is read at an offset: the data-flow check wants to know. */
  used(variable: string, offset: number): void;
  /** Names that mean something of their own here; without it, secrets are a mistake. */
  readonly special?: SpecialNames;
  /** Names that are only known here, such as `response`. */
  readonly extraRoots?: ReadonlyMap<string, Getter>;
}

const MAX_SOURCE = 4096;

/**
 * Compiles an expression of the flow language: CEL's grammar over JSON, with plain numbers, null for whatever
 * is missing, and a bound on its steps. Evaluating never throws.
 */
export function compileExpression(source: string, context: LanguageContext): Getter {
  const tree = parseTree(source, context);
  if (tree === null) return () => null;
  const evaluate = compileNode(tree, {
    bound: new Set(),
    compile: compileNode,
    resolve: (root, steps) => lookUp(root, steps, context),
    used: (variable, offset) => context.used(variable, offset),
    problem: (text, node, hint, code = 'bad-expression') =>
      context.problem({ code, text, offset: node.start, ...hintFor(hint ?? nameHint(text, node, context)) }),
  });
  return (scope) => run(evaluate, scope, source);
}

function run(evaluate: Eval, scope: Scope, source: string): Json {
  const evaluation = new Evaluation(scope);
  try {
    return toJson(evaluate(evaluation));
  } catch (error) {
    evaluation.note(`@(${source}) is null: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function parseTree(source: string, context: LanguageContext): ASTNode | null {
  if (source.trim() === '') {
    context.problem({ code: 'bad-expression', text: 'the expression is empty', offset: 0 });
    return null;
  }
  if (source.length > MAX_SOURCE) {
    context.problem({
      code: 'bad-expression',
      text: `the expression is longer than ${MAX_SOURCE} characters`,
      offset: 0,
    });
    return null;
  }
  try {
    return parse(source).ast;
  } catch (error) {
    context.problem(syntaxProblem(error, source));
    return null;
  }
}

function syntaxProblem(error: unknown, source: string): LanguageProblem {
  if (!(error instanceof ParseError))
    return { code: 'bad-expression', text: 'the expression cannot be read', offset: 0 };
  const offset = Math.min(error.range?.start ?? 0, source.length);
  const wanted = /^Unexpected character: (.)$/u.exec(error.summary);
  const hint = wanted?.[1] === '@' ? 'inside an expression write names without @' : undefined;
  return {
    code: 'bad-expression',
    text: `the expression cannot be read: ${plainWords(error.summary)}`,
    offset,
    ...hintFor(hint),
  };
}

/** The parser's token names in words that are on the keyboard. */
function plainWords(summary: string): string {
  return summary
    .replace(/\bEOF\b/, 'the end')
    .replace(/\bRPAREN\b/, '")"')
    .replace(/\bRBRACKET\b/, '"]"')
    .replace(/\bRBRACE\b/, '"}"')
    .replace(/\bCOLON\b/, '":"')
    .replace(/\bIDENTIFIER\b/, 'a name')
    .replace(/^\w/, (letter) => letter.toLowerCase());
}

function lookUp(root: string, steps: readonly string[], context: LanguageContext): Resolved | null {
  const special = context.special?.(root, steps);
  if (special !== undefined) return special.kind === 'value' ? { get: special.get } : null;
  const extra = context.extraRoots?.get(root);
  return extra === undefined ? resolve(root, steps, context.known) : { get: through(extra, steps) };
}

function nameHint(text: string, node: ASTNode, context: LanguageContext): string | undefined {
  if (node.op === 'id' && isSecret(node.args)) return `secrets stand outside of expressions, as @${node.args}.<name>`;
  if (node.op === 'id') return suggestion(node.args, knownRoots(context.known));
  const name = /function "(.*)"/.exec(text)?.[1];
  return name === undefined ? undefined : suggestion(name, FUNCTIONS.keys());
}

function hintFor(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
