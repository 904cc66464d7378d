import { expect } from 'chai';
import type { CallOutcome } from '../../src/domain/call.ts';
import type { Entry } from '../../src/domain/entry.ts';
import type { Flow } from '../../src/domain/flow.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { Simulator } from '../../src/testing/simulator.ts';
import { FrozenWorld } from '../../src/testing/world.ts';

function flowOf(text: string): Flow {
  const { flow, diagnostics } = compileFlow(text, 'test.yaml');
  if (flow === null) throw new Error(JSON.stringify(diagnostics));
  return flow;
}

function simulate(...texts: readonly string[]): Simulator {
  const flows = texts.map(flowOf);
  const refused: CallOutcome = { kind: 'failed', code: 'network', reason: 'nobody' };
  return new Simulator({
    flows: { current: (id) => flows.find((flow) => flow.id === id), all: () => flows, integration: () => undefined },
    world: new FrozenWorld(),
    channel: 'web',
    answer: () => refused,
  });
}

const at = Date.UTC(2026, 0, 5, 9);
const said = (simulator: Simulator): string[] => simulator.said.map(({ message }) => message.text ?? '');
const notes = (simulator: Simulator): string[] =>
  simulator.events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));

const OPEN_END = `flow: pay
variables: { data: { type: object, default: {} } }
blocks:
  - { id: wait_please, type: message, text: "Wait, please.", next: wait }
  - { id: status, type: formula, expression: 'get(data, "status")' }
  - { id: told, type: end, text: "It is @status." }
`;

