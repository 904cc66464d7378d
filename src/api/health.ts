import type { RequestHandler, Router } from 'express';
import express from 'express';
import { ParleyError, messageOf } from '../domain/error.ts';

/** What the health routes ask. */
export interface HealthView {
  /** Rejects when the store is away. */
  ping(): Promise<void>;
  draining(): boolean;
  metrics(): Promise<{ readonly type: string; readonly body: string }>;
}

/**
 * Answers 503 to everything but `/healthz` until the server is there as a whole: who comes too early must not be
 * told that what he looks for does not exist.
 */
export function waitFor(starting: () => boolean): RequestHandler {
  return (request, _response, next) => {
    if (starting() && request.path !== '/healthz') throw new ParleyError('busy', 'the server is starting');
    next();
  };
}

/** `/healthz` says that the process runs, `/readyz` whether it should get traffic; `/metrics` is for Prometheus. */
export function healthRouter(view: HealthView): Router {
  const router = express.Router();
  router.get('/healthz', (_request, response) => void response.json({ ok: true }));
  router.get('/readyz', async (_request, response) => {
    const reason = view.draining() ? 'the server is stopping' : await view.ping().then(() => null, messageOf);
    response.status(reason === null ? 200 : 503).json(reason === null ? { ready: true } : { ready: false, reason });
  });
  router.get('/metrics', async (_request, response) => {
    const { type, body } = await view.metrics();
    response.type(type).send(body);
  });
  return router;
}
