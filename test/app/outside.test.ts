import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

const TOKEN = 'an-admin-token-for-tests';

const PAY = `flow: pay
variables: { data: { type: array, default: {} } }
blocks:
  - { id: wait_please, type: message, text: "Wait, please. @id @bot_id", next: wait }
  - { id: status, type: formula, expression: 'get(data, "status")' }
  - id: which
    type: condition
    cases:
      - { value: "@status", equals: paid, next: thanks }
    else: sorry
  - { id: thanks, type: end, text: "Thank you, it is paid." }
  - { id: sorry, type: end, text: "It is @status." }
`;

const RESUME = `flow: resume
settings: { expire_after: 48h }
variables: { amount: { type: integer } }
blocks:
  - { id: link, type: message, text: "@resume.url" }
  - { id: q, type: question, text: "Ready?" }
  - { id: park, type: wait_for_event, events: [payment.settled], timeout: { after: 24h, next: late } }
  - { id: told, type: message, text: "Paid: @amount @park.via @park.event" }
  - { id: again, type: question, text: "More?", next: told }
  - { id: late, type: end, text: "Too late." }
`;

const EVENT = `flow: settled
triggers: [ { event: order.shipped } ]
blocks:
  - { id: told, type: end, text: "Your order has left us." }
`;

const HUMAN = `flow: human
blocks:
  - { id: team, type: handoff, message: "A colleague takes over." }
  - { id: back, type: end, text: "Back with me: @team.returned_by" }
`;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe('conversations, moved from outside', () => {
  let on: TestApp;
  let visitor: Visitor;

  beforeEach(async () => {
    on = await startApp(
      { 'pay.yaml': PAY, 'resume.yaml': RESUME, 'settled.yaml': EVENT, 'human.yaml': HUMAN },
      { env: { ADMIN_TOKEN: TOKEN } },
    );
    visitor = new Visitor(on.url);
  });
  afterEach(() => on.close());

  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(on.url + path, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  const contact = (): string => encodeURIComponent(`web:${webAddress(visitor.session)}`);

  /** Everything the visitor has been told so far. */
  const told = async (): Promise<string[]> => {
    await on.app.idle();
    const turns = on.turns.flatMap(({ lines }) => lines);
    return turns.flatMap((line) => (line.kind === 'out' ? [line.message.text ?? ''] : []));
  };

  it('L5-L12: Landbot\'s "set" and "go", with the paths, headers and bodies of the seed', async () => {
    await visitor.start('pay');
    const id = contact();
    const landbot = { Authorization: `Token ${TOKEN}` };
    const set = await send(
      'PUT',
      `/v1/customers/${id}/fields/data/`,
      { type: 'object', extra: {}, value: { status: 'paid' } },
      landbot,
    );
    expect(set.status).to.equal(200);
    const go = await send('PUT', `/v1/customers/${id}/assign_bot/pay/`, { launch: true, node: 'status' }, landbot);
    expect(go.status).to.equal(200);
    expect((await told()).at(-1)).to.equal('Thank you, it is paid.');
  });

  const REFUSED: readonly [string, string, string, unknown, number][] = [
    ['L7: a variable that does not exist', 'PUT', 'fields/nothing/', { type: 'string', value: 'x' }, 404],
    ['L7: a value that is not of the type', 'PUT', 'fields/data/', { type: 'object', value: 'x' }, 400],
    ['L7: a type nobody knows', 'PUT', 'fields/data/', { type: 'thing', value: 'x' }, 400],
    ['L9: launch false', 'PUT', 'assign_bot/pay/', { launch: false, node: 'status' }, 400],
    ['L9: launch missing', 'PUT', 'assign_bot/pay/', { node: 'status' }, 400],
    ['L8: a bot that does not exist', 'PUT', 'assign_bot/nothing/', { launch: true, node: 'status' }, 404],
    ['L8: a node that does not exist', 'PUT', 'assign_bot/pay/', { launch: true, node: 'nothing' }, 404],
    ['a name that reaches into the machinery', 'PUT', 'fields/__proto__/', { type: 'string', value: 'x' }, 404],
  ];
  for (const [what, method, path, body, status] of REFUSED) {
    it(`${what}: ${status}, and nothing moves`, async () => {
      await visitor.start('pay');
      const before = (await told()).length;
      const answer = await send(method, `/v1/customers/${contact()}/${path}`, body);
      expect(answer.status).to.equal(status);
      expect(answer.body).to.have.nested.property('error.message');
      expect(await told()).to.have.length(before);
    });
  }

  it('L6: without a token, or with a wrong one, it is 401', async () => {
    await visitor.start('pay');
    const path = `/v1/customers/${contact()}/fields/data/`;
    for (const Authorization of ['Token wrong-token-of-some-length', 'Basic x', ''])
      expect((await send('PUT', path, { type: 'object', value: {} }, { Authorization })).status).to.equal(401);
  });

  const tokenOf = (texts: readonly string[]): string => new URL(texts[0] ?? '').pathname.split('/').at(-1) ?? '';

  it('D7: a resume sets and goes in one step, once', async () => {
    const token = tokenOf(await visitor.start('resume'));
    await visitor.say('yes');
    const path = `/api/v1/resume/${token}`;
    const noAuth = { Authorization: '' };
    expect((await send('POST', path, { variables: { amount: 12 } }, noAuth)).status).to.equal(200);
    expect((await told()).slice(-2)).to.deep.equal(['Paid: 12 resume ', 'More?']);
    expect((await send('POST', path, { variables: { amount: 13 } }, noAuth)).status).to.equal(409);
    expect((await send('POST', '/api/v1/resume/nobody-made-this', {}, noAuth)).status).to.equal(404);
  });

  it('D7: the same Idempotency-Key gets the same answer, another one 409', async () => {
    const token = tokenOf(await visitor.start('resume'));
    await visitor.say('yes');
    const path = `/api/v1/resume/${token}`;
    const once = { 'Idempotency-Key': 'payment-1' };
    const [first, second] = [await send('POST', path, {}, once), await send('POST', path, {}, once)];
    expect([first.status, second.status]).to.deep.equal([200, 200]);
    expect((await send('POST', path, {}, { 'Idempotency-Key': 'payment-2' })).status).to.equal(409);
    expect((await told()).filter((text) => text.startsWith('Paid'))).to.have.length(1);
  });

  it('D7: a hundred resumes at once count as one', async () => {
    const token = tokenOf(await visitor.start('resume'));
    await visitor.say('yes');
    const all = await Promise.all(Array.from({ length: 100 }, () => send('POST', `/api/v1/resume/${token}`, {})));
    expect(all.filter(({ status }) => status === 200)).to.have.length(1);
    expect(all.filter(({ status }) => status === 409)).to.have.length(99);
    expect((await told()).filter((text) => text.startsWith('Paid'))).to.have.length(1);
  });

  it('D7: a resume that comes before the wait is kept and applied', async () => {
    const token = tokenOf(await visitor.start('resume'));
    expect((await send('POST', `/api/v1/resume/${token}`, { variables: { amount: 7 } })).status).to.equal(200);
    expect(await visitor.say('yes')).to.deep.equal(['Paid: 7 resume ', 'More?']);
  });

  it('an event moves on whoever waits for it, and starts a flow that is triggered by it', async () => {
    await visitor.start('resume');
    await visitor.say('yes');
    const name = `web:${webAddress(visitor.session)}`;
    const raised = await send('POST', '/api/v1/events', { event: 'payment.settled', contact: name, data: { n: 1 } });
    expect(raised).to.deep.equal({ status: 202, body: { contacts: 1 } });
    expect((await told()).at(-2)).to.equal('Paid:  event payment.settled');
    await send('POST', '/api/v1/events', { event: 'order.shipped', contact: name });
    expect((await told()).at(-1)).to.equal('Your order has left us.');
  });

  it('an event without a contact reaches everybody who waits for it', async () => {
    const visitors = [new Visitor(on.url), new Visitor(on.url)];
    for (const each of visitors) {
      await each.start('resume');
      await each.say('yes');
    }
    await visitor.start('pay');
    const raised = await send('POST', '/api/v1/events', { event: 'payment.settled', data: null });
    expect(raised.body).to.deep.equal({ contacts: 2 });
  });

  it('a flow is started for a contact, with variables, and once for one key', async () => {
    await visitor.start('resume');
    const path = `/api/v1/contacts/${contact()}/start`;
    const once = { 'Idempotency-Key': 'k' };
    const body = { flow: 'pay', block: 'sorry', variables: { status: 'late' } };
    expect((await send('POST', path, body, once)).status).to.equal(202);
    expect((await send('POST', path, body, once)).status).to.equal(202);
    expect((await told()).filter((text) => text === 'It is late.')).to.have.length(1);
    expect((await send('POST', path, { flow: 'nothing' })).status).to.equal(404);
    expect((await send('POST', path, { flow: 'pay', block: 'nothing' })).status).to.equal(404);
    expect((await send('POST', '/api/v1/contacts/nobody/start', { flow: 'pay' })).status).to.equal(400);
  });

  it('a person of the team takes over, writes, and gives the conversation back', async () => {
    await visitor.start('human');
    expect(await visitor.say('I need help')).to.deep.equal([]);
    expect((await send('POST', `/api/v1/contacts/${contact()}/messages`, { text: 'Ana here.' })).status).to.equal(202);
    expect((await told()).at(-1)).to.equal('Ana here.');
    expect((await send('POST', `/api/v1/contacts/${contact()}/return`)).status).to.equal(202);
    expect((await told()).at(-1)).to.equal('Back with me: human');
    expect((await send('POST', `/api/v1/contacts/${contact()}/return`)).status).to.equal(409);
  });

  it('fields of a contact are changed', async () => {
    await visitor.start('pay');
    expect((await send('PATCH', `/api/v1/contacts/${contact()}/fields`, { plan: 'gold' })).status).to.equal(202);
    await on.app.idle();
    const { body } = await send('GET', `/api/v1/contacts/${contact()}`);
    expect(body).to.deep.include({ fields: { plan: 'gold' } });
    const refused = await send('PATCH', `/api/v1/contacts/${contact()}/fields`, JSON.parse('{"a":{"__proto__":1}}'));
    expect(refused.status).to.equal(400);
  });
});
