import type { Router } from 'express';
import { ParleyError } from '../../domain/error.ts';
import { bodyOf, json, objectIn, optionalTextIn, queryText, textIn, textsIn } from './input.ts';
import type { Allow, At } from './input.ts';
import type { IntegrationFacts, Operations } from './operations.ts';

type Used = Pick<
  Operations,
  | 'integrations'
  | 'integration'
  | 'credentials'
  | 'addCredential'
  | 'changeCredential'
  | 'renameCredential'
  | 'testCredential'
  | 'removeCredential'
  | 'testAction'
  | 'testBlock'
>;

/** The groups a list shows, also when one of them is empty (Truora shows the custom ones below the built-in ones). */
const GROUPS = [
  { group: 'built_in', name: 'Built-in integrations' },
  { group: 'custom', name: 'Custom integrations' },
] as const;

/** Integrations, their credentials, and trying both. Values of credentials go in and never come out. */
export function addIntegrationRoutes(router: Router, allow: Allow, operations: Used): void {
  const read = allow('integrations:read');
  router.get('/integrations', read, async (_request, response) => {
    response.json(grouped(await operations.integrations()));
  });
  router.get('/integrations/:id', read, async (request: At<'id'>, response) => {
    response.json(await operations.integration(request.params.id));
  });
  const write = allow('integrations:write');
  router.post('/integrations/:id/actions/:action/test', write, json, async (request: At<'id' | 'action'>, response) => {
    const { id, action } = request.params;
    const body = bodyOf(request);
    const credential = optionalTextIn(body, 'credential');
    const given = { inputs: objectIn(body, 'inputs'), ...(credential === undefined ? {} : { credential }) };
    response.json(await operations.testAction(id, action, given));
  });
  router.post('/flows/:id/blocks/:block/test', write, json, async (request: At<'id' | 'block'>, response) => {
    const { id, block } = request.params;
    response.json(await operations.testBlock(id, block, objectIn(bodyOf(request), 'variables')));
  });
  addCredentialRoutes(router, allow, operations);
}

function addCredentialRoutes(router: Router, allow: Allow, operations: Used): void {
  const write = allow('integrations:write');
  router.get('/credentials', allow('integrations:read'), async (request, response) => {
    response.json({ items: await operations.credentials(queryText(request, 'integration')) });
  });
  router.post('/integrations/:id/credentials', write, json, async (request: At<'id'>, response) => {
    const body = bodyOf(request);
    const values = textsIn(body, 'values');
    response.status(201).json(await operations.addCredential(request.params.id, textIn(body, 'name'), values));
  });
  router.patch('/integrations/:id/credentials/:name', write, json, async (request: At<'id' | 'name'>, response) => {
    const { id, name } = request.params;
    const body = bodyOf(request);
    if (body['values'] !== undefined && body['name'] !== undefined)
      throw new ParleyError('bad_request', 'change the name or the values, one at a time');
    if (body['values'] !== undefined)
      response.json(await operations.changeCredential(id, name, textsIn(body, 'values')));
    else response.json(await operations.renameCredential(id, name, textIn(body, 'name')));
  });
  router.post('/integrations/:id/credentials/:name/test', write, async (request: At<'id' | 'name'>, response) => {
    response.json(await operations.testCredential(request.params.id, request.params.name));
  });
  router.delete('/integrations/:id/credentials/:name', write, async (request: At<'id' | 'name'>, response) => {
    const { id, name } = request.params;
    await operations.removeCredential(id, name, queryText(request, 'force') === 'true');
    response.status(204).end();
  });
}

function grouped(all: readonly IntegrationFacts[]): object {
  const groups = GROUPS.map(({ group, name }) => ({
    group,
    name,
    integrations: all.filter((each) => each.group === group).map(({ id }) => id),
  }));
  return { items: all, groups };
}
