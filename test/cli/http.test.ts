import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { folder, serve } from './run.ts';
import type { Serving } from './run.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

describe('a server that was started', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  let server: Serving;
  before(async () => {
    dir = await folder();
    server = await serve({ cwd: dir.path, env: { PORT: '0' } });
  });
  after(async () => {
    await server.stop();
    await dir.remove();
  });

  const get = async (path: string, authorization?: string, at: Serving = server): Promise<Answer> => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const response = await fetch(at.url + path, { headers });
    return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
  };

  it('has a front page, says that it lives and that it is ready, and brings its demo API', async () => {
    const [home, alive, ready, demo] = await Promise.all(
      ['/', '/healthz', '/readyz', '/demo'].map((path) => get(path)),
    );
    expect(home).to.include({ status: 200, type: 'text/html; charset=utf-8' });
    expect(home?.text).to.contain('href="/w/order-status"').and.contain('Order status');
    expect([alive?.status, JSON.parse(alive?.text ?? '')]).to.deep.equal([200, { ok: true }]);
    expect([ready?.status, JSON.parse(ready?.text ?? '')]).to.deep.equal([200, { ready: true }]);
    expect(demo?.status).to.equal(200);
    expect(demo?.text).to.contain('orders/CU001');
  });

  it('answers what is not there with 404 as JSON', async () => {
    for (const path of ['/nowhere', '/nowhere/<b>', '/w', '/demo/nowhere', '/healthz/x', '/%']) {
      const { status, type, text } = await get(path);
      expect([status < 500, type], path).to.deep.equal([true, 'application/json; charset=utf-8']);
      if (path === '/nowhere') {
        expect(status).to.equal(404);
        const { error } = JSON.parse(text) as { error: Record<string, unknown> };
        expect(error).to.include({ code: 'not_found', message: 'there is nothing at GET /nowhere' });
        expect(error['hint']).to.be.a('string');
      }
    }
  });

  it('opens its API to the right token only', async () => {
    const { adminToken } = JSON.parse(await readFile(join(dir.path, 'data/keys.json'), 'utf8')) as {
      adminToken: string;
    };
    const refused = [
      undefined,
      'Bearer wrong',
      `Bearer ${adminToken.slice(0, -1)}`,
      `Basic ${adminToken}`,
      adminToken,
      'Bearer',
      `Bearer ${adminToken} x`,
    ];
    for (const authorization of refused) {
      const { status, text } = await get('/api/v1/flows', authorization);
      expect([status, JSON.parse(text)], authorization).to.have.nested.property('[1].error.code', 'unauthorized');
      expect(status).to.equal(401);
    }
    for (const kind of ['Bearer', 'Token', 'bearer']) {
      const { status, text } = await get('/api/v1/flows', `${kind} ${adminToken}`);
      const { items } = JSON.parse(text) as { items: { id: string; blocks: object[] }[] };
      expect([status, items.map(({ id }) => id)]).to.deep.equal([
        200,
        ['appointment', 'login-otp', 'onboarding', 'order-status', 'payment-resume', 'survey'],
      ]);
    }
    // What is not there is not told without a token either.
    expect((await get('/api/v1/nowhere')).status).to.equal(401);
    expect((await get('/api/v1/nowhere', `Bearer ${adminToken}`)).status).to.equal(404);
  });

  it('leaves the demo API away in production, and where it is told to', async () => {
    const settings: Record<string, string>[] = [
      { NODE_ENV: 'production' },
      { DEMO_API: 'off' },
      { NODE_ENV: 'production', DEMO_API: 'on' },
    ];
    const servers = await Promise.all(
      settings.map((env, i) => serve({ cwd: dir.path, env: { PORT: '0', DATA_DIR: `data-${i}`, ...env } })),
    );
    const statuses = await Promise.all(servers.map(async (at) => (await get('/demo', undefined, at)).status));
    await Promise.all(servers.map((at) => at.stop()));
    expect(statuses).to.deep.equal([404, 404, 200]);
    expect(servers.map(({ output }) => output.includes('/demo'))).to.deep.equal([false, false, true]);
  });
});
