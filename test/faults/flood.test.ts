import { expect } from 'chai';
import { describeMongo } from '../stores/mongo-kit.ts';
import { Cluster } from '../support/cluster.ts';
import { EagerVisitor } from '../support/eager.ts';
import { Figures } from './invariants.ts';
import { orderStatus } from './order-status.ts';

/** Messages almost as large as they may be. */
const LARGE = 'x'.repeat(12_000);

/** One contact sends a great deal at once; answers the statuses by id. */
async function flood(url: string, session: string, size: number): Promise<Map<string, number>> {
  const answers = new Map<string, number>();
  await Promise.all(
    Array.from({ length: size }, async (_, n) => {
      const response = await fetch(`${url}/api/chat/${session}/messages`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ id: `f${n}`, text: `${n} ${LARGE}` }),
      });
      await response.text();
      if (response.status === 503) expect(response.headers.get('retry-after')).to.equal('1');
      answers.set(`f${n}`, response.status);
    }),
  );
  return answers;
}

/** What a flood of one contact comes to: what was acknowledged counts once, and others have long been served. */
async function judge(cluster: Cluster, size: number): Promise<string> {
  const { url } = cluster.server(0);
  const loud = new EagerVisitor(url);
  await loud.start('order-status');
  let ended = false;
  const flooding = flood(url, loud.session, size).finally(() => (ended = true));
  const figures = new Figures();
  await Promise.all(Array.from({ length: 5 }, () => orderStatus(url, figures)));
  const overtaken = ended;
  figures.expectClean();
  const answers = [...(await flooding).values()];
  const count = (status: number): number => answers.filter((one) => one === status).length;
  expect(count(200) + count(202) + count(503)).to.equal(size);
  expect(count(503), 'some had to be refused').to.be.greaterThan(0);
  return `${count(200) + count(202)} of ${size} taken, ${count(503)} told to come again; others were served ${overtaken ? 'after' : 'before'} its end`;
}

describe('a flood from one contact', function () {
  this.timeout(90_000);
  const cluster = new Cluster();
  after(() => cluster.close());

  it('is bounded, and does not hold up others', async () => {
    await cluster.open(1);
    process.stdout.write(`      embedded: ${await judge(cluster, 2000)}\n`);
  });
});

describeMongo('a flood from one contact, on MongoDB', (database) => {
  const cluster = new Cluster(database.uri);
  after(() => cluster.close());

  it('is bounded, and does not hold up others', async function () {
    this.timeout(90_000);
    await cluster.open(1);
    process.stdout.write(`      MongoDB: ${await judge(cluster, 200)}\n`);
  });
});
