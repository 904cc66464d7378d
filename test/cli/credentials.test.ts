import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { fakeApi, leaks } from '../api/kit.ts';
import type { FakeApi } from '../api/kit.ts';
import { folder, parley, serve } from './run.ts';
import type { Ran, Serving } from './run.ts';

const CANARY = 'cnryCommandLine7Xq9ZkL8';

function definition(origin: string): string {
  return `# Who made this: ask in #crm
integration: user-login
name: Integration Test - User Login
authentication:
  scheme: api_key
  fields:
    - { identifier: api_key, type: password, required: true }
    - { identifier: account, type: text }
test_request: { method: GET, endpoint: "${origin}/me", headers: { Api-Key: "@auth.api_key" } }
actions:
  - action: create_validation
    name: Create user validation
    inputs:
      - { key: account_id, name: Username, type: integer, required: true }
    request:
      method: POST
      endpoint: "${origin}/accounts/@input.account_id/validations"
      headers: { Api-Key: "@auth.api_key" }
      body: { type: email }
`;
}

const FLOW = `flow: login
triggers:
  - link: true
blocks:
  - id: create
    type: custom_integration
    integration: user-login
    credential: main
    action: create_validation
    inputs: { account_id: 7 }
    on_failure: end
`;

/** The same commands, with a running server and without one. */
for (const place of ['store', 'server'] as const)
  describe(`parley integrations, credentials, secrets, keys, calls (on the ${place})`, function () {
    this.timeout(120_000);
    let dir: Awaited<ReturnType<typeof folder>>;
    let api: FakeApi;
    let server: Serving | undefined;
    let env: Record<string, string>;
    const told: string[] = [];

    before(async () => {
      api = await fakeApi((request, response) => {
        response.statusCode = request.headers['api-key'] === 'wrong' ? 401 : 200;
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ echo: request.headers['api-key'], data: { validation_id: 'V1', tries: 3 } }));
      });
      dir = await folder({ 'f/integrations/user-login.yaml': definition(api.origin), 'f/login.yaml': FLOW });
      env = { FLOWS_DIR: 'f', OUTBOUND_ALLOW: '127.0.0.1', PORT: '0' };
      if (place === 'store') return;
      server = await serve({ cwd: dir.path, env: { ...env, DEMO_API: 'off' } });
      env = { ...env, PORT: new URL(server.url).port };
    });
    after(async () => {
      await server?.stop();
      await api.close();
      await dir.remove();
    });
    const run = async (args: readonly string[], input = ''): Promise<Ran> => {
      const ran = await parley(args, { cwd: dir.path, env, input });
      told.push(ran.out, ran.err);
      return ran;
    };

    it('TI3: lists both groups', async () => {
      const { code, out } = await run(['integrations', 'list']);
      expect(code).to.equal(0);
      expect(out).to.match(
        /^Built-in integrations\n {2}none.*\nCustom integrations\n {2}user-login .*1 action {2}no credential\n$/,
      );
    });

    it('TC2, TI12: adds a credential from lines, tries it at once, and shows no value', async () => {
      const { code, out, err } = await run(
        ['credentials', 'add', 'user-login', 'main'],
        `api_key=${CANARY}\naccount=ana\n`,
      );
      expect([code, err.replace(/^made .*\n/, '')]).to.deep.equal([0, '']);
      expect(out).to.contain('kept the credential "main" of user-login').and.contain('ok: 200 OK in');
      expect(out).to.contain('content-type: application/json').and.contain('"echo": "***"');
      expect(api.asked.at(-1)).to.deep.include({ method: 'GET', url: '/me' });
      expect(api.asked.at(-1)?.headers['api-key']).to.equal(CANARY);
    });

    it('TC2: says that one was refused, with exit code 1; --value takes one field from input', async () => {
      const { code, out } = await run(
        ['credentials', 'add', 'user-login', 'Test account', '--value', 'api_key=-'],
        'wrong\n',
      );
      expect(code).to.equal(1);
      expect(out).to.contain('failed: 401 Unauthorized in');
    });

    it('never takes a value from the command', async () => {
      const { code, err } = await run(['credentials', 'add', 'user-login', 'x', '--value', `api_key=plain`]);
      expect(code).to.equal(2);
      expect(err).to.match(/standard input\n {2}Values in a command can be seen by others/);
    });

    it('TC3: lists, tests, renames and removes; one in use only by force', async () => {
      const listed = await run(['credentials', 'list', 'user-login']);
      expect(listed.out).to.match(new RegExp(`user-login {2}main .*${api.origin}\nuser-login {2}Test account `));
      expect((await run(['credentials', 'test', 'user-login', 'main'])).code).to.equal(0);
      const renamed = await run(['credentials', 'rename', 'user-login', 'Test account', 'Trial']);
      expect([renamed.code, renamed.out]).to.deep.equal([0, '"Test account" of user-login is now called "Trial"\n']);
      const refused = await run(['credentials', 'remove', 'user-login', 'main']);
      expect(refused.code).to.equal(1);
      expect(refused.err).to.contain(
        'the credential "main" of user-login is used by the flow login\n  Change the flows first',
      );
      expect((await run(['credentials', 'remove', 'user-login', 'Trial', '--force'])).code).to.equal(0);
      const missing = await run(['credentials', 'test', 'user-login', 'Trial']);
      expect([missing.code, missing.err]).to.deep.equal([
        1,
        'parley: the integration user-login has no credential "Trial"\n  It has: main\n',
      ]);
    });

    it('TA9, TA10: tries an action; candidates can be pasted, or written into the file', async () => {
      const args = ['integrations', 'test', 'user-login', '--action', 'create_validation', '--input', 'account_id=7'];
      const tried = await run(args);
      expect(tried.code).to.equal(0);
      expect(tried.out).to.contain('ok: 200 OK in').and.contain('"validation_id": "V1"');
      expect(tried.out).to.contain('  - { key: data.validation_id, name: "Validation id", type: string }   # "V1"');
      expect(tried.out).to.contain('  - { key: data.tries, name: "Tries", type: integer }   # 3');
      expect(api.asked.at(-1)).to.deep.include({ method: 'POST', url: '/accounts/7/validations' });
      const path = join(dir.path, 'f/integrations/user-login.yaml');
      const before = await readFile(path, 'utf8');
      const wrong = await run([...args, '--write', 'data.validation']);
      expect([wrong.code, wrong.err.includes('did you mean "data.validation_id"?')]).to.deep.equal([2, true]);
      const written = await run([...args, '--write', 'data.validation_id']);
      expect(written.code, written.err).to.equal(0);
      const text = await readFile(path, 'utf8');
      expect(text.startsWith(before.trimEnd())).to.equal(true);
      expect(text).to.match(/outputs:\n.*data\.validation_id.*\n$/);
      expect((await run(['check', 'f'])).code).to.equal(0);
    });

    it('TA9: an input that does not fit is told, and nothing is called', async () => {
      const before = api.asked.length;
      const args = ['integrations', 'test', 'user-login', '--action', 'create_validation', '--input', 'account_id=abc'];
      const { code, err } = await run(args);
      expect([code, api.asked.length]).to.deep.equal([1, before]);
      expect(err).to.match(/account_id[^]*Inputs: account_id \(integer, required\)/);
    });

    it('TA9: an input that the action does not have is told, and nothing is called', async () => {
      const before = api.asked.length;
      const args = ['integrations', 'test', 'user-login', '--action', 'create_validation', '--input', 'acount_id=7'];
      const { code, err } = await run(args);
      expect([code, api.asked.length]).to.deep.equal([1, before]);
      expect(err).to.contain('no input "acount_id"').and.contain('did you mean "account_id"?');
    });

    it('I1: the webhook log has each try; show has request and response, masked', async () => {
      const listed = await run(['calls', 'list', '--status', '200', '--limit', '1']);
      expect(listed.code).to.equal(0);
      const id = /^\S+ {2}(\S+) {2}custom_integration {2}200/.exec(listed.out)?.[1] ?? '';
      const shown = await run(['calls', 'show', id]);
      expect(shown.out)
        .to.match(/url .*\/accounts\/7\/validations\n/)
        .and.to.contain('Api-Key: ***');
      expect(shown.out).to.contain('"validation_id": "V1"');
      expect((await run(['calls', 'list', '--limit', '500'])).code).to.equal(2);
      expect((await run(['calls', 'show', 'nope'])).code).to.equal(1);
    });

    it('keeps secrets, and rotates the keys', async () => {
      expect((await run(['secrets', 'set', 'crm_key'], `${CANARY}\n`)).out).to.contain(
        'flows write it as @secret.crm_key',
      );
      expect((await run(['secrets', 'list'])).out).to.match(/^crm_key {2}\d{4}-\d\d-\d\d {2}@secret\.crm_key\n$/);
      const rotated = await run(['keys', 'rotate', '--fresh']);
      expect(rotated.code).to.equal(0);
      expect(rotated.out).to.match(/\nkey [0-9a-f]{12}: 2 put under it, 0 were already, 0 could not be\n$/);
      expect((await run(['keys', 'rotate'])).out).to.contain(': 0 put under it, 2 were already');
      expect((await run(['keys', 'list'])).out).to.match(
        /^\w{12} {2}2 records {2}current\n\w{12} {2}0 records {2}not used any more\n$/,
      );
      expect((await run(['credentials', 'test', 'user-login', 'main'])).code).to.equal(0);
      expect((await run(['secrets', 'remove', 'crm_key'])).code).to.equal(0);
    });

    it('S17, I7: no command has shown a value, and no file has it', async () => {
      expect(leaks(told.join('\n') + (server?.output ?? ''), CANARY)).to.deep.equal([]);
      const data = join(dir.path, 'data');
      for (const name of ['parley.db', 'parley.db-wal', 'keys.json']) {
        const bytes = await readFile(join(data, name)).catch(() => Buffer.alloc(0));
        expect(leaks(bytes, CANARY), name).to.deep.equal([]);
      }
    });
  });
