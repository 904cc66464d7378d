import { expect } from 'chai';
import { parse } from 'yaml';
import { yamlOf } from '../../src/commands/integrations.ts';
import { nameOf, newOutputs, outputsIn } from '../../src/commands/outputs.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import { candidatesOf } from '../../src/integrations/candidates.ts';
import { actionText, integrationOf } from '../integrations/compiled.ts';

const request = { method: 'GET', endpoint: 'https://crm.example/' };
const ANSWER = {
  id: 7,
  a: { id: 1, b: { id: 2 } },
  'x-custom': 'v',
  status_code: 200,
  error: null,
  true: 'yes',
  off: 1,
  _hidden: 1,
  '9 lives': 9,
  é: 1,
  ' ': 'blank',
  list: [[{ id: 3 }], 4],
  constructor: 'c',
};

describe('outputs of an answer', () => {
  const text = actionText({ request, outputs: [{ key: 'old', name: 'Old', type: 'string', as: 'a_id' }] });
  const declared = integrationOf(text).actions.get('go')?.declared ?? [];
  const found = candidatesOf(ANSWER);

  it('get another name where theirs is used, taken, or none that flows could read', () => {
    const names = Object.fromEntries(newOutputs(found, declared).map(({ key, as }) => [key, as]));
    expect(names).to.deep.equal({
      id: undefined,
      'a.id': 'id_2',
      'a.b.id': 'b_id',
      '["x-custom"]': 'x_custom',
      status_code: 'status_code_of_answer',
      error: 'error_of_answer',
      true: undefined,
      off: undefined,
      _hidden: 'hidden',
      '["9 lives"]': 'lives',
      '["é"]': 'value',
      '[" "]': 'value_2',
      'list[0][0].id': 'list_id',
      constructor: 'constructor_of_answer',
    });
    expect(newOutputs([{ path: 'a.id', type: 'integer' }], [{ key: 'id' }])[0]).to.include({ as: 'a_id' });
    expect(newOutputs([{ path: 'old', type: 'string' }], declared)).to.deep.equal([]);
  });

  it('are shown as YAML that reads back, words such as true in quotes', () => {
    const outputs = newOutputs(found, declared);
    expect(parse(outputs.map((output) => `- ${yamlOf(output)}`).join('\n'))).to.deep.equal(outputs);
    expect(yamlOf({ key: 'true', name: 'True', type: 'string' })).to.equal(
      '{ key: "true", name: "True", type: string }',
    );
    expect(yamlOf({ key: 'a.id', name: 'Id', type: 'integer', as: 'a_id' })).to.equal(
      '{ key: a.id, name: "Id", type: integer, as: a_id }',
    );
  });

  it('can all be written into the file, which checks then', () => {
    const outputs = newOutputs(found, declared);
    const edited = outputsIn(text, 'a.yaml', 'go', outputs);
    if ('problem' in edited) throw new Error(edited.problem);
    expect(edited.skipped).to.deep.equal([]);
    expect(compileIntegration(edited.text, 'a.yaml').diagnostics).to.deep.equal([]);
    const action = integrationOf(edited.text).actions.get('go');
    const read = action?.outputs({ kind: 'answered', status: 200, headers: {}, body: '', json: ANSWER });
    expect(read).to.include({ id: 7, id_2: 1, b_id: 2, x_custom: 'v', status_code_of_answer: 200, value_2: 'blank' });
  });

  it('that would not check are left out, and the others are not', () => {
    const good = { key: 'b', name: 'B', type: 'string' } as const;
    const bad = { key: 'status_code', name: 'Status', type: 'integer' } as const;
    const edited = outputsIn(text, 'a.yaml', 'go', [bad, good]);
    if ('problem' in edited) throw new Error(edited.problem);
    expect(edited.added).to.deep.equal([good]);
    expect(edited.skipped).to.deep.equal([{ output: bad, why: 'the output "status_code" has a name that is taken' }]);
    expect(compileIntegration(edited.text, 'a.yaml').diagnostics).to.deep.equal([]);
    expect(outputsIn(text, 'a.yaml', 'gone', [good])).to.deep.equal({ problem: 'the file has no action "gone"' });
  });

  it('are named as people would write them', () => {
    expect(['data.validation_id', 'list[0]', '[" "]', 'x'].map(nameOf)).to.deep.equal([
      'Validation id',
      'List',
      '[" "]',
      'X',
    ]);
  });
});
