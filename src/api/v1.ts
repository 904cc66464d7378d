import type { Router } from 'express';
import express from 'express';
import { addAdminRoutes } from './v1/admin.ts';
import { addCallRoutes } from './v1/calls.ts';
import { addContactRoutes } from './v1/contacts.ts';
import { addDeploymentRoutes } from './v1/deployment.ts';
import { addFlowRoutes } from './v1/flows.ts';
import type { FlowsView } from './v1/flows.ts';
import type { Allow } from './v1/input.ts';
import { addIntegrationRoutes } from './v1/integrations.ts';
import type { Operations } from './v1/operations.ts';
import { addSecretRoutes } from './v1/secrets.ts';
import { addSimulationRoutes } from './v1/simulations.ts';
import type { Simulations } from './v1/simulations.ts';

/** What API v1 may see of the server. */
export interface ApiView extends FlowsView {
  readonly operations: Operations;
  readonly simulations: Simulations;
}

/** API v1. `allow` lets a request through whose token has the scope, before its body is read; caches may keep nothing. */
export function apiRouter(view: ApiView, allow: Allow): Router {
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  addFlowRoutes(router, allow, view);
  addContactRoutes(router, allow, view.operations);
  addIntegrationRoutes(router, allow, view.operations);
  addSecretRoutes(router, allow, view.operations);
  addCallRoutes(router, allow, view.operations);
  addDeploymentRoutes(router, allow, view.operations);
  addAdminRoutes(router, allow, view.operations);
  addSimulationRoutes(router, allow, view.simulations);
  return router;
}
