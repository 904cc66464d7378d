import { expect } from 'chai';
import type { Flow } from '../../src/domain/flow.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { runTest } from '../../src/testing/runtest.ts';
import { readTestFile } from '../../src/testing/testfile.ts';

function flowOf(blocks: readonly JsonObject[], triggers: readonly JsonObject[] = []): Flow {
  const { flow, diagnostics } = compileFlow(JSON.stringify({ flow: 'a', triggers, blocks }), 'a.yaml');
  if (flow === null) throw new Error(JSON.stringify(diagnostics));
  return flow;
}

/** Why a test fails; undefined when it passes. */
function failure(flow: Flow, dialogue: readonly JsonObject[]): string | undefined {
  const file = readTestFile(JSON.stringify({ test: 't', flow: 'a', dialogue }), 't.yaml');
  if (!('tests' in file)) throw new Error(JSON.stringify(file));
  return runTest(file, 0, { current: () => flow, all: () => [flow] }).failure?.message;
}

const asks = flowOf([{ id: 'q', type: 'question', text: '?' }]);
const emits = flowOf([{ id: 'e', type: 'emit', event: 'x', data: { n: 1 } }]);
const starts = flowOf([{ id: 's', type: 'start_flow', flow: 'a', contact: 'web:other', variables: { n: 1 } }]);

describe('flow tests: steps from outside', () => {
  it('a resume without a token that was read, a code without one that was sent', () => {
    expect(failure(asks, [{ bot: '?' }, { event: { resume: 'x' } }])).to.match(/read neither @resume.url nor/);
    expect(failure(asks, [{ bot: '?' }, { user: { code: 'right' } }])).to.equal(
      'no code was sent that the contact could write',
    );
  });

  it('events and starts by their names, or with what is written of them', () => {
    for (const events of [['x'], [{ name: 'x' }], [{ name: 'x', data: { n: 1 } }]])
      expect(failure(emits, [{ start: true }, { expect: { events } }])).to.equal(undefined);
    for (const events of [[], ['y'], ['x', 'x'], [{ name: 'x', data: { n: 2 } }]])
      expect(failure(emits, [{ start: true }, { expect: { events } }])).to.match(/^events:/);
    for (const started of [['a'], [{ flow: 'a', contact: 'web:other' }], [{ flow: 'a', variables: { n: 1 } }]])
      expect(failure(starts, [{ start: true }, { expect: { started } }])).to.equal(undefined);
    for (const started of [[], ['b'], [{ flow: 'a', contact: 'web:test' }]])
      expect(failure(starts, [{ start: true }, { expect: { started } }])).to.match(/^started:/);
  });

  it('what the conversation waits for, and the JSON of the last webhook', () => {
    expect(failure(asks, [{ bot: '?' }, { expect: { waiting_for: 'human' } }])).to.equal(
      'waiting_for:\n  - "human"\n  + "reply"',
    );
    expect(failure(asks, [{ bot: '?' }, { expect: { extra: { a: 1 } } }])).to.equal('extra a:\n  - 1\n  + null');
  });

  it('flows that raise their own event without end are stopped', () => {
    const round = flowOf([{ id: 'e', type: 'emit', event: 'x' }], [{ event: 'x' }]);
    expect(failure(round, [{ event: { name: 'x' } }])).to.match(/more than 20 times/);
  });
});
