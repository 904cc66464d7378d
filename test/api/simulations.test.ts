import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { own, toText } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { parley } from '../cli/run.ts';
import { KEY, ORDERS, PAY, SimulationServer, texts, trace } from './simulations-kit.ts';

describe('API v1: simulations', () => {
  let server: SimulationServer;
  before(async () => (server = await SimulationServer.open()));
  after(() => server.close());

  it('talks, presses, and shows blocks, rules, variables and the call with its secrets masked', async () => {
    const [id, began] = await server.start({
      flow: 'orders',
      channel: 'whatsapp',
      variables: { shop: 'Acme' },
      calls: 'real',
    });
    expect(texts(began)).to.deep.equal(['Which order of Acme?']);
    expect(trace(began, 'block_entered').map(({ block }) => block)).to.deep.equal(['number']);
    const told = await server.step(id, { user: 'A1' });
    expect(texts(told)).to.deep.equal(['It is shipped.', 'What now?']);
    const [call] = trace(told, 'call');
    expect(call).to.include({ block: 'look', by: 'api', method: 'GET', status: 200, result: 'answered', attempt: 1 });
    expect(call?.['ms']).to.be.a('number');
    expect(call?.['request']).to.have.nested.property('headers.Authorization', 'Bearer ***');
    expect(JSON.parse(toText(own(call?.['response'], 'body')))).to.deep.equal({
      status: 'shipped',
      echo: 'Bearer ***',
    });
    expect(server.shop.asked.at(-1)?.headers.authorization).to.equal(`Bearer ${KEY}`);
    expect(trace(told, 'variable_set').map(({ name }) => name)).to.include.members(['number', 'look']);
    // Four choices are over the buttons of WhatsApp, so they are shown as its list.
    const [, asked] = told.body['said'] as JsonObject[];
    expect(asked).to.have.nested.property('list.options').with.length(4);
    const bye = await server.step(id, { choice: 'Nothing' });
    expect(texts(bye)).to.deep.equal(['Bye.']);
    expect(trace(bye, 'rule_tested')).to.deep.include({
      kind: 'rule_tested',
      block: 'more',
      rule: 'equals Nothing',
      matched: true,
      reason: 'matched Nothing',
    });
    expect(bye.body['state']).to.deep.include({ flow: null, block: null });
    expect(JSON.stringify(server.api.heard)).to.not.contain(KEY);
  });

  it('a call without a mock fails as the network does, and says what to do', async () => {
    const [id] = await server.start({ flow: 'orders' });
    const asked = server.shop.asked.length;
    const told = await server.step(id, { user: 'A1' });
    expect(texts(told)).to.deep.equal(['/broken/', 'What now?']);
    const [call] = trace(told, 'call');
    expect(call).to.include({ by: 'nobody', result: 'failed', status: null, request: null });
    expect(call?.['reason']).to.contain('give the simulation a mock for it, or start it with real calls');
    expect(server.shop.asked).to.have.length(asked);
  });

  it('mocks answer first, as those of a flow test', async () => {
    const reply = { json: { status: 'mocked' } };
    const [id] = await server.start({ flow: 'orders', calls: 'real', mocks: [{ on: 'look', reply }] });
    const asked = server.shop.asked.length;
    expect(texts(await server.step(id, { user: 'A1' }))).to.deep.equal(['It is mocked.', 'What now?']);
    expect(server.shop.asked).to.have.length(asked);
  });

  it('sets, goes to a block, lets time pass, hands over and back, resets', async () => {
    const [id] = await server.start({ flow: 'orders', mocks: [{ on: 'look', reply: { json: { status: 'x' } } }] });
    expect(texts(await server.step(id, { set: { shop: 'Other', number: 'B2' } }))).to.deep.equal([]);
    expect((await server.step(id, { goto: 'number' })).body).to.have.deep.nested.property(
      'said[0].text',
      'Which order of Other?',
    );
    const team = await server.step(id, { goto: 'team' });
    expect(team.body['team']).to.deep.equal([{ channel: 'slack', event: 'opened', message: { text: 'about B2' } }]);
    expect(texts(await server.step(id, { agent: 'I am Bo.' }))).to.deep.equal(['I am Bo.']);
    expect(texts(await server.step(id, { handback: true }))).to.deep.equal(['Back by human.', 'Bye.']);
    expect(texts(await server.step(id, { start: { variables: { shop: 'Third' } } }))).to.deep.equal([
      'Which order of Third?',
    ]);
    expect(texts(await server.step(id, { advance: '9m' }))).to.deep.equal([]);
    const late = await server.step(id, { advance: '1m' });
    expect(texts(late)[0]).to.match(/^Too late at /);
    expect(late.body).to.have.nested.property('state.now', new Date(server.now + 600_000).toISOString());
    expect(texts(await server.step(id, { reset: true }))).to.deep.equal(['Which order of none?']);
    const shown = await server.api.ask('GET', `/simulations/${id}`);
    expect(shown.body['dialogue']).to.have.length(1);
  });

  it('is resumed by the token it has read, and by events', async () => {
    const [id] = await server.start({ flow: 'pay' });
    expect(texts(await server.step(id, { resume: { amount: 5 } }))).to.deep.equal(['Thanks.']);
    const [other] = await server.start({ flow: 'pay' });
    expect(texts(await server.step(other, { event: { name: 'paid' } }))).to.deep.equal(['Thanks.']);
  });

  it('becomes a flow test that passes', async function () {
    this.timeout(20_000);
    const variables = { shop: 'A "quoted" @shop: yes' };
    const [id] = await server.start({ flow: 'orders', channel: 'whatsapp', variables, calls: 'real' });
    for (const body of [{ user: 'BAD' }, { choice: 'Again' }, { user: '- A1: # x' }, { set: { number: 7 } }] as const)
      await server.step(id, body);
    await server.step(id, { goto: 'broken' });
    await server.step(id, { user: { choice: 'Person', text: 'Person' } });
    await server.step(id, { user: 'anybody?' });
    await server.step(id, { event: { handback: true } });
    const [pay] = await server.start({ flow: 'pay' });
    await server.step(pay, { resume: true });
    const dir = await mkdtemp(join(tmpdir(), 'parley-saved-'));
    try {
      for (const [name, one] of Object.entries({ orders: id, pay })) {
        const { status, text, headers } = await server.api.ask('GET', `/simulations/${one}/test?name=saved`);
        expect([status, headers.get('content-type')]).to.deep.equal([200, 'application/yaml; charset=utf-8']);
        expect(text)
          .to.match(/^# yaml.*\ntest: saved\n/)
          .and.not.contain(KEY);
        await writeFile(join(dir, `${name}.test.yaml`), text);
      }
      await writeFile(join(dir, 'orders.yaml'), ORDERS(server.shop.origin));
      await writeFile(join(dir, 'pay.yaml'), PAY);
      const tests = ['orders.test.yaml', 'pay.test.yaml'].map((name) => join(dir, name));
      const { code, out, err } = await parley(['test', ...tests], { cwd: dir, env: { FLOWS_DIR: dir } });
      expect([code, out.trimEnd().split('\n').at(-1)], out + err).to.deep.equal([0, '2 passed, 0 failed']);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
