import { expect } from 'chai';
import { stringify } from 'yaml';
import type { CallOutcome } from '../../src/domain/call.ts';
import type { Json } from '../../src/domain/json.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { Simulator } from '../../src/testing/simulator.ts';
import { FrozenWorld } from '../../src/testing/world.ts';
import { integrationOf, actionText } from '../integrations/compiled.ts';

const LARGE = 'x'.repeat(250_000);
const crm = integrationOf(
  actionText({
    request: { method: 'GET', endpoint: 'https://crm.example/' },
    outputs: ['a', 'b', 'c'].map((as) => ({ key: 'large', name: as, type: 'string', as })),
  }),
);

const EXTERNAL = {
  type: 'external_web_call',
  method: 'GET',
  url: 'https://x.example/',
  response_variables: { a: 'large', b: 'large', c: 'large' },
};

/** What a call block says after an answer that is allowed, and whose values together are not. */
function said(block: object, status: number, ends: object = {}): unknown {
  const blocks = [
    { id: 'call', ...block, on_success: 'fine', on_failure: 'failed', ...ends },
    { id: 'fine', type: 'end', text: 'fine' },
    { id: 'failed', type: 'end', text: 'failed @call.succeeded @call.status_code @call.error [@call.a]' },
    { id: 'invalid', type: 'end', text: 'invalid @call.succeeded @call.status_code @call.error [@call.a]' },
    { id: 'wrong', type: 'end', text: 'error' },
  ];
  const source = stringify({ flow: 'a', settings: { on_error: 'wrong' }, blocks });
  const { flow, diagnostics } = compileFlow(source, 'a.yaml');
  if (flow === null) throw new Error(JSON.stringify(diagnostics));
  const json: Json = { large: LARGE };
  const outcome: CallOutcome = { kind: 'answered', status, headers: {}, body: JSON.stringify(json), json };
  const simulator = new Simulator({
    flows: { current: () => flow, all: () => [flow], integration: () => crm },
    world: new FrozenWorld(),
    channel: 'web',
    answer: () => outcome,
  });
  simulator.start('a');
  return simulator.said.map(({ message }) => message.text);
}

describe('answers that are too large to be kept', () => {
  const why = 'what the answer holds is too much to keep: the value of "call" is larger than 600000 characters';

  for (const [name, block] of [
    ['external_web_call', EXTERNAL],
    ['custom_integration', { type: 'custom_integration', integration: 'crm', action: 'go' }],
  ] as const) {
    it(`${name} leaves by on_invalid_output, with what is known but for the answer`, () => {
      expect(said(block, 200, { on_invalid_output: 'invalid' })).to.deep.equal([`invalid false 200 ${why} []`]);
    });

    it(`${name} falls back to on_failure, and then to on_error`, () => {
      expect(said(block, 200)).to.deep.equal([`failed false 200 ${why} []`]);
      expect(said(block, 200, { on_failure: undefined })).to.deep.equal(['error']);
    });
  }

  it('an answer of another status is an HTTP error all the same', () => {
    expect(said(EXTERNAL, 500, { on_http_error: 'invalid' })).to.deep.equal([`invalid false 500 ${why} []`]);
  });
});
