import { expect } from 'chai';
import type { Answer } from './kit.ts';
import type { Served } from './served.ts';
import { FLOW, serveLogin } from './user-login.ts';

const CANARY = 'cnry7Xq/9+Z ñ"2&kL8';
const SECOND = 'cnryTheOtherAccount42';

describe('API v1: integrations and credentials', () => {
  let login: Awaited<ReturnType<typeof serveLogin>>;
  let served: Served;
  before(async () => {
    login = await serveLogin();
    ({ served } = login);
  });
  after(() => login.close());
  beforeEach(() => login.clear());
  const add: (name: string, key: string) => Promise<Answer> = (name, key) => login.add(name, key);

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
    expect(body).to.deep.include({ id: 'user-login', credentials: [{ name: 'main' }], origins: [login.fake.origin] });
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
    expect(login.fake.asked.map(({ method, url, headers }) => [method, url, headers['api-key']])).to.deep.equal([
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
    expect(login.fake.asked.slice(2).map(({ headers }) => headers['api-key'])).to.deep.equal([
      CANARY.replace('ñ', 'n'),
      SECOND,
    ]);
  });

  it('TC2: new values for the same name are kept and tried at once', async () => {
    await add('main', CANARY);
    const at = '/integrations/user-login/credentials/main';
    const changed = await served.api.ask('PATCH', at, { values: { api_key: 'another-key-of-the-api' } });
    expect([changed.status, changed.body['credential']]).to.deep.equal([200, { name: 'main' }]);
    expect(changed.body).to.have.nested.property('test.ok', true);
    expect(login.fake.asked.at(-1)?.headers['api-key']).to.equal('another-key-of-the-api');
    expect((await served.api.ask('PATCH', at, { values: { wrong: 'x' } })).status).to.equal(400);
    expect((await served.api.ask('PATCH', at, { name: 'x', values: {} })).status).to.equal(400);
    expect((await served.api.ask('PATCH', `${at}x`, { values: { api_key: 'y' } })).status).to.equal(404);
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
    login.flows = [
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
    expect(login.fake.asked.at(-1)).to.deep.include({ method: 'POST', url: '/validations/7' });
  });

  it('TA9: an input that does not fit is told before anything is called', async () => {
    await add('main', CANARY);
    const before = login.fake.asked.length;
    const path = '/integrations/user-login/actions/validate/test';
    const { status, text } = await served.api.ask('POST', path, { credential: 'main', inputs: { account_id: 'abc' } });
    expect([status, login.fake.asked.length]).to.deep.equal([400, before]);
    expect(text).to.contain('account_id has to be an integer').and.to.contain('account_id (integer, required)');
  });

  it('TA9: an input that the action does not have is told, and nothing is called', async () => {
    await add('main', CANARY);
    const before = login.fake.asked.length;
    const inputs = { account_id: '7', acount_id: '8' };
    const path = '/integrations/user-login/actions/validate/test';
    const { status, text } = await served.api.ask('POST', path, { credential: 'main', inputs });
    expect([status, login.fake.asked.length]).to.deep.equal([400, before]);
    expect(text)
      .to.contain('the action validate has no input \\"acount_id\\"')
      .and.contain('did you mean \\"account_id\\"?');
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
});
