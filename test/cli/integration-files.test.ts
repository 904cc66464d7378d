import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { folder, parley } from './run.ts';

const LOGIN = readFileSync(resolve(import.meta.dirname, '../integrations/definitions/user-login.yaml'), 'utf8');
const FLOW = `flow: code
blocks:
  - id: code
    type: question
    text: "Code?"
  - id: check
    type: custom_integration
    integration: user-login
    credential: Test account
    action: validate_code
    inputs: { validation_id: V, token: "@code" }
    on_failure: sorry
  - { id: fine, type: end, text: "@check.validation_status" }
  - { id: sorry, type: end, text: "Sorry" }
`;
const TEST = `test: the code is checked
flow: code
mocks:
  - on: user-login.validate_code
    reply: { json: { validation_status: success } }
dialogue:
  - bot: "Code?"
  - user: "123"
  - bot: success
`;

describe('files of integrations', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(async () => {
    dir = await folder({
      'mine/code.yaml': FLOW,
      'mine/integrations/login.yaml': LOGIN,
      'mine/tests/code.test.yaml': TEST,
      'bad/integrations/login.yaml': LOGIN.replace('Truora-API-Key: "@auth.api_key"', 'Truora-API-Key: abc'),
    });
  });
  after(() => dir.remove());
  const run = (...args: readonly string[]): ReturnType<typeof parley> =>
    parley(args, { cwd: dir.path, env: { FLOWS_DIR: 'mine' } });

  it('parley check looks at a folder with its integrations, at one of them, and at one flow that uses one', async () => {
    const [all, one, flow] = await Promise.all([
      run('check', 'mine'),
      run('check', join('mine', 'integrations', 'login.yaml')),
      run('check', join('mine', 'code.yaml')),
    ]);
    expect([all.code, all.out]).to.deep.equal([0, '2 files: 0 errors, 0 warnings, 0 hints\n']);
    expect([one.code, one.out]).to.deep.equal([0, '1 file: 0 errors, 0 warnings, 0 hints\n']);
    expect([flow.code, flow.out]).to.deep.equal([0, '1 file: 0 errors, 0 warnings, 0 hints\n']);
  });

  it('TI9 parley check refuses a secret that is written out, with its line', async () => {
    const { code, out } = await run('check', 'bad');
    expect(code).to.equal(1);
    expect(out).to.match(
      /^bad[\\/]integrations[\\/]login\.yaml:16:\d+: error inline-secret: "Truora-API-Key" has a secret/m,
    );
  });

  it('parley test answers actions from mocks by integration.action', async () => {
    const { code, out } = await run('test');
    expect([code, out]).to.deep.equal([0, '✓ the code is checked\n\n1 passed, 0 failed\n']);
  });

  it('parley schema prints the schema of integrations', async () => {
    const { code, out } = await run('schema', '--for', 'integration');
    expect(code).to.equal(0);
    expect(JSON.parse(out)).to.include({ title: 'Parley integration' });
  });
});
