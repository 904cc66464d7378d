import { expect } from 'chai';
import type { JsonObject } from '../../src/domain/json.ts';
import { SimulationServer, texts } from './simulations-kit.ts';

describe('API v1: simulations, what is refused and how many there are', () => {
  let server: SimulationServer;
  before(async () => (server = await SimulationServer.open()));
  after(() => server.close());

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
      const answer = await server.api.ask('POST', '/simulations', body);
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
      const [id] = await server.start({ flow: 'orders' });
      const answer = await server.api.ask('POST', `/simulations/${id}/steps`, body);
      expect([answer.status, answer.text]).to.satisfy(
        ([code, text]: [number, string]) => code === status && text.includes(says),
        answer.text,
      );
      expect((await server.api.ask('GET', `/simulations/${id}`)).body['dialogue']).to.have.length(1);
    });

  it('takes one step at a time, in order', async () => {
    const [id] = await server.start({ flow: 'orders', calls: 'real' });
    const both = [
      server.step(id, { user: 'A1' }),
      server.step(id, { choice: 'Again' }),
      server.step(id, { user: 'A2' }),
    ];
    expect((await Promise.all(both)).map((answer) => texts(answer).at(-1))).to.deep.equal([
      'What now?',
      'Which order of none?',
      'What now?',
    ]);
  });

  it('ends when it is deleted, after an hour of silence, and there are 100 at most', async () => {
    server.now += 2 * 3_600_000;
    const ids: string[] = [];
    for (let i = 0; i < 100; i += 1) ids.push((await server.start({ flow: 'pay' }))[0]);
    const full = await server.api.ask('POST', '/simulations', { flow: 'pay' });
    expect([full.status, full.text]).to.deep.include(503);
    expect(full.text).to.contain('100 simulations already');
    const [first = '', second = ''] = ids;
    expect((await server.api.ask('DELETE', `/simulations/${first}`)).status).to.equal(204);
    expect((await server.api.ask('GET', `/simulations/${first}`)).status).to.equal(404);
    await server.start({ flow: 'pay' });
    server.now += 3_599_000;
    await server.step(second, { event: { name: 'nothing' } });
    server.now += 2000;
    expect((await server.api.ask('GET', `/simulations/${ids[2]}`)).text).to.contain('It ends after an hour');
    expect((await server.api.ask('GET', `/simulations/${second}`)).status).to.equal(200);
  });
});
