import { expect } from 'chai';
import { compileIntegration } from '../../src/flow/integration.ts';
import { planOf } from '../../src/flow/plan.ts';
import { checkProject } from '../../src/flow/project.ts';
import { definitionText } from './compiled.ts';

const login = definitionText('user-login');

describe('integrations: held against flows', () => {
  const flow = (block: string): { file: string; text: string } => ({
    file: 'flows/a.yaml',
    text: `flow: a\nblocks:\n  - id: x\n    type: custom_integration\n    integration: user-login\n    action: validate_code\n    on_failure: end\n${block}`,
  });
  const definition = { file: 'flows/integrations/user-login.yaml', text: login };
  const found = (...files: { file: string; text: string }[]): string[] =>
    checkProject(files).diagnostics.map(
      ({ file, line, code, hint }) => `${file}:${line} ${code}${hint === undefined ? '' : ` ${hint}`}`,
    );

  it('TF6 an integration that is not there is told at its line', () => {
    expect(found(flow('    inputs: { validation_id: V, token: 1 }\n'))).to.deep.equal([
      'flows/a.yaml:5 unknown-integration write one into integrations/ of the flows folder',
    ]);
    expect(found(flow('    inputs: { validation_id: V, token: 1 }\n'), definition)).to.deep.equal([]);
  });

  it('TA4 TA5 inputs that are missing, unknown or of a wrong type are told at their lines', () => {
    expect(found(flow('    inputs:\n      tokn: "1"\n      token: abc\n'), definition)).to.deep.equal([
      'flows/a.yaml:9 unknown-input did you mean "token"?',
      'flows/a.yaml:9 missing-input add validation_id: to inputs',
      'flows/a.yaml:10 bad-input',
    ]);
  });

  it('two files cannot have one id', () => {
    expect(found(definition, { ...definition, file: 'flows/integrations/b.yaml' })).to.deep.equal([
      'flows/integrations/b.yaml:2 duplicate-integration ids are unique: choose another',
    ]);
  });

  it('a flow is not told that its integration is missing when its file has a mistake', () => {
    const broken = (text: string): string[] =>
      found(flow('    inputs: { validation_id: V }\n'), { ...definition, text });
    expect(
      broken('integration: user-login\nname: [\n').filter((line) => line.startsWith('flows/a.yaml')),
    ).to.deep.equal([]);
    expect(broken('integration: user-login\n').filter((line) => line.startsWith('flows/a.yaml'))).to.deep.equal([]);
  });

  it('S1 a call cannot start a flow', () => {
    const text = 'flow: a\ntriggers: [ { external_web_call: true } ]\nblocks: [ { id: x, type: end } ]\n';
    const { diagnostics, files } = checkProject([{ file: 'a.yaml', text }]);
    expect([diagnostics[0]?.line, diagnostics[0]?.code, files[0]?.flow]).to.deep.equal([2, 'bad-value', null]);
  });

  it('TF7 an output that is not there on every path is a warning where it is read', () => {
    const read = '  - { id: early, type: end, text: "@x.validation_status" }\n';
    const block = flow('    inputs: { validation_id: V, token: 1 }\n').text.split('blocks:\n')[1] ?? '';
    const ask = '  - { id: go, type: condition, cases: [ { if: "1 < 2", next: early } ], else: x }\n';
    const text = `flow: a\nblocks:\n${ask}${block}${read}`;
    expect(found({ file: 'a.yaml', text }, definition).map((line) => line.split(' ')[1])).to.include('maybe-unset');
  });

  it('no text makes it throw', () => {
    for (const text of [
      '',
      '[]',
      'integration: 7',
      'actions: {}',
      '%',
      `integration: a\nactions: ${'['.repeat(100)}`,
      `${login}\nactions: []`,
    ])
      expect(compileIntegration(text, 'a.yaml').integration).to.equal(null);
  });

  it('a plan for one flow counts with the integrations that are live', () => {
    const after = [flow('    inputs: { validation_id: V, token: 1 }\n')];
    const { problems, flows } = planOf({ before: [definition], after, places: [], partial: true });
    expect([problems, flows.map(({ flow: id }) => id)]).to.deep.equal([[], ['a']]);
    const both = planOf({ before: [definition], after: [...after, definition], places: [], partial: true });
    expect(both.problems).to.deep.equal([]);
  });
});
