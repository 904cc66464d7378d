import type { Request, RequestHandler } from 'express';
import express from 'express';
import { ParleyError } from '../../domain/error.ts';
import { isObject } from '../../domain/json.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Scope } from '../scopes.ts';

/** Makes the handler that lets only requests through whose token has this scope. */
export type Allow = (scope: Scope) => RequestHandler;

/** Reads a JSON body; after the token was looked at, so that strangers can make the server read nothing. */
export const json: RequestHandler = express.json({ limit: '64kb' });

/** A request for a path with these parameters. */
export type At<P extends string> = Request<Record<P, string>>;

/** The body of a request: a JSON object, or `bad_request`. */
export function bodyOf(request: Request): JsonObject {
  const body: unknown = request.body;
  if (isObject(body)) return body;
  throw new ParleyError('bad_request', 'the body has to be a JSON object, sent as Content-Type: application/json');
}

/** A text that has to be in a body. */
export function textIn(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value === 'string') return value;
  throw new ParleyError('bad_request', `the body needs "${name}", a text`);
}

/** A text that may be in a body. */
export function optionalTextIn(body: JsonObject, name: string): string | undefined {
  return body[name] === undefined || body[name] === null ? undefined : textIn(body, name);
}

/** An object in a body; nothing counts as `{}`. */
export function objectIn(body: JsonObject, name: string): JsonObject {
  const value = body[name] ?? {};
  if (isObject(value)) return value;
  throw new ParleyError('bad_request', `"${name}" has to be a JSON object`);
}

/** An object of texts in a body. The texts may be secret, so only the name of a wrong one is told. */
export function textsIn(body: JsonObject, name: string): Record<string, string> {
  const pairs = Object.entries(objectIn(body, name)).map(([key, value]) => {
    if (typeof value === 'string') return [key, value] as const;
    throw new ParleyError('bad_request', `"${key}" of "${name}" has to be a text`);
  });
  return Object.fromEntries(pairs);
}

/** One text of the query, or undefined when it is not there or empty. A name that stands twice is `bad_request`. */
export function queryText(request: Request, name: string): string | undefined {
  const value: unknown = request.query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new ParleyError('bad_request', `"${name}" may be given once`);
}

/** How many items a page is to have: 1 to 200, 50 if the query does not say. */
export function pageSize(request: Request): number {
  const limit = Number(queryText(request, 'limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new ParleyError('bad_request', 'limit must be a whole number from 1 to 200');
  return limit;
}
