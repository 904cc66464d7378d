import type { Request, RequestHandler, Router } from 'express';
import express from 'express';
import { z } from 'zod';
import type { Scope } from './scopes.ts';
import { jsonBody } from './body.ts';
import type { OutsideView } from './outside.ts';
import { convert } from '../domain/convert.ts';
import type { ValueType } from '../domain/convert.ts';
import { ParleyError } from '../domain/error.ts';
import type { Json } from '../domain/json.ts';

/** Landbot's names of types, and ours. */
const TYPES: Readonly<Record<string, ValueType>> = {
  string: 'string',
  text: 'string',
  integer: 'integer',
  number: 'number',
  float: 'number',
  boolean: 'boolean',
  date: 'datetime',
  datetime: 'datetime',
  object: 'object',
  array: 'array',
};

const setBody = z.strictObject({
  type: z.enum(Object.keys(TYPES)),
  extra: z.record(z.string(), z.json()).optional(),
  value: z.json(),
});

const goBody = z.strictObject({
  launch: z.literal(true, { message: 'must be true: nothing else starts the bot' }),
  node: z.string().min(1).optional(),
});

/** Landbot's two requests with the paths, bodies and order of its "Request, Set, Go" (seed 002). */
export function landbotRouter(view: OutsideView, allow: (scope: Scope) => RequestHandler): Router {
  const router = express.Router();
  const json = express.json({ limit: '256kb' });
  const write = allow('contacts:write');
  router.put(
    '/customers/:customer_id/fields/:field/',
    write,
    json,
    async (request: Request<{ customer_id: string; field: string }>, response) => {
      const { customer_id: contact, field } = request.params;
      const { type, value } = jsonBody(setBody, request);
      await view.setExisting(contact, field, typed(type, value));
      response.json({ success: true, field, type, value });
    },
  );
  router.put(
    '/customers/:customer_id/assign_bot/:bot_id/',
    write,
    json,
    async (request: Request<{ customer_id: string; bot_id: string }>, response) => {
      const { customer_id: contact, bot_id: flow } = request.params;
      const { node } = jsonBody(goBody, request);
      await view.goTo(contact, flow, node);
      response.json({ success: true });
    },
  );
  return router;
}

/** The value, which has to be of the type the request names: a text is no number here, whatever it holds. */
function typed(type: string, value: Json): Json {
  const ours = TYPES[type] ?? 'string';
  const isText = typeof value === 'string';
  const mustBeText = ours === 'string' || ours === 'datetime';
  const converted = isText === mustBeText ? convert(value, ours) : undefined;
  if (converted === undefined) throw new ParleyError('bad_request', `value: is not of the type ${type}`);
  return converted;
}
