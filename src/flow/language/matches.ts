import type { ASTNode } from '@marcbachmann/cel-js';
import { PatternError, compilePattern } from '../../operators/read/pattern.ts';
import type { Compiling, Eval } from './evaluation.ts';
import { textOf } from './functions.ts';
import type { Val } from './values.ts';

/** `text.matches("pattern")` on the linear-time engine. A written pattern is compiled, and refused, at load. */
export function compileMatches(args: readonly ASTNode[], node: ASTNode, on: Compiling): Eval {
  const [subject, written] = args;
  if (subject === undefined || written === undefined || args.length > 2) {
    on.problem('matches() takes a text and a pattern', node);
    return () => null;
  }
  const text = on.compile(subject, on);
  if (written.op === 'value' && typeof written.args === 'string') return fixedPattern(text, written.args, written, on);
  const pattern = on.compile(written, on);
  return (e) => found(text(e), textOf(pattern(e)), (reason) => e.note(reason));
}

function fixedPattern(text: Eval, source: string, node: ASTNode, on: Compiling): Eval {
  try {
    const pattern = compilePattern(source);
    return (e) => pattern.test(textOf(text(e)));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    on.problem(error.message, node, undefined, 'bad-pattern');
    return () => null;
  }
}

function found(text: Val, source: string, note: (reason: string) => void): Val {
  try {
    return compilePattern(source).test(textOf(text));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    note(error.message);
    return null;
  }
}
