import { expect } from 'chai';
import { shownText } from '../../src/domain/call.ts';
import type { CallOutcome } from '../../src/domain/call.ts';
import { FORBIDDEN_NAMES } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { Simulator } from '../../src/testing/simulator.ts';
import { FrozenWorld } from '../../src/testing/world.ts';

function simulate(text: string): Simulator {
  const { flow, diagnostics } = compileFlow(text, 'test.yaml');
  if (flow === null) throw new Error(JSON.stringify(diagnostics));
  const sent: CallOutcome = { kind: 'answered', status: 200, headers: {}, body: '' };
  const simulator = new Simulator({
    flows: { current: (id) => (id === flow.id ? flow : undefined), all: () => [flow] },
    world: new FrozenWorld(),
    channel: 'web',
    answer: () => sent,
  });
  simulator.start(flow.id);
  return simulator;
}

/** The conversation as a store would hand it back. */
function restart(simulator: Simulator): void {
  simulator.conversation = JSON.parse(JSON.stringify(simulator.conversation)) as Simulator['conversation'];
}

const said = (simulator: Simulator): string[] => simulator.said.map(({ message }) => message.text ?? '');

const LANDBOT = `flow: pay
blocks:
  - id: request
    type: webhook
    url: https://pay.example/start
    body: { bot_id: "@bot_id", block_id: "@block_id", customer_id: "@id", resume: "@resume.url", token: "@Resume.token" }
    on_failure: end
  - { id: paid, type: wait_for_event }
  - { id: shown, type: question, text: "@paid.data" }
`;

describe('wait_for_event: what an external system gets and gives', () => {
  it('L2: the request carries the three ids and a way back', () => {
    const request = simulate(LANDBOT).calls[0]?.request;
    if (request?.type !== 'webhook') throw new Error('no request');
    const body = JSON.parse(shownText(request.body ?? '')) as Record<string, string>;
    expect(body).to.include({ bot_id: 'pay', block_id: 'request', customer_id: 'web:test' });
    expect(body['resume']).to.equal(`http://parley.test/api/v1/resume/${body['token']}`);
  });

  it('one record leads from the token to the session, however often it is read', () => {
    const simulator = simulate(LANDBOT);
    const { session } = simulator.conversation;
    expect(simulator.token).to.deep.equal({ session: session?.id, number: 1 });
    expect(JSON.stringify(simulator.conversation)).not.to.contain('/api/v1/resume/');
  });

  it('names that reach the machinery are refused, whoever sends them', () => {
    for (const name of FORBIDDEN_NAMES) {
      const simulator = simulate(LANDBOT);
      const variables = JSON.parse(`{"${name}": {"polluted": true}, "fine": 1}`) as JsonObject;
      expect(simulator.resume(variables)).to.equal(true);
      expect(said(simulator)).to.deep.equal(['{"fine":1}']);
      expect(Object.keys(simulator.conversation.session?.variables ?? {})).not.to.include(name);
      expect(({} as JsonObject)['polluted']).to.equal(undefined);
    }
  });
});

const PHONE = `flow: verify
blocks:
  - { id: phone, type: phone_validator, phone: "+573001112233", attempts: 2, on_valid: good, on_invalid: bad }
  - { id: good, type: end, text: good }
  - { id: bad, type: end, text: bad }
`;

describe('phone_validator: what is kept', () => {
  it('TF13: the code stands nowhere: not in the session, its messages, its variables or what is owed', () => {
    const simulator = simulate(PHONE);
    const code = simulator.code();
    expect(code).to.match(/^\d{6}$/);
    const { conversation, calls, lines, events } = simulator;
    expect(JSON.stringify({ conversation, calls, lines, events })).not.to.contain(code);
  });

  it('TF13: attempts outlive a restart', () => {
    const simulator = simulate(PHONE);
    simulator.message({ text: '0000' });
    restart(simulator);
    simulator.message({ text: '0000' });
    expect(said(simulator).at(-1)).to.equal('bad');
  });

  it('TF13: a new code makes the one before it bad', () => {
    const simulator = simulate(PHONE);
    const first = simulator.code() ?? '';
    simulator.message({ text: 'Send a new code', choice: 'resend' });
    restart(simulator);
    const second = simulator.code() ?? '';
    expect(second).not.to.equal(first);
    simulator.message({ text: first });
    expect(said(simulator).at(-1)).to.match(/not the code/);
    simulator.message({ text: second });
    expect(said(simulator).at(-1)).to.equal('good');
  });

  it('when codes were sent is kept with the contact, and flows do not see it', () => {
    const simulator = simulate(PHONE.replace('text: good', 'text: "@contact"'));
    simulator.message({ text: simulator.code() ?? '' });
    expect(simulator.conversation.contact.fields).to.deep.equal({ _codes: [Date.UTC(2026, 0, 5, 9)] });
    expect(said(simulator).at(-1)).to.equal('{"id":"web:test","name":null}');
  });
});
