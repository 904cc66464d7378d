import type { Express, Router } from 'express';
import { demoRouter } from '../api/demo.ts';
import { healthRouter } from '../api/health.ts';
import { homeRouter } from '../api/home.ts';
import { createWeb } from '../api/server.ts';
import { apiRouter } from '../api/v1.ts';
import type { Library, Loaded } from '../flow/library.ts';
import type { Log } from '../log/logger.ts';
import type { Store } from '../store/store.ts';
import { apiView } from './api.ts';
import { listed } from './host.ts';

/** What the HTTP face is made of. */
export interface WebParts {
  readonly store: Store;
  readonly library: Library;
  readonly log: Log;
  readonly adminToken: string;
  readonly demo: boolean;
  /** Routes of the channels. */
  readonly channels: Router;
  draining(): boolean;
  loaded(): Loaded;
}

/** All routes of the server: channels first, because they read their bodies themselves. */
export function webOf(parts: WebParts): Express {
  const { store, library, log, adminToken } = parts;
  const health = healthRouter({ ping: () => store.ping(), draining: () => parts.draining() });
  const home = homeRouter(() => listed(library, 'web'));
  const routers = [parts.channels, health, home].map((router) => ({ path: '/', router }));
  const demo = parts.demo ? [{ path: '/demo', router: demoRouter() }] : [];
  const view = apiView({ store, library, adminToken, loaded: () => parts.loaded() });
  return createWeb([...routers, ...demo, { path: '/api/v1', router: apiRouter(view) }], (error) =>
    log.error('a request failed', { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
}
