import type { Router } from 'express';
import { z } from 'zod';
import { jsonBody } from '../body.ts';
import type { NewToken, TokenFacts } from '../tokens.ts';
import { json, pageSize, queryText } from './input.ts';
import type { Allow, At } from './input.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Page } from './operations.ts';

/** Who may use the API, and what could not be taken. */
export interface Admin {
  tokens(): Promise<readonly TokenFacts[]>;
  /** Makes a token; nobody can ask for it again. */
  addToken(wanted: NewToken): Promise<{ readonly token: string; readonly facts: TokenFacts }>;
  revokeToken(id: string): Promise<void>;
  /** Entries that no try could take, newest first. */
  deadLetters(query: { readonly before?: string; readonly limit: number }): Promise<Page>;
  deadLetter(id: string): Promise<JsonObject>;
  /** Puts the entry into its conversation again, as a new one. */
  retryDeadLetter(id: string): Promise<void>;
  dropDeadLetter(id: string): Promise<void>;
}

const newToken = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(z.string()).min(1),
  expires_at: z.iso.datetime({ offset: true }).optional(),
});

/** API tokens, and dead letters. */
export function addAdminRoutes(router: Router, allow: Allow, admin: Admin): void {
  const tokens = allow('tokens:write');
  router.get('/tokens', tokens, async (_request, response) => {
    response.json({ items: await admin.tokens() });
  });
  router.post('/tokens', tokens, json, async (request, response) => {
    const { name, scopes, expires_at: expires } = jsonBody(newToken, request);
    const until = expires === undefined ? {} : { expiresAt: Date.parse(expires) };
    const { token, facts } = await admin.addToken({ name, scopes, ...until });
    response.status(201).json({ token, ...facts });
  });
  router.delete('/tokens/:id', tokens, async (request: At<'id'>, response) => {
    await admin.revokeToken(request.params.id);
    response.status(204).end();
  });
  addDeadLetterRoutes(router, allow, admin);
}

function addDeadLetterRoutes(router: Router, allow: Allow, admin: Admin): void {
  const [read, write] = [allow('contacts:read'), allow('contacts:write')];
  router.get('/dead-letters', read, async (request, response) => {
    const before = queryText(request, 'before');
    response.json(await admin.deadLetters({ limit: pageSize(request), ...(before === undefined ? {} : { before }) }));
  });
  router.get('/dead-letters/:id', read, async (request: At<'id'>, response) => {
    response.json(await admin.deadLetter(request.params.id));
  });
  router.post('/dead-letters/:id/retry', write, async (request: At<'id'>, response) => {
    await admin.retryDeadLetter(request.params.id);
    response.status(202).json({ id: request.params.id });
  });
  router.delete('/dead-letters/:id', write, async (request: At<'id'>, response) => {
    await admin.dropDeadLetter(request.params.id);
    response.status(204).end();
  });
}
