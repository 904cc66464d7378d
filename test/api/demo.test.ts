import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import express from 'express';
import { demoRouter } from '../../src/api/demo.ts';

describe('the demo API', () => {
  let server: Server;
  let base: string;

  beforeEach(async () => {
    server = express()
      .use('/demo', demoRouter({ slow: 60 }))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/demo`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const ask = async (path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(base + path, init);
    expect(answer.headers.get('content-type')).to.match(/^application\/json/);
    return { status: answer.status, body: await answer.json() };
  };

  it('knows the order of the example', async () => {
    expect(await ask('/orders/CU001')).to.deep.equal({
      status: 200,
      body: {
        status: 'Shipped',
        number: 'CU001',
        name: 'Ben Haggerty',
        ship_date: 'October 9th',
        delivery_date: 'April 3rd',
        description: 'Vogue White Wall x 4',
      },
    });
  });

  for (const [path, status] of [
    ['/orders/cu001', 'Shipped'],
    ['/orders/CU002', 'Pending'],
    ['/orders/Cu003', 'Cancelled'],
    ['/orders/%20CU004%20', 'Awaiting payment'],
    ['/orders/slow', 'Shipped'],
  ] as const) {
    it(`${path} is ${status}`, async () => {
      expect(await ask(path)).to.have.nested.property('body.status', status);
    });
  }

  it('answers a POST too, as a webhook block sends one', async () => {
    const init = { method: 'POST', body: '{"any":1}', headers: { 'content-type': 'application/json' } };
    expect(await ask('/orders/CU002', init)).to.have.nested.property('body.status', 'Pending');
  });

  for (const [path, status] of [
    ['/orders/BROKEN', 500],
    ['/orders/CU999', 404],
    ['/orders/__proto__', 404],
    ['/orders', 404],
    ['/nothing', 404],
    ['/orders/%E0%A4%A', 400],
  ] as const) {
    it(`${path} is ${status} with a sentence`, async () => {
      const { status: got, body } = await ask(path);
      expect(got).to.equal(status);
      expect(body).to.have.property('error').that.matches(/\.$/);
    });
  }

  it('lists what can be tried', async () => {
    expect(JSON.stringify((await ask('/')).body))
      .to.include('orders/CU001')
      .and.to.include('orders/SLOW');
  });

  it('forgets a slow order when the client goes away', async () => {
    let failure: unknown;
    server.on('error', (error) => (failure = error));
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const controller = new AbortController();
    const call = fetch(`${base}/orders/SLOW`, { signal: controller.signal }).catch(() => 'gone');
    await once(server, 'request');
    const before = timers();
    controller.abort();
    expect(await call).to.equal('gone');
    await setTimeout(20);
    expect(timers()).to.be.at.most(before);
    expect(failure).to.equal(undefined);
  });
});
