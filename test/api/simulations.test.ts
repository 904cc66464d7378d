import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import express from 'express';
import { createWeb } from '../../src/api/server.ts';
import { addSimulationRoutes } from '../../src/api/v1/simulations.ts';
import { own, toText } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { SimulationRoom } from '../../src/wiring/simulations.ts';
import { parley } from '../cli/run.ts';
import { libraryOf, localCaller, roomOf } from '../support/simulations.ts';
import { Asker, fakeApi, listening } from './kit.ts';
import type { Answer, FakeApi } from './kit.ts';

const KEY = 'sk-live-0123456789abcdef';

/** A flow with a call, buttons, a timer, a code, a token and two ends. */
const ORDERS = (api: string): string => `
flow: orders
channels: [whatsapp, web]
variables: { shop: { type: string, default: none } }
blocks:
  - { id: number, type: question, text: "Which order of @shop?", timeout: { after: 10m, next: late } }
  - id: look
    type: external_web_call
    method: GET
    url: "${api}/orders/@number"
    headers: { Authorization: "Bearer @secret.shop_key" }
    retry: { attempts: 2, backoff: 1ms, on: [5xx] }
    response_variables: { status: status }
    on_success: told
    on_failure: broken
  - { id: told, type: message, text: "It is @look.status." }
  - { id: more, type: question, text: "What now?", choices: [Again, Other, Person, Nothing], rules: [ { equals: Again, next: number }, { equals: Person, next: team }, { equals: Nothing, next: bye } ], otherwise: { next: more } }
  - { id: team, type: handoff, to: slack, summary: "about @number" }
  - { id: back, type: message, text: "Back by @team.returned_by.", next: bye }
  - { id: broken, type: message, text: "/broken/", next: more }
  - { id: late, type: end, text: "Too late at @now." }
  - { id: bye, type: end, text: "Bye." }
`;

const PAY = `
flow: pay
blocks:
  - { id: start, type: message, text: "Pay at @resume.url" }
  - { id: paid, type: wait_for_event, events: [paid], timeout: { after: 1h, next: never } }
  - { id: thanks, type: end, text: "Thanks." }
  - { id: never, type: end, text: "Not paid." }
`;

const texts = (answer: Answer): Json[] => (answer.body['said'] as JsonObject[]).map(({ text }) => text ?? null);
const trace = (answer: Answer, kind: string): JsonObject[] =>
  (answer.body['trace'] as JsonObject[]).filter((item) => item['kind'] === kind);

