import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import { describeMongo } from '../stores/mongo-kit.ts';
import { Cluster, meanwhile } from '../support/cluster.ts';
import { EagerVisitor } from '../support/eager.ts';
import { Figures, expectAtRest } from './invariants.ts';
import { orderStatus } from './order-status.ts';

const FLOWS = {
  echo: `flow: echo
blocks:
  - { id: q, type: question, text: "said @(default(q, 'nothing'))", next: q }
`,
  wait: `flow: wait
blocks:
  - { id: q, type: question, text: "Quick!", timeout: { after: 1s, next: nap } }
  - { id: nap, type: delay, for: 1s }
  - { id: late, type: question, text: "Too late" }
`,
  reminder: `flow: reminder
triggers: [ { schedule: { cron: "0 3 * * *", timezone: UTC } } ]
blocks:
  - { id: ping, type: question, text: "Reminder" }
`,
};

const PAY = (port: number): string => `flow: pay
blocks:
  - { id: q, type: question, text: "Pay?" }
  - { id: wait, type: message, text: "Paying…" }
  - { id: pay, type: webhook, url: "http://127.0.0.1:${port}/pay", on_failure: no }
  - { id: yes, type: question, text: "It is @extra.status.", next: q }
  - { id: no, type: end, text: failed }
`;

/** Settings of a process whose clock is so many minutes ahead. */
function clockAhead(minutes: number): Record<string, string> {
  const code = `const now = Date.now; Date.now = () => now() + ${minutes * 60_000};`;
  return minutes === 0 ? {} : { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(code)}"` };
}

