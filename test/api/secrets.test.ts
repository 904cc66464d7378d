import { expect } from 'chai';
import type { JsonObject } from '../../src/domain/json.ts';
import { newKey } from '../integrations/kit.ts';
import { dump, leaks } from './kit.ts';
import type { Answer } from './kit.ts';
import type { Served } from './served.ts';
import { FLOW, serveLogin } from './user-login.ts';

const CANARY = 'cnry7Xq/9+Z ñ"2&kL8';
const SECOND = 'cnryTheOtherAccount42';

describe('API v1: secrets, keys, and what is never shown', () => {
  let login: Awaited<ReturnType<typeof serveLogin>>;
  let served: Served;
  before(async () => {
    login = await serveLogin();
    ({ served } = login);
  });
  after(() => login.close());
  beforeEach(() => login.clear());
  const add: (name: string, key: string) => Promise<Answer> = (name, key) => login.add(name, key);

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
    login.flows = [{ id: 'login', data: FLOW }];
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
    const bytes = await login.folder.bytes();
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