describe('API v1: simulations', () => {
  let shop: FakeApi;
  let room: SimulationRoom;
  let api: Asker;
  let now = Date.UTC(2026, 5, 1, 12);
  const closing: (() => Promise<void>)[] = [];
  before(async () => {
    let failures = 1;
    shop = await fakeApi((request, response) => {
      const fails = request.url === '/orders/BAD' && (failures -= 1) >= 0;
      response.writeHead(fails ? 500 : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ status: 'shipped', echo: request.headers.authorization }));
    });
    const { caller, close } = localCaller({ secrets: { shop_key: KEY } });
    room = roomOf({ library: libraryOf(ORDERS(shop.origin), PAY), caller, now: () => now });
    const router = express.Router();
    addSimulationRoutes(router, () => (_request, _response, next) => next(), room);
    const served = await listening(createServer(createWeb([{ path: '/', router }], () => undefined)));
    api = new Asker(served.origin, null);
    closing.push(
      () => served.close(),
      close,
      () => shop.close(),
    );
  });
  after(async () => {
    for (const close of closing) await close();
  });

  const start = async (wanted: JsonObject): Promise<[id: string, answer: Answer]> => {
    const answer = await api.ask('POST', '/simulations', wanted);
    expect(answer.status, answer.text).to.equal(201);
    return [toText(answer.body['id']), answer];
  };
  const step = async (id: string, body: JsonObject): Promise<Answer> => {
    const answer = await api.ask('POST', `/simulations/${id}/steps`, body);
    expect(answer.status, answer.text).to.equal(200);
    return answer;
  };

  it('talks, presses, and shows blocks, rules, variables and the call with its secrets masked', async () => {
    const [id, began] = await start({
      flow: 'orders',
      channel: 'whatsapp',
      variables: { shop: 'Acme' },
      calls: 'real',
    });
    expect(texts(began)).to.deep.equal(['Which order of Acme?']);
    expect(trace(began, 'block_entered').map(({ block }) => block)).to.deep.equal(['number']);
    const told = await step(id, { user: 'A1' });
    expect(texts(told)).to.deep.equal(['It is shipped.', 'What now?']);
    const [call] = trace(told, 'call');
    expect(call).to.include({ block: 'look', by: 'api', method: 'GET', status: 200, result: 'answered', attempt: 1 });
    expect(call?.['ms']).to.be.a('number');
    expect(call?.['request']).to.have.nested.property('headers.Authorization', 'Bearer ***');
    expect(JSON.parse(toText(own(call?.['response'], 'body')))).to.deep.equal({
      status: 'shipped',
      echo: 'Bearer ***',
    });
    expect(shop.asked.at(-1)?.headers.authorization).to.equal(`Bearer ${KEY}`);
    expect(trace(told, 'variable_set').map(({ name }) => name)).to.include.members(['number', 'look']);
    // Four choices are over the buttons of WhatsApp, so they are shown as its list.
    const [, asked] = told.body['said'] as JsonObject[];
    expect(asked).to.have.nested.property('list.options').with.length(4);
    const bye = await step(id, { choice: 'Nothing' });
    expect(texts(bye)).to.deep.equal(['Bye.']);
    expect(trace(bye, 'rule_tested')).to.deep.include({
      kind: 'rule_tested',
      block: 'more',
      rule: 'equals Nothing',
      matched: true,
      reason: 'matched Nothing',
    });
    expect(bye.body['state']).to.deep.include({ flow: null, block: null });
    expect(JSON.stringify(api.heard)).to.not.contain(KEY);
  });

  it('a call without a mock fails as the network does, and says what to do', async () => {
    const [id] = await start({ flow: 'orders' });
    const asked = shop.asked.length;
    const told = await step(id, { user: 'A1' });
    expect(texts(told)).to.deep.equal(['/broken/', 'What now?']);
    const [call] = trace(told, 'call');
    expect(call).to.include({ by: 'nobody', result: 'failed', status: null, request: null });
    expect(call?.['reason']).to.contain('give the simulation a mock for it, or start it with real calls');
    expect(shop.asked).to.have.length(asked);
  });

  it('mocks answer first, as those of a flow test', async () => {
    const reply = { json: { status: 'mocked' } };
    const [id] = await start({ flow: 'orders', calls: 'real', mocks: [{ on: 'look', reply }] });
    const asked = shop.asked.length;
    expect(texts(await step(id, { user: 'A1' }))).to.deep.equal(['It is mocked.', 'What now?']);
    expect(shop.asked).to.have.length(asked);
  });

  it('sets, goes to a block, lets time pass, hands over and back, resets', async () => {
    const [id] = await start({ flow: 'orders', mocks: [{ on: 'look', reply: { json: { status: 'x' } } }] });
    expect(texts(await step(id, { set: { shop: 'Other', number: 'B2' } }))).to.deep.equal([]);
    expect((await step(id, { goto: 'number' })).body).to.have.deep.nested.property(
      'said[0].text',
      'Which order of Other?',
    );
    const team = await step(id, { goto: 'team' });
    expect(team.body['team']).to.deep.equal([{ channel: 'slack', event: 'opened', message: { text: 'about B2' } }]);
    expect(texts(await step(id, { agent: 'I am Bo.' }))).to.deep.equal(['I am Bo.']);
    expect(texts(await step(id, { handback: true }))).to.deep.equal(['Back by human.', 'Bye.']);
    expect(texts(await step(id, { start: { variables: { shop: 'Third' } } }))).to.deep.equal(['Which order of Third?']);
    expect(texts(await step(id, { advance: '9m' }))).to.deep.equal([]);
    const late = await step(id, { advance: '1m' });
    expect(texts(late)[0]).to.match(/^Too late at /);
    expect(late.body).to.have.nested.property('state.now', new Date(now + 600_000).toISOString());
    expect(texts(await step(id, { reset: true }))).to.deep.equal(['Which order of none?']);
    const shown = await api.ask('GET', `/simulations/${id}`);
    expect(shown.body['dialogue']).to.have.length(1);
  });

  it('is resumed by the token it has read, and by events', async () => {
    const [id] = await start({ flow: 'pay' });
    expect(texts(await step(id, { resume: { amount: 5 } }))).to.deep.equal(['Thanks.']);
    const [other] = await start({ flow: 'pay' });
    expect(texts(await step(other, { event: { name: 'paid' } }))).to.deep.equal(['Thanks.']);
  });

  it('becomes a flow test that passes', async function () {
    this.timeout(20_000);
    const variables = { shop: 'A "quoted" @shop: yes' };
    const [id] = await start({ flow: 'orders', channel: 'whatsapp', variables, calls: 'real' });
    for (const body of [{ user: 'BAD' }, { choice: 'Again' }, { user: '- A1: # x' }, { set: { number: 7 } }] as const)
      await step(id, body);
    await step(id, { goto: 'broken' });
    await step(id, { user: { choice: 'Person', text: 'Person' } });
    await step(id, { user: 'anybody?' });
    await step(id, { event: { handback: true } });
    const [pay] = await start({ flow: 'pay' });
    await step(pay, { resume: true });
    const dir = await mkdtemp(join(tmpdir(), 'parley-saved-'));
    try {
      for (const [name, one] of Object.entries({ orders: id, pay })) {
        const { status, text, headers } = await api.ask('GET', `/simulations/${one}/test?name=saved`);
        expect([status, headers.get('content-type')]).to.deep.equal([200, 'application/yaml; charset=utf-8']);
        expect(text)
          .to.match(/^# yaml.*\ntest: saved\n/)
          .and.not.contain(KEY);
        await writeFile(join(dir, `${name}.test.yaml`), text);
      }
      await writeFile(join(dir, 'orders.yaml'), ORDERS(shop.origin));
      await writeFile(join(dir, 'pay.yaml'), PAY);
      const tests = ['orders.test.yaml', 'pay.test.yaml'].map((name) => join(dir, name));
      const { code, out, err } = await parley(['test', ...tests], { cwd: dir, env: { FLOWS_DIR: dir } });
      expect([code, out.trimEnd().split('\n').at(-1)], out + err).to.deep.equal([0, '2 passed, 0 failed']);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  const WRONG: readonly (readonly [body: JsonObject, status: number, says: string])[] = [
    [{}, 400, 'flow: '],
    [{ flow: 'order' }, 404, 'did you mean \\"orders\\"'],
    [{ flow: 'orders', channel: 'wep' }, 400, 'did you mean \\"web\\"'],
    [{ flow: 'orders', channel: 'slack' }, 400, 'does not speak slack'],
    [{ flow: 'orders', block: 'numbr' }, 404, 'did you mean \\"number\\"'],
    [{ flow: 'orders', calls: 'yes' }, 400, 'calls: '],
    [{ flow: 'orders', mocks: [{ on: 'look' }] }, 400, 'mocks.0: a mock has either reply or replies'],
    [{ flow: 'orders', variables: { 'no name': 1 } }, 400, 'variables.no name'],
    [JSON.parse('{"flow":"orders","variables":{"__proto__":{}}}') as JsonObject, 400, '__proto__'],
  ];
  for (const [body, status, says] of WRONG)
    it(`refuses to start with ${JSON.stringify(body)}`, async () => {
      const answer = await api.ask('POST', '/simulations', body);
      expect(answer.status).to.equal(status);
      expect(answer.text).to.contain(says);
    });

  const STEPS: readonly (readonly [body: JsonObject, status: number, says: string])[] = [
    [{}, 400, 'a step has exactly one of'],
    [{ user: 'a', choice: 'b' }, 400, 'a step has exactly one of'],
    [{ say: 'a' }, 400, 'say'],
    [{ advance: 'soon' }, 400, 'advance: write a number and a unit'],
    [{ goto: 'nowhere' }, 404, 'has no block'],
    [{ resume: true }, 409, 'nobody could resume it'],
    [{ user: { code: 'right' } }, 409, 'no code was sent'],
  ];
  for (const [body, status, says] of STEPS)
    it(`refuses the step ${JSON.stringify(body)}, and nothing has changed`, async () => {
      const [id] = await start({ flow: 'orders' });
      const answer = await api.ask('POST', `/simulations/${id}/steps`, body);
      expect([answer.status, answer.text]).to.satisfy(
        ([code, text]: [number, string]) => code === status && text.includes(says),
        answer.text,
      );
      expect((await api.ask('GET', `/simulations/${id}`)).body['dialogue']).to.have.length(1);
    });

  it('takes one step at a time, in order', async () => {
    const [id] = await start({ flow: 'orders', calls: 'real' });
    const both = [step(id, { user: 'A1' }), step(id, { choice: 'Again' }), step(id, { user: 'A2' })];
    expect((await Promise.all(both)).map((answer) => texts(answer).at(-1))).to.deep.equal([
      'What now?',
      'Which order of none?',
      'What now?',
    ]);
  });

  it('ends when it is deleted, after an hour of silence, and there are 100 at most', async () => {
    now += 2 * 3_600_000;
    const ids: string[] = [];
    for (let i = 0; i < 100; i += 1) ids.push((await start({ flow: 'pay' }))[0]);
    const full = await api.ask('POST', '/simulations', { flow: 'pay' });
    expect([full.status, full.text]).to.deep.include(503);
    expect(full.text).to.contain('100 simulations already');
    const [first = '', second = ''] = ids;
    expect((await api.ask('DELETE', `/simulations/${first}`)).status).to.equal(204);
    expect((await api.ask('GET', `/simulations/${first}`)).status).to.equal(404);
    await start({ flow: 'pay' });
    now += 3_599_000;
    await step(second, { event: { name: 'nothing' } });
    now += 2000;
    expect((await api.ask('GET', `/simulations/${ids[2]}`)).text).to.contain('It ends after an hour');
    expect((await api.ask('GET', `/simulations/${second}`)).status).to.equal(200);
  });
});