/** An API that takes its time, and writes down the key of each request. */
class SlowApi {
  readonly keys = new Set<string>();
  /** When it was asked last, by `performance.now()`. */
  last = 0;
  port = 0;
  readonly #server = createServer((request, response) => {
    this.keys.add(String(request.headers['idempotency-key']));
    this.last = performance.now();
    setTimeout(() => response.setHeader('Content-Type', 'application/json').end('{"status":"done"}'), 1500);
  });

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async asked(times: number): Promise<void> {
    while (this.keys.size < times) await pause(10);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describeMongo('many processes on one MongoDB', (database) => {
  let cluster: Cluster;
  beforeEach(() => {
    cluster = new Cluster(database.uri);
  });
  afterEach(() => cluster.close());

  it('without sticky sessions a chat goes over all of them, whatever their clocks say', async function () {
    this.timeout(180_000);
    // One process is ten minutes ahead, another one ten behind: leases and waits go by the clock of the store.
    await cluster.open(3, undefined, {}, [0, 10, -10].map(clockAhead));
    const figures = new Figures();
    await Promise.all(Array.from({ length: 20 }, () => orderStatus(cluster.balancer.url, figures)));
    figures.expectClean();
    expect(await expectAtRest(await database.open())).to.equal(20);
  });

  it('one of them is killed again and again: every visitor sees the reference transcript', async function () {
    this.timeout(180_000);
    await cluster.open(2);
    const figures = new Figures();
    const all = Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        await pause(i * 200);
        return orderStatus(cluster.balancer.url, figures);
      }),
    );
    const kills = await meanwhile(all, 1000, (times) => cluster.crash(times % 2, 300));
    const repeated = (await all).reduce((sum, visitor) => sum + visitor.repeated, 0);
    process.stdout.write(`      ${figures.toString()}; ${kills} kills, ${repeated} requests repeated\n`);
    figures.expectClean();
    expect(await expectAtRest(await database.open())).to.be.at.least(40);
  });

  it('1,000 copies of one message over two processes count once', async function () {
    this.timeout(180_000);
    await cluster.open(2, FLOWS);
    const visitor = new EagerVisitor(cluster.balancer.url);
    await visitor.start('echo');
    const answers = new Set<string>();
    const copies = Array.from({ length: 1000 }, (_, i) => i);
    const worker = async (): Promise<void> => {
      while (copies.pop() !== undefined) answers.add(JSON.stringify(await visitor.say('hello', 'same')));
    };
    await Promise.all(Array.from({ length: 50 }, worker));
    expect([...answers]).to.deep.equal(['["said hello"]']);
    expect(await visitor.transcript('echo')).to.deep.equal(['said nothing', 'said hello']);
  });

  it('500 messages of one contact at once all count, in the order of the inbox', async function () {
    this.timeout(180_000);
    await cluster.open(2, FLOWS);
    const visitor = new EagerVisitor(cluster.balancer.url);
    await visitor.start('echo');
    const ids = Array.from({ length: 500 }, (_, i) => `m${i}`);
    await Promise.all(ids.map((id) => visitor.say(id, id)));
    const store = await database.open();
    const lines = await store.transcript(`web:${webAddress(visitor.session)}`, { after: 0, limit: 5000 });
    const heard = lines.flatMap((line) => (line.kind === 'in' ? [line.message.text ?? ''] : []));
    expect([...heard].sort()).to.deep.equal([...ids].sort());
    // Every answer stands right behind its message: one turn after the other, never two at once.
    const said = lines.flatMap((line) => (line.kind === 'out' ? [line.message.text ?? ''] : []));
    expect(said.slice(1)).to.deep.equal(heard.map((text) => `said ${text}`));
    await expectAtRest(store);
  });

  it('a process that stood still for longer than a lease does not commit what another has done', async function () {
    this.timeout(180_000);
    const api = new SlowApi();
    await api.listen();
    await cluster.open(2, { pay: PAY(api.port) }, { OUTBOUND_ALLOW: `127.0.0.1:${api.port}` });
    const [one, two] = [cluster.server(0), cluster.server(1)];
    const visitors = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const visitor = new EagerVisitor(one.url);
        await visitor.start('pay');
        return { visitor, said: visitor.say('yes', 'm1') };
      }),
    );
    await api.asked(10);
    one.kill('SIGSTOP');
    const stopped = performance.now();
    // The leases of the one that stands still run out, and the other takes its conversations over.
    for (const { visitor } of visitors) {
      const other = new EagerVisitor(two.url);
      other.session = visitor.session;
      expect(await other.say('yes', 'm1')).to.deep.equal(['Paying…', 'It is done.']);
    }
    const took = api.last - stopped;
    // With FAULTS=all for as long as the seed says.
    if (process.env['FAULTS'] === 'all') await pause(Math.max(0, 60_000 - (performance.now() - stopped)));
    one.kill('SIGCONT');
    for (const { visitor, said } of visitors) {
      expect(await said).to.deep.equal(['Paying…', 'It is done.']);
      expect(await visitor.transcript('pay')).to.deep.equal(['Pay?', 'Paying…', 'It is done.']);
    }
    api.close();
    expect(api.keys.size, 'each payment has one key').to.equal(10);
    // Not before the lease was over; on a machine with nothing else to do within 10 s.
    expect(took, 'taken over after').to.be.within(5000, 40_000);
    process.stdout.write(`      taken over after ${(took / 1000).toFixed(1)} s\n`);
    await expectAtRest(await database.open());
  });

  it('timeouts and delays fire once, also those that ran out while nobody was there', async function () {
    this.timeout(180_000);
    await cluster.open(2, FLOWS);
    const visitors = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const visitor = new EagerVisitor(cluster.balancer.url);
        await visitor.start('wait');
        return visitor;
      }),
    );
    // Once while the question waits, and once while the delay does; each time for longer than it has to wait.
    const store = await database.open();
    const turns = async (): Promise<number[]> => (await store.list({ limit: 20 })).map(({ revision }) => revision);
    for (const reached of [1, 2]) {
      while ((await turns()).some((count) => count < reached)) await pause(50);
      for (const server of cluster.servers) server.kill('SIGKILL');
      await pause(1500);
      await Promise.all([cluster.crash(0), cluster.crash(1)]);
    }
    for (const visitor of visitors) visitor.listen();
    await Promise.all(visitors.map((visitor) => visitor.hears(2)));
    await expectAtRest(store);
    await Promise.all(visitors.map((visitor) => visitor.leave()));
    for (const visitor of visitors) expect(visitor.heard).to.deep.equal(['Quick!', 'Too late']);
    expect(await turns(), 'a start, a timeout and the end of a delay').to.deep.equal(visitors.map(() => 3));
  });

  it('a schedule that fell due while nobody was there fires once, whichever process comes first', async function () {
    this.timeout(180_000);
    await cluster.open(2, FLOWS);
    const visitors = Array.from({ length: 10 }, () => new EagerVisitor(cluster.balancer.url));
    await Promise.all(visitors.map((visitor) => visitor.start('echo')));
    const store = await database.open();
    const id = 'reminder/0 3 * * */UTC';
    const checked = store.now() - 2 * 86_400_000;
    for (const visitor of visitors) visitor.listen();
    // As if nobody had looked for two days: of the two moments that went by, the last one counts. The second time is
    // that of a process which read that before the first one was through.
    for (let times = 0; times < 2; times += 1) {
      await store.put({ kind: 'schedule', id, order: id, body: { checked } });
      while ((await store.get('schedule', id))?.body['checked'] === checked) await pause(50);
    }
    await Promise.all(visitors.map((visitor) => visitor.hears(2)));
    await expectAtRest(store);
    await Promise.all(visitors.map((visitor) => visitor.leave()));
    for (const visitor of visitors) expect(visitor.heard).to.deep.equal(['said nothing', 'Reminder']);
  });
});
