import type { RequestListener } from 'node:http';
import type { Router } from 'express';
import type { DirectRoutes } from './direct.ts';
import { demoRouter } from '../api/demo.ts';
import { healthRouter, waitFor } from '../api/health.ts';
import { homeRouter } from '../api/home.ts';
import { createWeb, newRouter } from '../api/server.ts';
import { allowWith, withAnyToken } from '../api/auth.ts';
import { landbotRouter } from '../api/landbot.ts';
import { outsideRouter } from '../api/outside.ts';
import type { OutsideView } from '../api/outside.ts';
import { Tokens } from '../api/tokens.ts';
import { apiRouter } from '../api/v1.ts';
import type { Operations } from '../api/v1/operations.ts';
import type { Simulations } from '../api/v1/simulations.ts';
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
  /** What API v1 can do with integrations, secrets, calls and contacts. */
  readonly operations: Operations;
  /** Contacts who do not exist, for trying flows; absent: their routes are not there. */
  readonly simulations: Simulations;
  readonly outside: OutsideView;
  readonly demo: boolean;
  /** Routes of the channels. */
  readonly channels: { readonly router: Router; readonly direct: DirectRoutes };
  /** What is counted, for `/metrics`. */
  metrics(): Promise<{ readonly type: string; readonly body: string }>;
  /** True until every channel is open. */
  starting(): boolean;
  draining(): boolean;
  loaded(): Loaded;
}

/** All routes of the server: channels first, because they read their bodies themselves. */
export function webOf(parts: WebParts): RequestListener {
  const { store, library, log, adminToken } = parts;
  const health = healthRouter({
    ping: () => store.ping(),
    draining: () => parts.draining(),
    metrics: () => parts.metrics(),
  });
  const home = homeRouter(() => listed(library, 'web'));
  const routers = [waitFor(() => parts.starting()), parts.channels.router, health, home].map((router) => ({
    path: '/',
    router,
  }));
  const demo = parts.demo ? [{ path: '/demo', router: demoRouter() }] : [];
  const view = apiView({ ...parts, loaded: () => parts.loaded() });
  const tokens = new Tokens(store, adminToken, () => store.now());
  const allow = allowWith(tokens);
  const { outside } = parts;
  const api = [
    { path: '/api/v1', router: outsideRouter(outside, allow) },
    { path: '/api/v1', router: apiRouter(view, allow) },
    { path: '/v1', router: landbotRouter(outside, allow) },
    { path: '/api/v1', router: newRouter().use(withAnyToken(tokens)) },
  ];
  const app = createWeb([...routers, ...demo, ...api], (error) =>
    log.error('a request failed', { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  return (request, response) => {
    if (parts.starting() || !parts.channels.direct.take(request, response)) app(request, response);
  };
}