describe('engine: entries from outside', () => {
  it('L8: "set", then "go" at a block with the variables of the session (Landbot)', () => {
    const simulator = simulate(OPEN_END);
    simulator.start('pay');
    simulator.take({ kind: 'set', id: 's1', at, variables: { data: { status: 'paid' } } });
    expect(said(simulator)).to.deep.equal(['Wait, please.']);
    simulator.take({ kind: 'start', id: 'g1', at, flow: 'pay', block: 'status', keep: true });
    expect(said(simulator)).to.deep.equal(['Wait, please.', 'It is paid.']);
    expect(simulator.lines.filter((line) => line.kind === 'started')).to.have.length(1);
  });

  it('"go" without a session of that flow starts it at the block', () => {
    const simulator = simulate(OPEN_END);
    simulator.take({ kind: 'start', id: 'g1', at, flow: 'pay', block: 'told', keep: true });
    expect(said(simulator)).to.deep.equal(['It is .']);
  });

  it('a start without keep begins afresh', () => {
    const simulator = simulate(OPEN_END);
    simulator.start('pay');
    simulator.take({ kind: 'set', id: 's1', at, variables: { data: { status: 'paid' } } });
    simulator.take({ kind: 'start', id: 'g1', at, flow: 'pay', block: 'status' });
    expect(said(simulator).at(-1)).to.equal('It is .');
  });

  it('a resume that comes at an open end is kept for the wait, and its token counts once', () => {
    const simulator = simulate(OPEN_END);
    simulator.start('pay');
    const session = simulator.conversation.session?.id ?? '';
    const resume = (id: string, number: number): Entry => ({
      kind: 'resume',
      id,
      at,
      session,
      number,
      variables: { paid: true },
    });
    simulator.take(resume('r1', 1));
    expect(simulator.conversation.session).to.deep.include({ resumes: 1, early: { paid: true } });
    simulator.take(resume('r2', 1));
    expect(notes(simulator)).to.deep.equal(['ignored: a resume with a token that is used']);
    simulator.take({ ...resume('r3', 2), session: 'another' } as Entry);
    expect(simulator.conversation.session?.resumes).to.equal(1);
  });

  it('a person of the team is heard with and without a flow, and moves nothing', () => {
    const simulator = simulate(OPEN_END);
    simulator.take({ kind: 'agent', id: 'a1', at, message: { text: 'Hello from Ana.' } });
    simulator.start('pay');
    simulator.take({ kind: 'agent', id: 'a2', at, message: { text: 'Still here.' } });
    expect(said(simulator)).to.deep.equal(['Hello from Ana.', 'Wait, please.', 'Still here.']);
    expect(simulator.conversation.session?.block).to.equal('wait_please');
    expect(new Set(simulator.said.map(({ key }) => key)).size).to.equal(3);
  });

  it('fields are set with and without a flow', () => {
    const simulator = simulate(OPEN_END);
    simulator.take({ kind: 'set', id: 's1', at, fields: { plan: 'gold' } });
    simulator.start('pay');
    simulator.take({ kind: 'set', id: 's2', at, fields: { city: 'Bogotá' } });
    expect(simulator.conversation.contact.fields).to.deep.equal({ plan: 'gold', city: 'Bogotá' });
  });

  it('a reset ends the running flow without a word', () => {
    const simulator = simulate(OPEN_END);
    simulator.start('pay');
    simulator.take({ kind: 'reset', id: 'x', at });
    expect(simulator.conversation.session).to.equal(null);
    expect(said(simulator)).to.deep.equal(['Wait, please.']);
  });

  it('the hold message is said while the call of its key is owed, and only then', () => {
    const simulator = simulate(`flow: slow
blocks:
  - { id: hook, type: webhook, url: "https://api.example/x", on_failure: end }
  - { id: fin, type: end }
`);
    const text = 'One moment, please.';
    simulator.start('slow');
    simulator.take({ kind: 'hold', id: 'h1', at, key: 'unknown', cause: 's1', text });
    expect(said(simulator)).to.deep.equal([]);
  });

  it('a person on the phone takes over: the flow is silent, and goes on where it was when they give back', () => {
    const simulator = simulate(
      'flow: ask\nblocks:\n  - { id: q, type: question, text: "Name?" }\n  - { id: m, type: end, text: "Hi @q" }\n',
    );
    simulator.start('ask');
    simulator.take({ kind: 'takeover', id: 't1', at });
    simulator.message({ text: 'I talk with Ana' });
    expect(said(simulator)).to.deep.equal(['Name?']);
    expect(simulator.conversation.session?.wait.for).to.equal('human');
    simulator.take({ kind: 'handback', id: 'h1', at });
    simulator.message({ text: 'Ben' });
    expect(said(simulator)).to.deep.equal(['Name?', 'Hi Ben']);
  });

  it('after an hour of silence the conversation goes back by itself; each word of the person counts anew', () => {
    const simulator = simulate(
      'flow: ask\nblocks:\n  - { id: q, type: question, text: "Name?" }\n  - { id: m, type: end, text: "Hi @q" }\n',
    );
    simulator.start('ask');
    simulator.take({ kind: 'takeover', id: 't1', at });
    simulator.advance(50 * 60_000);
    simulator.take({ kind: 'takeover', id: 't2', at });
    simulator.advance(50 * 60_000);
    expect(simulator.conversation.session?.wait.for).to.equal('human');
    simulator.advance(11 * 60_000);
    expect(simulator.conversation.session?.wait.for).to.equal('reply');
  });

  it('what the contact writes to a person goes to the team, files included, and is not for the contact', () => {
    const simulator = simulate(
      'flow: help\nblocks:\n  - { id: team, type: handoff, to: slack, message: "One moment.", summary: "about @message.text" }\n  - { id: m, type: end, text: "Back." }\n',
    );
    simulator.start('help');
    const photo = { type: 'image', url: 'https://x.example/a.png' } as const;
    simulator.message({ text: 'it is broken', attachments: [photo] });
    simulator.take({ kind: 'handback', id: 'h1', at });
    expect(simulator.told.map(({ team, message }) => [team?.event, message.text ?? message.media?.url])).to.deep.equal([
      ['opened', 'about '],
      ['message', 'it is broken'],
      ['message', 'https://x.example/a.png'],
      ['closed', ''],
    ]);
    expect(said(simulator)).to.deep.equal(['One moment.', 'Back.']);
    expect(simulator.lines.filter((line) => line.kind === 'out')).to.have.length(2);
  });

  it('all variables together have a limit: the block that passes it fails, and the record stays small', () => {
    const big = 'x'.repeat(190_000);
    const sets = Array.from(
      { length: 20 },
      (_, i) => `  - { id: s${i}, type: set_variable, variable: v${i}, value: "@big" }\n`,
    );
    const simulator = simulate(
      `flow: big\nsettings: { on_error: sorry }\nvariables: { big: { type: string } }\nblocks:\n${sets.join('')}  - { id: done, type: end, text: done }\n  - { id: sorry, type: end, text: too much }\n`,
    );
    simulator.start('big', { variables: { big } });
    expect(said(simulator)).to.deep.equal(['too much']);
    const errors = simulator.events.flatMap((event) => (event.kind === 'error' ? [event.code] : []));
    expect(errors).to.deep.equal(['too_large']);
  });

  it('flows that start each other by events stop, with a clear error', () => {
    const flow = (id: string, on: string, emits: string): string =>
      `flow: ${id}\ntriggers: [ { event: ${on} } ]\nblocks:\n  - { id: raise, type: emit, event: ${emits} }\n`;
    const simulator = simulate(flow('ping', 'pong', 'ping'), flow('pong', 'ping', 'pong'));
    simulator.take({ kind: 'event', id: 'e', at, event: 'ping', data: null });
    const errors = simulator.events.filter((event) => event.kind === 'error');
    expect(errors.map(({ code }) => code)).to.deep.equal(['endless_events']);
  });

  it('what an event brings becomes variables of the flow that it starts', () => {
    const simulator = simulate(
      'flow: shipped\ntriggers: [ { event: shipped } ]\nvariables: { order: { type: string } }\nblocks:\n  - { id: told, type: message, text: "@order has left" }\n',
    );
    const data = JSON.parse('{"order":"A1","__proto__":{"x":1},"no name":2}') as JsonObject;
    simulator.take({ kind: 'event', id: 'e', at, event: 'shipped', data });
    expect(said(simulator)).to.deep.equal(['A1 has left']);
  });

  it('what nobody waits for is ignored, with a note', () => {
    const simulator = simulate(OPEN_END);
    simulator.start('pay');
    simulator.take({ kind: 'handback', id: 'b', at });
    simulator.take({ kind: 'event', id: 'e', at, event: 'payment.settled', data: null });
    expect(notes(simulator)).to.deep.equal([
      'ignored: a return of a conversation that no person has',
      'ignored: the event payment.settled',
    ]);
  });
});
