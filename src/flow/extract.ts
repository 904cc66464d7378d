import type { Json } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { compileExpression } from './language/expression.ts';
import type { LanguageContext } from './language/expression.ts';
import { follow, parsePath } from './language/path.ts';
import type { Step } from './language/path.ts';
import { nearPath } from './near.ts';

/** Reads a value out of a response. */
export type Extract = (response: Json | undefined, scope: Scope) => Json | undefined;

/**
 * Compiles a response variable: a path with the exact spelling of the response (SmartFlows' query
 * expression; blanks and line breaks around it are dropped), or `@(expression)` over `response`.
 */
export function compileExtract(source: string, context: LanguageContext): Extract {
  const trimmed = source.trim();
  const expression = /^@\(([\s\S]*)\)$/.exec(trimmed)?.[1];
  if (expression !== undefined) return compileOverResponse(expression, context);
  const steps = parsePath(trimmed);
  if (steps === null) {
    context.problem({
      code: 'bad-path',
      text: `"${trimmed}" is not a path into the response`,
      offset: 0,
      hint: 'write a.b[0].c or "@(expression)"',
    });
    return () => undefined;
  }
  return (response, scope) => {
    const value = follow(response, steps);
    if (value === undefined && scope.tracing) noteNear(trimmed, steps, response, scope);
    return value;
  };
}

/** Says in the trace that a path was nearly right: capitals count (SmartFlows), and are easily overlooked. */
function noteNear(path: string, steps: readonly Step[], response: Json | undefined, scope: Scope): void {
  const near = nearPath(response, steps);
  if (near === null) return;
  const text = `the response has no "${path}"; did you mean "${near}"?`;
  scope.record({ kind: 'note', block: scope.blockId, text });
}

function compileOverResponse(expression: string, context: LanguageContext): Extract {
  const cell: { response: Json | undefined } = { response: undefined };
  const evaluate = compileExpression(expression, {
    ...context,
    extraRoots: new Map([['response', () => cell.response]]),
  });
  return (response, scope) => {
    cell.response = response;
    const value = evaluate(scope);
    cell.response = undefined;
    return value;
  };
}
