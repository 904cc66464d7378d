import type { Router } from 'express';
import { bodyOf, json, optionalTextIn, queryText, textIn } from './input.ts';
import type { Allow, At } from './input.ts';
import { ParleyError } from '../../domain/error.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Operations, RotateRequest } from './operations.ts';

type Used = Pick<Operations, 'secrets' | 'secret' | 'setSecret' | 'removeSecret' | 'keys' | 'rotateKeys'>;

/** Secrets by their names, and the keys they are encrypted with. No route shows a value. */
export function addSecretRoutes(router: Router, allow: Allow, operations: Used): void {
  const write = allow('secrets:write');
  router.get('/secrets', write, async (_request, response) => {
    response.json({ items: await operations.secrets() });
  });
  router.get('/secrets/:name', write, async (request: At<'name'>, response) => {
    response.json(await operations.secret(request.params.name));
  });
  router.put('/secrets/:name', write, json, async (request: At<'name'>, response) => {
    const { name } = request.params;
    const isNew = await operations.setSecret(name, textIn(bodyOf(request), 'value'));
    response.status(isNew ? 201 : 200).json({ name, created: isNew });
  });
  router.delete('/secrets/:name', write, async (request: At<'name'>, response) => {
    await operations.removeSecret(request.params.name, queryText(request, 'force') === 'true');
    response.status(204).end();
  });
  router.get('/keys', write, async (_request, response) => {
    response.json({ items: await operations.keys() });
  });
  router.post('/keys/rotate', write, json, async (request, response) => {
    response.json(await operations.rotateKeys(rotation(request.body === undefined ? {} : bodyOf(request))));
  });
}

function rotation(body: JsonObject): RotateRequest {
  const after = optionalTextIn(body, 'after');
  const { limit } = body;
  if (limit !== undefined && (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > 1000))
    throw new ParleyError('bad_request', 'limit must be a whole number from 1 to 1000');
  return {
    fresh: body['fresh'] === true,
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit }),
  };
}
