import { expect } from 'chai';
import type { Json } from '../../src/domain/json.ts';
import { flowsTaking, flowsUsing } from '../../src/wiring/uses.ts';
import type { WrittenFlow } from '../../src/wiring/uses.ts';

function flow(id: string, ...blocks: readonly Json[]): WrittenFlow {
  return { id, data: { flow: id, blocks } };
}

const call = { type: 'custom_integration', integration: 'shop', action: 'find' };
const FLOWS = [
  flow('main', { ...call, credential: 'main' }),
  flow('test', { ...call, credential: 'test' }, { type: 'message', text: 'main' }),
  flow('unnamed', call),
  flow('other', { ...call, integration: 'crm', credential: 'main' }),
  flow('none', { type: 'message', text: 'shop main' }),
];

describe('which flows use a secret', () => {
  it('TC3: blocks that name the credential count', () => {
    expect(flowsUsing(FLOWS, 'shop', 'main', false)).to.deep.equal(['main']);
    expect(flowsUsing(FLOWS, 'shop', 'test', false)).to.deep.equal(['test']);
    expect(flowsUsing(FLOWS, 'shop', 'nobody', false)).to.deep.equal([]);
  });

  it('TC4: blocks that name none count for the only one', () => {
    expect(flowsUsing(FLOWS, 'shop', 'main', true)).to.deep.equal(['main', 'unnamed']);
  });

  const TEXTS: readonly [text: string, taken: boolean][] = [
    ['Bearer @secret.crm_key', true],
    ['@secret.crm_key', true],
    ['x@secret.crm_key.', true],
    ['@(upper(secret.crm_key))', true],
    ['@(secret.crm_key)', true],
    ['@secret.crm_key2', false],
    ['@secret.crm', false],
    ['secret.crm_key', false],
  ];
  for (const [text, taken] of TEXTS)
    it(`${text} ${taken ? 'takes' : 'does not take'} the secret crm_key`, () => {
      const flows = [flow('f', { type: 'webhook', headers: { A: [text] } })];
      expect(flowsTaking(flows, 'crm_key')).to.deep.equal(taken ? ['f'] : []);
    });
});
