import { expect } from 'chai';
import type { Flow } from '../../src/domain/flow.ts';
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
  const live = { current: (id: string) => flows.find((flow) => flow.id === id), all: () => flows };
  return new Simulator({
    flows: live,
    world: new FrozenWorld(),
    channel: 'web',
    answer: () => ({ kind: 'failed', code: 'network', reason: 'nobody' }),
  });
}

const said = (simulator: Simulator): string[] => simulator.said.map(({ message }) => message.text ?? '');
const errors = (simulator: Simulator): string[] =>
  simulator.events.flatMap((event) => (event.kind === 'error' ? [`${event.code}: ${event.text}`] : []));

const LOOP = `flow: loop
SETTINGS
blocks:
  - { id: a, type: condition, cases: [ { if: "false", next: out } ], else: b }
  - { id: b, type: condition, cases: [ { if: "false", next: out } ], else: a }
  - { id: out, type: end, text: out }
`;

describe('engine: brakes', () => {
  it('stops a flow that goes round, naming the blocks of the round', () => {
    const simulator = simulate(LOOP.replace('SETTINGS', ''));
    simulator.start('loop');
    expect(errors(simulator)).to.deep.equal(['endless_loop: more than 100 blocks in one turn; going round: a → b']);
    expect(said(simulator)).to.deep.equal(['Sorry, something went wrong here. Please try again later.']);
    expect(simulator.conversation.session).to.equal(null);
  });

  it('gives on_error a chance, but only one', () => {
    const simulator = simulate(LOOP.replace('SETTINGS', 'settings: { on_error: a }'));
    simulator.start('loop');
    expect(errors(simulator)).to.have.length(2);
    expect(simulator.conversation.session).to.equal(null);
  });

  it('stops a session that visits a thousand blocks', () => {
    const simulator = simulate(
      'flow: long\nblocks:\n  - { id: q, type: question, text: "?", next: m }\n  - { id: m, type: message, text: m, next: q }\n',
    );
    simulator.start('long');
    for (let i = 0; i < 499; i += 1) simulator.message({ text: 'x' });
    expect(simulator.conversation.session?.visits).to.equal(999);
    simulator.message({ text: 'x' });
    expect(errors(simulator)[0]).to.match(/^endless_loop: more than 1000 blocks in one session/);
    expect(simulator.conversation.session).to.equal(null);
  });
});

describe('engine: a session that used up its visits', () => {
  it('ends after its on_error had its say, however often the contact writes', () => {
    const simulator = simulate(
      'flow: long\nsettings: { on_error: sorry }\nblocks:\n  - { id: q, type: question, text: "?", next: m }\n  - { id: m, type: message, text: m, next: q }\n  - { id: sorry, type: message, text: sorry, next: q }\n',
    );
    simulator.start('long');
    for (let i = 0; i < 500; i += 1) simulator.message({ text: 'x' });
    expect(said(simulator).slice(-2)).to.deep.equal(['sorry', '?']);
    expect(simulator.conversation.session).to.equal(null);
  });
});

describe('engine: sessions', () => {
  const FLOW = `flow: f
settings: { expire_after: 1h, on_expire: late, exit_keywords: [stop] }
triggers: [ { catch_all: true } ]
blocks:
  - { id: q, type: question, text: "?" }
  - { id: end, type: end, text: done }
  - { id: late, type: end, text: too late }
`.replace('id: end, type', 'id: fin, type');

  it('an expired session goes to on_expire, at its time', () => {
    const simulator = simulate(FLOW);
    simulator.start('f');
    simulator.advance(59 * 60_000);
    expect(said(simulator)).to.deep.equal(['?']);
    simulator.advance(2 * 60_000);
    expect(said(simulator)).to.deep.equal(['?', 'too late']);
    expect(simulator.conversation.session).to.equal(null);
  });

  it('an answer puts the expiry off; ended sessions leave room for a trigger', () => {
    const simulator = simulate(FLOW);
    simulator.message({ text: 'hi' });
    simulator.message({ text: 'answer' });
    expect(said(simulator)).to.deep.equal(['?', 'done']);
    simulator.message({ text: 'again' });
    expect(said(simulator)).to.deep.equal(['?', 'done', '?']);
  });

  it('an exit keyword leaves, whatever its capitals and accents', () => {
    const simulator = simulate(FLOW);
    simulator.start('f');
    simulator.message({ text: '  ¡STÓP! ' });
    expect(simulator.conversation.session).to.equal(null);
  });

  it('a new start replaces what was running', () => {
    const simulator = simulate(FLOW);
    simulator.start('f');
    simulator.start('f');
    expect(simulator.events.filter((event) => event.kind === 'session_ended')).to.deep.equal([
      { kind: 'session_ended', flow: 'f', how: 'replaced' },
    ]);
  });

  it('the answer of a call that nobody waits for any more is ignored', () => {
    const simulator = simulate(FLOW);
    simulator.start('f');
    simulator.take({
      kind: 'call',
      id: 'x',
      at: 0,
      key: 'old',
      cause: 'x',
      outcome: { kind: 'timed_out', reason: 'late' },
    });
    expect(simulator.conversation.session?.block).to.equal('q');
  });

  it('a message that no flow takes is kept in the transcript', () => {
    const simulator = simulate(FLOW.replace('triggers: [ { catch_all: true } ]', ''));
    simulator.message({ text: 'hello?' });
    expect(simulator.lines.map(({ kind }) => kind)).to.deep.equal(['in']);
  });

  it('the same position, entry and world give the same turn', () => {
    const run = (): unknown => {
      const simulator = simulate(FLOW);
      simulator.start('f');
      simulator.message({ text: 'x' });
      return { lines: simulator.lines, events: simulator.events, conversation: simulator.conversation };
    };
    expect(run()).to.deep.equal(run());
  });
});

describe('routing', () => {
  const flow = (id: string, triggers: string, channels = ''): string =>
    `flow: ${id}\n${channels}triggers: ${triggers}\nblocks: [ { id: a, type: end, text: ${id} } ]\n`;
  const first = (text: string, ...flows: readonly string[]): string | undefined => {
    const simulator = simulate(...flows);
    simulator.message({ text });
    return said(simulator)[0];
  };

  it('the longest keyword wins, then new_contact, then catch_all', () => {
    const flows = [
      flow('all', '[ { catch_all: true } ]'),
      flow('long', '[ { keywords: [log in] } ]'),
      flow('short', '[ { keywords: [log] } ]'),
    ];
    expect(first('LOG IN please', ...flows)).to.equal('long');
    expect(first('log out', ...flows)).to.equal('short');
    expect(first('please log in', ...flows)).to.equal('all');
    expect(first('hello', ...flows, flow('new', '[ { new_contact: true } ]'))).to.equal('new');
  });

  it('a flow for another channel is not started here', () => {
    expect(
      first(
        'hi',
        flow('wa', '[ { catch_all: true } ]', 'channels: [whatsapp]\n'),
        flow('web', '[ { catch_all: true } ]'),
      ),
    ).to.equal('web');
  });
});
