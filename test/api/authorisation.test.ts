import { request as send } from 'node:http';
import { expect } from 'chai';
import type { RequestHandler, Router } from 'express';
import { outsideRouter } from '../../src/api/outside.ts';
import { SCOPES } from '../../src/api/scopes.ts';
import { apiRouter } from '../../src/api/v1.ts';
import type { Allow } from '../../src/api/v1/input.ts';
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
function routesOf(router: Router): [method: string, path: string, scope: string][] {
  const guards = router.stack.flatMap((layer) => (layer.route === undefined ? scopesOf(layer) : []));
  return router.stack.flatMap((layer) => {
    const route = layer.route;
    // A resume is let in by its own token, which is the path.
    if (route === undefined || route.path === '/resume/:token') return [];
    const methods = new Set(route.stack.map(({ method }) => method.toUpperCase()));
    const scope = route.stack.flatMap(scopesOf)[0] ?? guards[0] ?? 'none';
    return [...methods].map((method): [string, string, string] => [method, route.path.replaceAll(/:\w+/g, 'x'), scope]);
  });
}

/** The scope that a handler was marked with. */
function scopesOf({ handle }: { readonly handle: object }): string[] {
  return 'scope' in handle && typeof handle.scope === 'string' ? [handle.scope] : [];
}

function passing(): RequestHandler {
  return (_request, _response, next) => next();
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

  const nothing = { flows: () => [], flow: () => undefined, graph: async () => null, diagnostics: () => [] };
  /** All routes under /api/v1 that ask for a token, with the scope that each of them asks for. */
  const routes = (): readonly [method: string, path: string, scope: string][] => {
    const named: Allow = (scope) => Object.assign(passing(), { scope });
    const view = { ...nothing, operations: served.operations, simulations: served.simulations };
    return [outsideRouter(served.outside, named), apiRouter(view, named)].flatMap(routesOf);
  };

  it('finds the routes', () => {
    const found = routes().map((route) => route.join(' '));
    expect(found.length).to.be.greaterThan(25);
    expect(found).to.include.members([
      'GET /flows flows:read',
      'GET /calls/x calls:read',
      'POST /contacts/x/reset contacts:write',
      'DELETE /integrations/x/credentials/x integrations:write',
      'PUT /secrets/x secrets:write',
      'POST /keys/rotate secrets:write',
      'POST /simulations/x/steps simulations:write',
    ]);
  });

  for (const [what, header] of STRANGERS)
    it(`every route refuses ${what}`, async () => {
      for (const [method, path] of routes())
        expect(await ask(`${served.url}/api/v1${path}`, method, header), `${method} ${path}`).to.equal(401);
    });

  it('every route takes the right token, under both names of the scheme', async () => {
    for (const [method, path] of routes()) {
      for (const scheme of ['Bearer', 'Token', 'bearer']) {
        const status = await ask(`${served.url}/api/v1${path}`, method, `${scheme} ${TOKEN}`);
        expect(status, `${method} ${path}`).to.be.oneOf([200, 201, 202, 204, 400, 404]);
      }
    }
  });

  it('every route refuses a token that has every scope but the one it needs', async () => {
    for (const [method, path, scope] of routes()) {
      const scopes = SCOPES.filter((each) => each !== scope);
      expect(scopes.length, `${method} ${path} asks for ${scope}`).to.equal(SCOPES.length - 1);
      const { token } = await served.tokens.add({ name: scope, scopes });
      expect(await ask(`${served.url}/api/v1${path}`, method, `Bearer ${token}`), `${method} ${path}`).to.equal(403);
    }
  });

  it('a token that was revoked is worth nothing', async () => {
    const { token, facts } = await served.tokens.add({ name: 'x', scopes: ['calls:read'] });
    const calls = (): Promise<number> => ask(`${served.url}/api/v1/calls`, 'GET', `Bearer ${token}`);
    expect(await calls()).to.equal(200);
    await served.tokens.revoke(facts.id);
    expect(await calls()).to.equal(401);
  });
});
