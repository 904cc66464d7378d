import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import express from 'express';
import { DEMO_CODE, DEMO_KEY } from '../../src/api/demo-login.ts';
import { demoRouter } from '../../src/api/demo.ts';

describe('the demo API', () => {
  let server: Server;
  let base: string;
  let now: number;

  beforeEach(async () => {
    now = Date.UTC(2026, 0, 5, 9);
    server = express()
      .use('/demo', demoRouter({ slow: 60, pause: 30, now: () => now }))
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
    ['/appointments/BROKEN', 500],
    ['/appointments/P999', 404],
    ['/payments/PAY-nobody-made', 404],
    ['/user-login/me', 401],
  ] as const) {
    it(`${path} is ${status} with a sentence`, async () => {
      const { status: got, body } = await ask(path);
      expect(got).to.equal(status);
      expect(body).to.have.property('error').that.matches(/\.$/);
    });
  }

  const send = (path: string, body: unknown, { method = 'POST', key = DEMO_KEY } = {}): ReturnType<typeof ask> =>
    ask(path, {
      method,
      headers: { 'Content-Type': 'application/json', 'Api-Key': key },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  describe('the login service', () => {
    const validation = async (account: string): Promise<string> => {
      const { body } = await send(`/user-login/accounts/${account}/validations`, { type: 'email' });
      return (body as { validation_id: string }).validation_id;
    };
    const check = (id: string, token: string): ReturnType<typeof ask> =>
      send(`/user-login/validations/${id}`, { token });

    it('takes its key and no other', async () => {
      expect(await ask('/user-login/me', { headers: { 'Api-Key': DEMO_KEY } })).to.have.property('status', 200);
      const wrong = await send('/user-login/accounts/ana/validations', {}, { key: 'another-key' });
      expect(wrong).to.deep.equal({ status: 401, body: { error: `The header Api-Key has to be ${DEMO_KEY}.` } });
    });

    it('gives an id for a user it knows', async () => {
      const { status, body } = await send('/user-login/accounts/Ana/validations', {});
      expect(status).to.equal(200);
      expect(body).to.include({ account_id: 'Ana', type: 'email', expires_at: '2026-01-05T09:05:00.000Z' });
      expect(body).to.have.property('validation_id').that.matches(/^VLD-/);
    });

    for (const [account, status] of [
      ['nobody', 404],
      ['__proto__', 404],
      ['broken', 500],
      ['slow', 200],
    ] as const) {
      it(`${account}: ${status}`, async () => {
        expect(await send(`/user-login/accounts/${account}/validations`, {})).to.have.property('status', status);
      });
    }

    it('takes the code, until it is too old', async () => {
      const id = await validation('ana');
      expect((await check(id, DEMO_CODE)).body).to.include({ validation_status: 'success', account_id: 'ana' });
      now += 5 * 60_000;
      expect((await check(id, DEMO_CODE)).body).to.include({ validation_status: 'failure', reason: 'expired' });
      expect((await check(await validation('ben'), DEMO_CODE)).body).to.include({ validation_status: 'failure' });
    });

    it('counts wrong codes, each validation its own, and refuses the right one after three', async () => {
      const [id, other] = [await validation('ana'), await validation('ana')];
      for (const [validation_status, tries_left] of [
        ['pending', 2],
        ['pending', 1],
        ['failure', 0],
      ] as const)
        expect((await check(id, '000000')).body).to.include({ validation_status, tries_left });
      expect((await check(id, DEMO_CODE)).body).to.include({ validation_status: 'failure', reason: 'too_many_tries' });
      expect((await check(other, DEMO_CODE)).body).to.include({ validation_status: 'success' });
    });

    it('keeps the last thousand validations and no more', async () => {
      const first = await validation('ana');
      for (let i = 0; i < 1000; i += 1) await validation('ana');
      expect((await check(first, DEMO_CODE)).status).to.equal(404);
    });

    for (const [what, body, status] of [
      ['no code', {}, 400],
      ['a code that is no text', { token: 123_456 }, 400],
      ['no JSON', '{', 400],
      ['too much', { token: 'x'.repeat(20_000) }, 413],
    ] as const) {
      it(`${what}: ${status} with a sentence`, async () => {
        const answer = await send(`/user-login/validations/${await validation('ana')}`, body);
        expect(answer.status).to.equal(status);
        expect(answer.body).to.have.property('error').that.matches(/\.$/);
      });
    }
  });

  describe('the bank', () => {
    const payment = {
      bot_id: 'payment-resume',
      block_id: 'status',
      customer_id: 'web:s-1',
      resume_url: 'http://127.0.0.1:3000/api/v1/resume/a-token',
      amount: 49.9,
    };

    it('shows the commands by which a person plays it', async () => {
      const { status, body } = await send('/payments', payment);
      const { page, payment_id: id } = body as { page: string; payment_id: string };
      expect([status, page]).to.deep.equal([201, `http://127.0.0.1:3000/demo/payments/${id}`]);
      const shown = await (await fetch(`${base}/payments/${id}`)).text();
      expect(shown.split('\n')).to.include(
        `curl -X POST '${payment.resume_url}' -H 'Content-Type: application/json' -d '{"variables": {"data": {"status": "paid"}}}'`,
      );
      expect(shown).to.contain('/v1/customers/web%3As-1/assign_bot/payment-resume/');
    });

    for (const [what, change] of [
      ['an address that would end the quotes', { resume_url: "http://x.example/'; rm -rf ~ #" }],
      ['no address', { resume_url: 'javascript:alert(1)' }],
      ['a customer that would end the quotes', { customer_id: "web:'$(id)" }],
      ['no amount', { amount: -1 }],
    ] as const) {
      it(`refuses ${what}`, async () => {
        expect(await send('/payments', { ...payment, ...change })).to.have.property('status', 400);
      });
    }
  });

  describe('the clinic', () => {
    it('knows patients with and without an appointment', async () => {
      expect((await ask('/appointments/p100')).body).to.include({ DateText: 'Tuesday 12 May at 10:30' });
      expect((await ask('/appointments/P200')).body).to.include({ Doctor: 'Dr. Okafor' });
      expect((await ask('/appointments/P300')).body).to.not.have.property('DateText');
      expect((await ask('/appointments/slow')).body).to.include({ Patient: 'SLOW' });
    });

    for (const [patient, body, status] of [
      ['P100', { Date: '2026-06-24' }, 200],
      ['P100', { Date: '2026-06-22' }, 409],
      ['P100', { Date: '24 June' }, 400],
      ['P300', { Date: '2026-06-24' }, 404],
    ] as const) {
      it(`moves ${patient} to ${JSON.stringify(body)}: ${status}`, async () => {
        const answer = await send(`/appointments/${patient}`, body, { method: 'PUT' });
        expect(answer.status).to.equal(status);
        if (status === 200) expect(answer.body).to.include({ DateText: 'Wednesday 24 June at 09:00' });
      });
    }
  });

  it('shows the last twenty SMS, and no whole number', async () => {
    for (let i = 1; i <= 21; i += 1)
      expect(await send('/sms', { to: '+573001112233', text: `Code ${i}` })).to.have.property('status', 202);
    expect(await send('/sms', { to: '1', text: 'x' }, { key: '' })).to.have.property('status', 401);
    const { messages } = (await ask('/sms')).body as { messages: object[] };
    expect(messages).to.have.length(20);
    expect(messages[0]).to.deep.equal({ to: '…2233', text: 'Code 21', at: '2026-01-05T09:00:00.000Z' });
  });

  it('lists what can be tried', async () => {
    expect(JSON.stringify((await ask('/')).body))
      .to.include('orders/CU001')
      .and.to.include('orders/SLOW')
      .and.to.include(DEMO_CODE)
      .and.to.include(DEMO_KEY);
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
