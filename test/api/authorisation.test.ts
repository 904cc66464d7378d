import { request as send } from 'node:http';
import { expect } from 'chai';
import type { Router } from 'express';
import { apiRouter } from '../../src/api/v1.ts';
import { newKey } from '../integrations/kit.ts';
import { dataFolder } from './kit.ts';
import { TOKEN, serveApi } from './served.ts';
import type { Served } from './served.ts';

/** What an Authorization header may say that lets nobody in. */
const STRANGERS: readonly [what: string, header: string | undefined][] = [
  ['no token', undefined],
  ['an empty header', ''],
  ['an empty token', 'Bearer '],
  ['a wrong token', 'Bearer wrong-token-0123456789'],
  ['the beginning of the token', `Bearer ${TOKEN.slice(0, -1)}`],
  ['the token and more', `Bearer ${TOKEN}0`],
  ['the token twice', `Bearer ${TOKEN}, Bearer ${TOKEN}`],
  ['the token without its scheme', TOKEN],
  ['another scheme', `Basic ${Buffer.from(`admin:${TOKEN}`).toString('base64')}`],
  ['null', 'Bearer null'],
];

/** Methods and paths that a router answers, as it knows them itself: a new route is in this test without being told. */
function routesOf(router: Router): [method: string, path: string][] {
  return router.stack.flatMap((layer) => {
    const route = layer.route;
    if (route === undefined) return [];
    const methods = new Set(route.stack.map(({ method }) => method.toUpperCase()));
    return [...methods].map((method): [string, string] => [method, route.path.replaceAll(/:\w+/g, 'x')]);
  });
}

/** The status of an answer; headers go out exactly as given, which fetch would not do. */
function ask(url: string, method: string, authorization: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', ...(authorization === undefined ? {} : { authorization }) };
    const asked = send(url, { method, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', reject);
    asked.end(method === 'GET' || method === 'DELETE' ? undefined : '{}');
  });
}

describe('API v1: authorisation (S20)', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let served: Served;
  before(async () => {
    folder = await dataFolder();
    served = await serveApi({ dataDir: folder.path, secretKey: newKey(), definitions: async () => [] });
  });
  after(async () => {
    await served.close();
    await folder.remove();
  });

  const scopes: string[] = [];
  const nothing = { flows: () => [], flow: () => undefined, graph: async () => null, diagnostics: () => [] };
  const router = (operations: Served['operations']): Router =>
    apiRouter({ ...nothing, operations }, (scope) => {
      scopes.push(scope);
      return (_request, _response, next) => next();
    });

  it('finds the routes', () => {
    const routes = routesOf(router(served.operations));
    expect(routes.length).to.be.greaterThan(20);
    expect(routes.map((route) => route.join(' '))).to.include.members([
      'GET /flows',
      'GET /calls/x',
      'DELETE /integrations/x/credentials/x',
      'PUT /secrets/x',
      'POST /keys/rotate',
    ]);
    expect(new Set(scopes)).to.include.members(['flows:read', 'calls:read', 'integrations:write', 'secrets:write']);
  });

  for (const [what, header] of STRANGERS)
    it(`every route refuses ${what}`, async () => {
      for (const [method, path] of routesOf(router(served.operations)))
        expect(await ask(`${served.url}/api/v1${path}`, method, header), `${method} ${path}`).to.equal(401);
    });

  it('every route takes the right token, under both names of the scheme', async () => {
    for (const [method, path] of routesOf(router(served.operations))) {
      for (const scheme of ['Bearer', 'Token', 'bearer']) {
        const status = await ask(`${served.url}/api/v1${path}`, method, `${scheme} ${TOKEN}`);
        expect(status, `${method} ${path}`).to.be.oneOf([200, 201, 204, 400, 404]);
      }
    }
  });
});
