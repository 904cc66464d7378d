import { expect } from 'chai';
import type { JsonObject } from '../../src/domain/json.ts';
import type { DefinedIntegration } from '../../src/wiring/trials.ts';
import { newKey } from '../integrations/kit.ts';
import { userLogin } from './user-login.ts';
import { dataFolder, dump, fakeApi, leaks } from './kit.ts';
import type { FakeApi } from './kit.ts';
import { serveApi } from './served.ts';
import type { Served } from './served.ts';

const CANARY = 'cnry7Xq/9+Z ñ"2&kL8';
const SECOND = 'cnryTheOtherAccount42';

const FLOW = {
  flow: 'login',
  blocks: [
    { id: 'a', type: 'custom_integration', integration: 'user-login', credential: 'main', action: 'validate' },
    { id: 'b', type: 'webhook', url: 'https://crm.example', headers: { Authorization: 'Bearer @secret.crm_key' } },
  ],
};

describe('API v1: integrations, credentials, secrets', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let fake: FakeApi;
  let served: Served;
  let flows: { id: string; data: JsonObject }[];

  before(async () => {
    folder = await dataFolder();
    // An API that says back what it was sent, in every place it can.
    fake = await fakeApi((request, response) => {
      const key = String(request.headers['api-key'] ?? '');
      response.setHeader('X-Echo', encodeURIComponent(key));
      const number = /\d+$/.exec(request.url ?? '')?.[0];
      response.statusCode = number === '404' || key === 'wrong' ? 404 : 200;
      response.setHeader('Content-Type', 'application/json');
      response.end(
        JSON.stringify({ key, base64: Buffer.from(key).toString('base64'), validation_id: number === '8' ? 7 : 'V1' }),
      );
    });
    flows = [];
    const definitions = async (): Promise<DefinedIntegration[]> => [userLogin(fake.origin)];
    served = await serveApi({ dataDir: folder.path, secretKey: newKey(), definitions, flows: async () => flows });
  });
  after(async () => {
    await served.close();
    await fake.close();
    await folder.remove();
  });
  beforeEach(async () => {
    flows = [];
    fake.asked.length = 0;
    for (const { name } of await served.box.credentials.list()) await served.box.credentials.remove('user-login', name);
  });
  const add = (name: string, api_key: string): ReturnType<Served['api']['ask']> =>
    served.api.ask('POST', '/integrations/user-login/credentials', { name, values: { api_key } });

  it('TI3: the list has the group of built-in integrations above the custom one, honestly empty', async () => {
    const { status, body, headers } = await served.api.ask('GET', '/integrations');
    expect(status).to.equal(200);
    expect(body['groups']).to.deep.equal([
      { group: 'built_in', name: 'Built-in integrations', integrations: [] },
      { group: 'custom', name: 'Custom integrations', integrations: ['user-login'] },
    ]);
    expect(body['items']).to.have.nested.property('[0].group', 'custom');
    expect(headers.get('cache-control')).to.equal('no-store');
  });

  it('shows one with its fields, actions, inputs, outputs and the names of its credentials', async () => {
    await add('main', CANARY);
    const { body } = await served.api.ask('GET', '/integrations/user-login');
    expect(body).to.deep.include({ id: 'user-login', credentials: [{ name: 'main' }], origins: [fake.origin] });
    expect(body).to.have.nested.property('authentication.fields[0].identifier', 'api_key');
    expect(body).to.have.nested.property('actions[0].inputs[0].key', 'account_id');
    expect(body).to.have.nested.property('actions[0].outputs[0].key', 'validation_id');
    const missing = await served.api.ask('GET', '/integrations/nope');
    expect([missing.status, missing.text]).to.satisfy(
      ([status, text]: [number, string]) => status === 404 && text.includes('user-login'),
    );
  });

  it('TC2, TI10: adding one tries it at once; the header carries the value, and the answer is shown', async () => {
    const { status, body } = await add('main', 'key-one-0001');
    expect(status).to.equal(201);
    expect(body['credential']).to.deep.equal({ name: 'main' });
    expect(body['test']).to.deep.include({ ok: true, status: 200 });
    expect(body).to.have.nested.property('test.headers.content-type', 'application/json');
    expect(fake.asked.map(({ method, url, headers }) => [method, url, headers['api-key']])).to.deep.equal([
      ['GET', '/me', 'key-one-0001'],
    ]);
  });

  it('TC2: one that the API refuses is kept, with a clear answer', async () => {
    const { status, body } = await add('main', 'wrong');
    expect(status).to.equal(201);
    expect(body['test']).to.deep.include({ ok: false, status: 404 });
    expect(await served.box.credentials.list()).to.have.length(1);
  });

  it('TC1, TC4: two credentials give two header values, by the test and by an action', async () => {
    await add('main', CANARY.replace('ñ', 'n'));
    await add('second', SECOND);
    for (const credential of ['main', 'second'])
      await served.api.ask('POST', '/integrations/user-login/actions/validate/test', {
        credential,
        inputs: { account_id: '7' },
      });
    expect(fake.asked.slice(2).map(({ headers }) => headers['api-key'])).to.deep.equal([
      CANARY.replace('ñ', 'n'),
      SECOND,
    ]);
  });

  it('TC3: lists, renames, tests and removes', async () => {
    await add('main', CANARY);
    const at = '/integrations/user-login/credentials';
    const renamed = await served.api.ask('PATCH', `${at}/main`, { name: 'Main account' });
    expect([renamed.status, renamed.body]).to.deep.equal([200, { credential: { name: 'Main account' }, used_by: [] }]);
    const listed = await served.api.ask('GET', '/credentials?integration=user-login');
    expect(listed.body['items']).to.have.nested.property('[0].name', 'Main account');
    expect(listed.body['items']).to.have.nested.property('[0].readable', true);
    const tested = await served.api.ask('POST', `${at}/Main%20account/test`);
    expect([tested.status, tested.body['ok']]).to.deep.equal([200, true]);
    expect((await served.api.ask('DELETE', `${at}/Main%20account`)).status).to.equal(204);
    expect((await served.api.ask('DELETE', `${at}/Main%20account`)).status).to.equal(404);
    expect((await served.api.ask('POST', `${at}/Main%20account/test`)).status).to.equal(404);
  });

  it('TC3: one that flows use is not removed unless forced; a rename tells them', async () => {
    await add('main', CANARY);
    flows = [
      { id: 'login', data: FLOW },
      { id: 'other', data: { flow: 'other', blocks: [] } },
    ];
    const refused = await served.api.ask('DELETE', '/integrations/user-login/credentials/main');
    expect(refused.status).to.equal(409);
    expect(refused.text).to.contain('is used by the flow login').and.not.to.contain('other');
    const renamed = await served.api.ask('PATCH', '/integrations/user-login/credentials/main', { name: 'm2' });
    expect(renamed.body['used_by']).to.deep.equal(['login']);
    expect((await served.api.ask('DELETE', '/integrations/user-login/credentials/m2')).status).to.equal(204);
    await add('main', CANARY);
    expect((await served.api.ask('DELETE', '/integrations/user-login/credentials/main?force=true')).status).to.equal(
      204,
    );
  });

  it('TA9, TA10: tries an action: status, headers, body, candidates and outputs', async () => {
    await add('main', 'key-one-0001');
    const { status, body } = await served.api.ask('POST', '/integrations/user-login/actions/validate/test', {
      credential: 'main',
      inputs: { account_id: '7' },
    });
    expect(status).to.equal(200);
    expect(body).to.deep.include({ ok: true, status: 200, outputs: { validation_id: 'V1' } });
    expect(body['candidates']).to.have.nested.property('[0].path', 'whole');
    expect(fake.asked.at(-1)).to.deep.include({ method: 'POST', url: '/validations/7' });
  });

  it('TA9: an input that does not fit is told before anything is called', async () => {
    await add('main', CANARY);
    const before = fake.asked.length;
    const path = '/integrations/user-login/actions/validate/test';
    const { status, text } = await served.api.ask('POST', path, { credential: 'main', inputs: { account_id: 'abc' } });
    expect([status, fake.asked.length]).to.deep.equal([400, before]);
    expect(text).to.contain('account_id has to be an integer').and.to.contain('account_id (integer, required)');
  });

  it('TA12: an answer without a required output fails the test and says why; an error answer is shown', async () => {
    await add('main', CANARY);
    const test = (account_id: string): ReturnType<Served['api']['ask']> =>
      served.api.ask('POST', '/integrations/user-login/actions/validate/test', { inputs: { account_id } });
    const { body } = await test('404');
    expect(body).to.deep.include({ ok: false, status: 404, outputs: {} });
    const without = (await test('8')).body;
    expect(without).to.deep.include({ ok: false, status: 200, outputs: {}, reason: 'the answer has no validation_id' });
    expect(without['candidates']).to.have.length(1);
    expect((await test('7')).body['ok']).to.equal(true);
  });

  const BAD: readonly [what: string, method: string, path: string, body: JsonObject | string, status: number][] = [
    ['no name', 'POST', '/integrations/user-login/credentials', { values: { api_key: CANARY } }, 400],
    ['no values', 'POST', '/integrations/user-login/credentials', { name: 'x' }, 400],
    ['a number as a value', 'POST', '/integrations/user-login/credentials', { name: 'x', values: { api_key: 7 } }, 400],
    ['values that are a list', 'POST', '/integrations/user-login/credentials', { name: 'x', values: [CANARY] }, 400],
    ['an unknown field', 'POST', '/integrations/user-login/credentials', { name: 'x', values: { [CANARY]: 'k' } }, 400],
    ['an unknown integration', 'POST', '/integrations/x/credentials', { name: 'x', values: {} }, 404],
    ['an unknown action', 'POST', '/integrations/user-login/actions/x/test', { inputs: {} }, 404],
    ['an unknown credential', 'POST', '/integrations/user-login/actions/validate/test', { credential: 'x' }, 404],
    ['a name that is no text', 'PATCH', '/integrations/user-login/credentials/x', { name: { $ne: null } }, 400],
    ['a secret without a value', 'PUT', '/secrets/x', {}, 400],
    ['a secret with a bad name', 'PUT', '/secrets/X-1', { value: CANARY }, 400],
    ['a list as a body', 'PUT', '/secrets/x', '[]', 400],
    ['a limit that is none', 'POST', '/keys/rotate', { limit: 0 }, 400],
  ];
  for (const [what, method, path, body, status] of BAD)
    it(`answers ${what} with ${status} and what to do`, async () => {
      const answer = await served.api.ask(
        method,
        path,
        typeof body === 'string' ? (JSON.parse(body) as JsonObject) : body,
      );
      expect(answer.status).to.equal(status);
      expect(answer.body).to.have.nested.property('error.message').that.is.a('string');
      expect(answer.body).to.have.nested.property('error.hint').that.is.a('string');
    });

  it('keeps secrets by name, and shows none of them', async () => {
    const put = (value: string): ReturnType<Served['api']['ask']> =>
      served.api.ask('PUT', '/secrets/crm_key', { value });
    expect((await put(CANARY)).status).to.equal(201);
    expect((await put(SECOND)).status).to.equal(200);
    const shown = await served.api.ask('GET', '/secrets/crm_key');
    expect(shown.body).to.include({ name: 'crm_key', readable: true }).and.not.to.have.property('value');
    expect((await served.api.ask('GET', '/secrets')).body['items']).to.have.length(1);
    flows = [{ id: 'login', data: FLOW }];
    const refused = await served.api.ask('DELETE', '/secrets/crm_key');
    expect([refused.status, refused.text.includes('the flow login')]).to.deep.equal([409, true]);
    expect((await served.api.ask('DELETE', '/secrets/crm_key?force=true')).status).to.equal(204);
    expect((await served.api.ask('GET', '/secrets/crm_key')).status).to.equal(404);
  });

  it('TI9, TI7, S17, I7: a canary is in no answer, no log, no document and no byte of the store', async () => {
    const header = 'cnryHeader7Xq9ZkL8wPq';
    await add('main', header);
    await add('second', SECOND);
    await served.api.ask('PUT', '/secrets/crm_key', { value: CANARY });
    await served.api.ask('POST', '/integrations/user-login/credentials/main/test');
    const test = { credential: 'second', inputs: { account_id: '7' } };
    await served.api.ask('POST', '/integrations/user-login/actions/validate/test', test);
    await served.api.ask('PATCH', '/integrations/user-login/credentials/main', { name: 'renamed' });
    await served.api.ask('POST', '/keys/rotate');
    for (const path of ['/integrations', '/credentials', '/secrets', '/secrets/crm_key', '/keys', '/calls'])
      expect((await served.api.ask('GET', path)).status, path).to.equal(200);
    const [call] = (await served.store.page({ kind: 'call', limit: 1 })).map(({ id }) => id);
    expect((await served.api.ask('GET', `/calls/${call ?? ''}`)).status).to.equal(200);
    const heard = [...served.api.heard, ...served.log].join('\n');
    const documents = await dump(served.store, ['credential', 'secret', 'call']);
    const bytes = await folder.bytes();
    expect(bytes.includes('user-login/renamed')).to.equal(true);
    for (const secret of [header, SECOND, CANARY]) {
      expect(leaks(heard, secret), 'answers and logs').to.deep.equal([]);
      expect(leaks(documents, secret), 'documents').to.deep.equal([]);
      expect(leaks(bytes, secret), 'bytes of the store').to.deep.equal([]);
    }
    expect(leaks(Buffer.from(encodeURIComponent(CANARY)), CANARY)).not.to.deep.equal([]);
  });

  it('tells which key is lost and goes on with the rest', async () => {
    await add('main', 'key-one-0001');
    served.box.ring.replace(newKey());
    const tested = await served.api.ask('POST', '/integrations/user-login/credentials/main/test');
    expect([tested.status, tested.body['ok'], tested.body['status']]).to.deep.equal([200, false, null]);
    expect(tested.body['reason']).to.match(/"main" of user-login is encrypted with the key [0-9a-f]{12}/);
    expect((await add('second', 'key-two-0002')).body).to.have.nested.property('test.ok', true);
    const keys = (await served.api.ask('GET', '/keys')).body['items'];
    expect(keys).to.have.nested.property('[0].current', true);
    expect(keys).to.deep.include({ ...(keys as JsonObject[])[1], in_ring: false });
    const rotated = (await served.api.ask('POST', '/keys/rotate', { limit: 10 })).body;
    expect(rotated['stuck']).to.have.nested.property('[0].reason', 'lost_key');
    const fresh = await served.api.ask('POST', '/keys/rotate', { fresh: true });
    expect([fresh.status, fresh.text.includes('SECRET_KEY=new,old')]).to.deep.equal([409, true]);
  });
});
