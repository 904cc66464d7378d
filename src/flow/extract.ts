import type { Json } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { compileExpression } from './language/expression.ts';
import type { LanguageContext } from './language/expression.ts';
import { follow, parsePath } from './language/path.ts';

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
  return (response) => follow(response, steps);
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
