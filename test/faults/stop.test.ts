import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { Cluster, meanwhile } from '../support/cluster.ts';
import { EagerVisitor } from '../support/eager.ts';
import { Figures } from './invariants.ts';
import { orderStatus } from './order-status.ts';

const SLOW = (port: number): string => `flow: slow
blocks:
  - { id: look, type: webhook, method: GET, url: "http://127.0.0.1:${port}/", timeout: 100, on_failure: no }
  - { id: yes, type: end, text: "It is @extra.status" }
  - { id: no, type: end, text: failed }
`;

/** An API that never answers its first request. */
class HangingApi {
  readonly keys: string[] = [];
  port = 0;
  readonly #server = createServer((request, response) => {
    this.keys.push(String(request.headers['idempotency-key']));
    if (this.keys.length > 1) response.setHeader('Content-Type', 'application/json').end('{"status":"done"}');
  });

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async asked(): Promise<void> {
    while (this.keys.length === 0) await pause(10);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe('a server that is told to stop', () => {
  let cluster: Cluster;
  beforeEach(() => {
    cluster = new Cluster();
  });
  afterEach(() => cluster.close());

  it('SIGTERM under load: it ends in order, and whoever was in a chat goes on with the next one', async function () {
    this.timeout(180_000);
    await cluster.open(1);
    const figures = new Figures();
    const all = Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        await pause(i * 60);
        return orderStatus(cluster.balancer.url, figures);
      }),
    );
    const stops = await meanwhile(all, 900, async () => expect(await cluster.restart(0), 'exit code').to.equal(0));
    expect(stops).to.be.greaterThan(0);
    figures.expectClean();
  });

  describe('while a call hangs', () => {
    const api = new HangingApi();
    let visitor: EagerVisitor;
    beforeEach(async () => {
      api.keys.length = 0;
      await api.listen();
      await cluster.open(1, { slow: SLOW(api.port) }, { OUTBOUND_ALLOW: `127.0.0.1:${api.port}` });
      const server = cluster.server(0);
      visitor = new EagerVisitor(server.url);
      visitor.session = await quickly(server.url);
      await api.asked();
      server.kill('SIGTERM');
    });
    afterEach(() => api.close());

    /** What the visitor hears of the next process: the call was made again, with its key. */
    const goesOn = async (): Promise<void> => {
      await cluster.again(0);
      visitor.listen();
      await visitor.hears(1);
      await visitor.leave();
      expect(visitor.heard).to.deep.equal(['It is done']);
      expect(api.keys).to.deep.equal([api.keys[0], api.keys[0]]);
    };

    it('it takes no more, and a second signal ends it at once', async function () {
      this.timeout(180_000);
      const server = cluster.server(0);
      while ((await fetch(`${server.url}/readyz`)).status !== 503) await pause(20);
      const refused = await fetch(`${server.url}/api/chat/slow/start`, { method: 'POST' });
      expect([refused.status, refused.headers.get('retry-after')]).to.deep.equal([503, '1']);
      const signalled = performance.now();
      server.kill('SIGTERM');
      expect(await server.ended()).to.equal(0);
      expect(performance.now() - signalled, 'sooner than the drain').to.be.lessThan(15_000);
      await goesOn();
    });

    if (process.env['FAULTS'] === 'all') {
      it('the call is broken off in time, and made again by the next process', async function () {
        this.timeout(180_000);
        const signalled = performance.now();
        expect(await cluster.server(0).ended()).to.equal(0);
        expect(performance.now() - signalled, 'drained').to.be.lessThan(25_000);
        await goesOn();
      });
    }
  });
});

/** Starts a chat without waiting for the answer of its first turn; answers the session. */
async function quickly(url: string): Promise<string> {
  const started = await fetch(`${url}/api/chat/slow/start`, { method: 'POST', body: '{"wait":false}' });
  const { session } = (await started.json()) as { session?: string };
  return session ?? '';
}
