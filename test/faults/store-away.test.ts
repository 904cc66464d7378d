import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { describeMongo, withSettings } from '../stores/mongo-kit.ts';
import { Cluster, meanwhile } from '../support/cluster.ts';
import { Wire } from '../support/proxy.ts';
import { Figures, expectAtRest } from './invariants.ts';
import { orderStatus } from './order-status.ts';

/** Chats by so many visitors, begun one after the other while something is done to the line. */
async function chats(url: string, count: number): Promise<Figures> {
  const figures = new Figures();
  const visitors = Array.from({ length: count }, async (_, i) => {
    await pause(i * 100);
    return orderStatus(url, figures);
  });
  await Promise.all(visitors);
  return figures;
}

describeMongo('a MongoDB that is in trouble', (database) => {
  let cluster: Cluster;
  let wire: Wire;
  beforeEach(async () => {
    wire = new Wire(database.server);
    const uri = withSettings(database.through(await wire.open()), 'serverSelectionTimeoutMS=500');
    cluster = new Cluster(uri);
    await cluster.open(1);
  });
  afterEach(async () => {
    await cluster.close();
    await wire.cut();
  });

  it('away for some seconds: 503 with Retry-After, nothing acknowledged that is not stored, and on it goes', async function () {
    this.timeout(180_000);
    const { url } = cluster.server(0);
    const talking = chats(url, 20);
    await pause(1000);
    await wire.cut();
    const refused = await fetch(`${url}/api/chat/order-status/start`, { method: 'POST' });
    expect(refused.status).to.equal(503);
    expect(refused.headers.get('retry-after')).to.match(/^\d+$/);
    expect((await fetch(`${url}/readyz`)).status).to.equal(503);
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    await pause(2000);
    await wire.open();
    (await talking).expectClean();
    expect((await fetch(`${url}/readyz`)).status).to.equal(200);
    await expectAtRest(await database.open());
  });

  it('connections that break in the middle of whatever is being written', async function () {
    this.timeout(180_000);
    const talking = chats(cluster.server(0).url, 12);
    await meanwhile(talking, 120, (times) => {
      if (times < 15) wire.reset();
    });
    (await talking).expectClean();
    await expectAtRest(await database.open());
  });

  it('slow: every answer a tenth of a second late', async function () {
    this.timeout(180_000);
    wire.delay = 50;
    (await chats(cluster.server(0).url, 10)).expectClean();
    await expectAtRest(await database.open());
  });
});
