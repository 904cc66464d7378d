import type { Request, RequestHandler } from 'express';
import { ParleyError } from '../domain/error.ts';
import type { Scope } from './scopes.ts';
import type { Tokens } from './tokens.ts';

/** Makes the handlers that let a request through whose token has a scope. */
export function allowWith(tokens: Pick<Tokens, 'scopesOf'>): (scope: Scope) => RequestHandler {
  return (scope) => async (request, _response, next) => {
    const scopes = await tokens.scopesOf(tokenOf(request));
    if (scopes === null) throw new ParleyError('unauthorized', 'the token is not valid');
    if (!scopes.has(scope)) throw new ParleyError('forbidden', `this needs a token with the scope ${scope}`);
    next();
  };
}

/** Asks for a valid token, whatever it may do: what is not there is not told to strangers. */
export function withAnyToken(tokens: Pick<Tokens, 'scopesOf'>): RequestHandler {
  return async (request, _response, next) => {
    if ((await tokens.scopesOf(tokenOf(request))) === null)
      throw new ParleyError('unauthorized', 'the token is not valid');
    next();
  };
}

/** The token that came with a request: `Bearer`, or Landbot's `Token`. */
function tokenOf({ headers }: Request): string {
  const given = /^(?:Bearer|Token) ([\x21-\x7E]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) throw new ParleyError('unauthorized', 'this needs a token');
  return given;
}
