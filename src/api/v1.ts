import type { Request, Router } from 'express';
import express from 'express';
import type { Conversation } from '../domain/conversation.ts';
import { ParleyError } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import type { Json } from '../domain/json.ts';
import { requireToken } from './auth.ts';

/** What API v1 may see of the server. */
export interface ApiView {
  readonly adminToken: string;
  flows(): readonly Flow[];
  flow(id: string): Flow | undefined;
  /** The graph of a live flow as Mermaid text or as a picture. */
  graph(id: string, format: 'mermaid' | 'svg'): Promise<string | null>;
  diagnostics(): readonly { readonly file: string }[];
  conversation(id: string): Promise<Conversation | null>;
  conversations(query: { after?: string; limit: number }): Promise<readonly Conversation[]>;
}

/** API v1: flows and contacts. Every route needs a token. */
export function apiRouter(view: ApiView): Router {
  const router = express.Router();
  router.use(requireToken(view.adminToken));
  router.get('/flows', (_request, response) => void response.json({ items: view.flows().map(flowFacts) }));
  router.get('/flows/:id', (request, response) => void response.json(flowFacts(liveFlow(view, request))));
  router.get('/flows/:id/graph', async (request, response) => {
    const format = request.query['format'] === 'svg' ? 'svg' : 'mermaid';
    const graph = await view.graph(liveFlow(view, request).id, format);
    response.type(format === 'svg' ? 'image/svg+xml' : 'text/plain').send(graph ?? '');
  });
  router.get('/flows/:id/diagnostics', (request, response) => {
    const { file } = liveFlow(view, request);
    response.json({ items: view.diagnostics().filter((found) => found.file === file) });
  });
  router.get('/contacts', async (request, response) => {
    const limit = pageSize(request);
    const { after } = request.query;
    const found = await view.conversations({ ...(typeof after === 'string' ? { after } : {}), limit });
    const last = found.at(-1);
    response.json({
      items: found.map(contactFacts),
      ...(found.length === limit && last !== undefined ? { next: last.id } : {}),
    });
  });
  router.get('/contacts/:id', async (request, response) => {
    const found = await view.conversation(request.params.id);
    if (found === null) throw new ParleyError('not_found', `there is no contact "${request.params.id}"`);
    response.json(contactFacts(found));
  });
  return router;
}

function liveFlow(view: ApiView, request: Request<{ id: string }>): Flow {
  const flow = view.flow(request.params.id);
  if (flow === undefined) throw new ParleyError('not_found', `there is no flow "${request.params.id}"`);
  return flow;
}

function pageSize(request: Request): number {
  const limit = Number(request.query['limit'] ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new ParleyError('bad_request', 'limit must be a whole number from 1 to 200');
  return limit;
}

function flowFacts(flow: Flow): Json {
  const { id, name, version, file, channels } = flow;
  const blocks = [...flow.blocks.values()].map((block) => ({ id: block.id, type: block.type, line: block.line }));
  return { id, name, version, file, channels: channels === null ? null : [...channels], blocks };
}

function contactFacts({ contact, session }: Conversation): Json {
  const where =
    session === null
      ? null
      : { flow: session.flow, block: session.block, waiting_for: session.wait.for, variables: session.variables };
  return {
    id: contact.id,
    channel: contact.channel,
    address: contact.address,
    name: contact.name ?? null,
    fields: contact.fields,
    session: where,
  };
}
