import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { definitionText } from './compiled.ts';

const KEY = 'canary-7f3a91';
const TOKEN = 'an-admin-token-for-the-tests';

const FLOW = `flow: login
blocks:
  - { id: userinput, type: question, text: "Please enter your Username:" }
  - id: create
    type: custom_integration
    integration: user-login
    credential: Test account
    action: create_user_validation
    message: "Checking your username…"
    inputs: { account_id: "@userinput" }
    on_failure: fallback
  - { id: usertoken, type: question, text: "Please enter the CODE sent to your registered email." }
  - id: check
    type: custom_integration
    integration: user-login
    credential: Test account
    action: validate_code
    message: "Validating your code…"
    inputs: { validation_id: "@create.validation_id", token: "@usertoken" }
    on_failure: fallback
  - { id: done, type: end, text: "You are in: @check.validation_status" }
  - { id: fallback, type: end, text: "That did not work (@create.status_code): @create.error" }
`;

/** Truora's API as the guide shows it, and what it heard. */
async function startApi(): Promise<{ url: string; heard: string[]; close(): Promise<void> }> {
  const heard: string[] = [];
  const server: Server = createServer((request, response) => {
    void answer(request, heard).then(([status, body]) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, heard, close };
}

async function answer(request: IncomingMessage, heard: string[]): Promise<[number, object]> {
  let body = '';
  for await (const part of request) body += String(part);
  const key = request.headers['truora-api-key'] === KEY ? 'key' : 'no key';
  heard.push(`${request.method ?? ''} ${request.url ?? ''} ${key} ${body}`);
  if (key !== 'key') return [401, { error: 'unauthorized' }];
  if (request.url === '/v1/accounts/nobody/validations') return [404, { error: 'not found' }];
  if (request.url?.endsWith('/validations') === true) return [201, { validation_id: 'VLD/1' }];
  return [200, body.includes('token=123456') ? { validation_status: 'success' } : { other: 1 }];
}

describe('the login of the guide, from end to end', () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  let server: TestApp;
  before(async () => {
    api = await startApi();
    const dir = await mkdtemp(join(tmpdir(), 'parley-login-'));
    await mkdir(join(dir, 'flows/integrations'), { recursive: true });
    const definition = definitionText('user-login').replaceAll('https://api.example', api.url);
    await writeFile(join(dir, 'flows/integrations/user-login.yaml'), definition);
    server = await startApp({ 'login.yaml': FLOW }, { dir, env: { OUTBOUND_ALLOW: '127.0.0.1', ADMIN_TOKEN: TOKEN } });
    const added = await fetch(`${server.url}/api/v1/integrations/user-login/credentials`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ name: 'Test account', values: { api_key: KEY, tenant: 'ten' } }),
    });
    expect(added.status, await added.clone().text()).to.equal(201);
    api.heard.length = 0;
  });
  after(async () => {
    await server.close();
    await api.close();
  });

  it('TA14 TF5 the validation id of the first action goes into the second, each after its message', async () => {
    const ana = new Visitor(server.url);
    expect(await ana.start('login')).to.deep.equal(['Please enter your Username:']);
    expect(await ana.say('ana b')).to.deep.equal([
      'Checking your username…',
      'Please enter the CODE sent to your registered email.',
    ]);
    expect(await ana.say('123456')).to.deep.equal(['Validating your code…', 'You are in: success']);
    expect(api.heard).to.deep.equal([
      'POST /v1/accounts/ana%20b/validations key {"type":"email","user":"ana b"}',
      'POST /v1/validations/VLD%2F1 key token=123456&tenant=ten',
    ]);
  });

  it('TF8 an unknown user takes the way of failures, with the status code', async () => {
    const nobody = new Visitor(server.url);
    await nobody.start('login');
    const said = await nobody.say('nobody');
    expect(said).to.deep.equal(['Checking your username…', 'That did not work (404): answered 404']);
  });

  it('the key is in no trace and no turn', () => {
    expect(JSON.stringify(server.turns)).to.not.contain(KEY);
    expect(JSON.stringify(server.turns)).to.contain('VLD/1');
  });
});
