import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { Cluster } from '../support/cluster.ts';
import { EagerVisitor } from '../support/eager.ts';
import { Figures } from './invariants.ts';
import { orderStatus } from './order-status.ts';

/** A call that hangs when the process is told to stop. */
const SLOW = `flow: slow
blocks:
  - { id: look, type: webhook, method: GET, url: "@server.url/demo/orders/SLOW", timeout: 100, on_failure: no }
  - { id: yes, type: end, text: "It is @extra.status" }
  - { id: no, type: end, text: failed }
`;

describe('a server that is told to stop', () => {
  let cluster: Cluster;
  beforeEach(() => {
    cluster = new Cluster();
  });
  afterEach(() => cluster.close());

  it('SIGTERM under load: it ends in order, and whoever was in a chat goes on with the next one', async function () {
    this.timeout(90_000);
    await cluster.open(1);
    const figures = new Figures();
    const visitors = Array.from({ length: 30 }, async (_, i) => {
      await pause(i * 60);
      return orderStatus(cluster.balancer.url, figures);
    });
    let talking = true;
    const all = Promise.all(visitors).finally(() => (talking = false));
    let stops = 0;
    while (talking) {
      await Promise.race([pause(900), all]);
      expect(await cluster.restart(0), 'exit code').to.equal(0);
      stops += 1;
    }
    await all;
    expect(stops).to.be.greaterThan(1);
    figures.expectClean();
  });

  it('a call under way is waited for, within 25 s; a second signal ends the process at once', async function () {
    this.timeout(60_000);
    await cluster.open(1, { slow: SLOW });
    const visitor = new EagerVisitor(cluster.balancer.url);
    const started = visitor.start('slow').catch(() => undefined);
    await pause(500);
    const server = cluster.server(0);
    server.kill('SIGTERM');
    await pause(500);
    expect((await fetch(`${server.url}/readyz`)).status, 'not ready').to.equal(503);
    const refused = await fetch(`${server.url}/api/chat/slow/start`, { method: 'POST' });
    expect([refused.status, refused.headers.get('retry-after')]).to.deep.equal([503, '1']);
    const signalled = performance.now();
    server.kill('SIGTERM');
    expect(await server.ended()).to.equal(0);
    expect(performance.now() - signalled, 'quickly').to.be.lessThan(5000);
    await cluster.restart(0);
    await started;
  });
});
