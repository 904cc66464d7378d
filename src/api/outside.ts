import type { Request, RequestHandler, Router } from 'express';
import express from 'express';
import { z } from 'zod';
import { jsonBody } from './body.ts';
import type { Scope } from './scopes.ts';
import { ParleyError } from '../domain/error.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Outbound } from '../domain/message.ts';
import { proofOf } from '../domain/person.ts';
import type { Proof } from '../domain/person.ts';

/** What external systems and people of the team may do to conversations, as the composition root hands it over. */
export interface OutsideView {
  resume(token: string, variables: JsonObject, key?: string): Promise<void>;
  raise(event: string, data: Json, to: { contact?: string; key?: string | undefined }): Promise<number>;
  start(
    contact: string,
    wanted: { flow: string; block?: string | undefined; variables?: JsonObject | undefined; key?: string | undefined },
  ): Promise<void>;
  write(contact: string, message: Outbound, key?: string): Promise<void>;
  handback(contact: string): Promise<void>;
  reset(contact: string): Promise<void>;
  setFields(contact: string, fields: JsonObject, key?: string): Promise<void>;
  link(contact: string, proof: Proof, key?: string): Promise<void>;
  unlink(contact: string): Promise<void>;
  setExisting(contact: string, name: string, value: Json): Promise<void>;
  goTo(contact: string, flow: string, node: string | undefined): Promise<void>;
}

const json = express.json({ limit: '256kb' });
const anyJson = z.json();
const variables = z.record(z.string(), anyJson);

const resumeBody = z.strictObject({ variables: variables.default({}) });
const eventBody = z.strictObject({
  event: z.string().min(1).max(200),
  contact: z.string().min(3).optional(),
  data: anyJson.default(null),
});
const startBody = z.strictObject({
  flow: z.string().min(1),
  block: z.string().optional(),
  variables: variables.optional(),
});
const linkBody = z.union([z.strictObject({ phone: z.string() }), z.strictObject({ email: z.string() })], {
  error: 'has to be { "phone": "+57…" } or { "email": "…" }',
});
const messageBody = z.strictObject({ text: z.string().min(1).max(16_384) });

/** Routes by which a conversation is moved from outside. The token of a resume is its own key; the others need a scope. */
export function outsideRouter(view: OutsideView, allow: (scope: Scope) => RequestHandler): Router {
  const router = express.Router();
  router.post('/resume/:token', express.json({ limit: '256kb' }), async (request, response) => {
    const body = jsonBody(resumeBody, request);
    await view.resume(request.params.token, body.variables, keyOf(request));
    response.json({ resumed: true });
  });
  router.post('/events', allow('events:write'), express.json({ limit: '256kb' }), async (request, response) => {
    const { event, contact, data } = jsonBody(eventBody, request);
    const to = contact === undefined ? {} : { contact };
    response.status(202).json({ contacts: await view.raise(event, data, { ...to, key: keyOf(request) }) });
  });
  addContactRoutes(router, view, allow);
  return router;
}

function addContactRoutes(router: Router, view: OutsideView, allow: (scope: Scope) => RequestHandler): void {
  const write = allow('contacts:write');
  router.post('/contacts/:id/start', write, json, async (request: Request<{ id: string }>, response) => {
    await view.start(request.params.id, { ...jsonBody(startBody, request), key: keyOf(request) });
    response.status(202).json({ contact: request.params.id });
  });
  router.post('/contacts/:id/messages', write, json, async (request: Request<{ id: string }>, response) => {
    await view.write(request.params.id, jsonBody(messageBody, request), keyOf(request));
    response.status(202).json({ contact: request.params.id });
  });
  router.post('/contacts/:id/return', write, async (request: Request<{ id: string }>, response) => {
    await view.handback(request.params.id);
    response.status(202).json({ contact: request.params.id });
  });
  router.post('/contacts/:id/reset', write, async (request: Request<{ id: string }>, response) => {
    await view.reset(request.params.id);
    response.status(202).json({ contact: request.params.id });
  });
  addLinkRoutes(router, view, write);
  router.patch('/contacts/:id/fields', write, json, async (request: Request<{ id: string }>, response) => {
    await view.setFields(request.params.id, jsonBody(variables, request), keyOf(request));
    response.status(202).json({ contact: request.params.id });
  });
}

/** One person on several channels, by an operator's word. */
function addLinkRoutes(router: Router, view: OutsideView, write: RequestHandler): void {
  router.post('/contacts/:id/link', write, json, async (request: Request<{ id: string }>, response) => {
    const body = jsonBody(linkBody, request);
    const proof = 'phone' in body ? proofOf('phone', body.phone) : proofOf('email', body.email);
    if (proof === null)
      throw new ParleyError('bad_request', 'write a phone with its country code, such as +573001112233, or an e-mail');
    await view.link(request.params.id, proof, keyOf(request));
    response.status(202).json({ contact: request.params.id });
  });
  router.delete('/contacts/:id/link', write, async (request: Request<{ id: string }>, response) => {
    await view.unlink(request.params.id);
    response.status(202).json({ contact: request.params.id });
  });
}

/** The key that makes a repeated request count once. */
function keyOf(request: Request): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}
