import { expect } from 'chai';
import { ParleyError } from '../../src/domain/error.ts';
import type { CredentialHolder, Credentials } from '../../src/integrations/credentials.ts';
import { openSecrets, secretSource } from '../../src/wiring/secrets.ts';
import type { SecretBox } from '../../src/wiring/secrets.ts';
import { FakeDocuments, newKey } from './kit.ts';

const LOGIN: CredentialHolder = {
  id: 'user-login',
  fields: [
    { identifier: 'api_key', type: 'password', required: true },
    { identifier: 'account', type: 'text', required: false },
  ],
  origins: ['https://api.example'],
};

/** The code and message of what a promise was rejected with. */
async function fault(promise: Promise<unknown>): Promise<{ code: string; message: string; hint: string }> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ParleyError)) throw new Error(`expected a ParleyError, got ${String(error)}`);
  return { code: error.code, message: error.message, hint: error.hint };
}

describe('credentials', () => {
  let documents: FakeDocuments;
  let key: string;
  let box: SecretBox;
  let credentials: Credentials;
  beforeEach(() => {
    documents = new FakeDocuments();
    key = newKey();
    box = openSecrets(documents, key, () => 1_760_000_000_000);
    ({ credentials } = box);
  });

  it('TC1: one integration has several, each with its own values', async () => {
    await credentials.add(LOGIN, 'Main account', { api_key: 'k1', account: 'ana' });
    await credentials.add(LOGIN, 'Test', { api_key: 'k2' });
    await credentials.add({ ...LOGIN, id: 'shop' }, 'Test', { api_key: 'k3' });
    const read = await Promise.all(['Main account', 'Test'].map((name) => credentials.read('user-login', name)));
    const same = { kind: 'values', secret: ['api_key'], origins: ['https://api.example'] };
    expect(read).to.deep.equal([
      { ...same, name: 'Main account', values: { api_key: 'k1', account: 'ana' } },
      { ...same, name: 'Test', values: { api_key: 'k2' } },
    ]);
    expect((await credentials.list('user-login')).map(({ name }) => name)).to.deep.equal(['Main account', 'Test']);
    expect(await credentials.list()).to.have.length(3);
  });

  it('TI7: what is kept holds no value of any field, password or text', async () => {
    await credentials.add(LOGIN, 'main', { api_key: 'cnry-api-key', account: 'cnry-account' });
    const kept = [...documents.kept.values()].join();
    expect(kept).to.contain('user-login/main').and.not.to.contain('cnry').and.not.to.contain('api_key');
  });

  const REFUSED: readonly [what: string, name: string, values: Record<string, string>, says: RegExp][] = [
    ['TI8: a required field that is missing', 'x', { account: 'ana' }, /"api_key" is required/],
    ['TI8: a required field that is empty', 'x', { api_key: '' }, /"api_key" is required/],
    ['an unknown field', 'x', { api_key: 'k', token: 'cnry' }, /no authentication field "token"/],
    [
      'a field of the prototype',
      'x',
      JSON.parse('{"api_key":"k","__proto__":"cnry"}') as Record<string, string>,
      /"__proto__"/,
    ],
    ['a value that is too long', 'x', { api_key: 'cnry'.repeat(5000) }, /"api_key" is longer than 16384/],
    ['TI8: a required field of white space', 'x', { api_key: ' \r\n' }, /"api_key" is required/],
    ['a value with a bell', 'x', { api_key: 'cnry\u0007cnry' }, /"api_key" holds characters/],
    ['a value with a control character of Latin-1', 'x', { api_key: 'cnry\u0085cnry' }, /"api_key" holds characters/],
    ['a value with a NUL', 'x', { api_key: 'cnry\0' }, /"api_key" holds characters/],
    ['a value with half a character', 'x', { api_key: 'cnry\uD800' }, /"api_key" holds characters/],
    ['an empty name', '', { api_key: 'k' }, /name of a credential/],
    ['a name with a slash', 'a/b', { api_key: 'k' }, /name of a credential/],
    ['a name with a line break', 'a\nb', { api_key: 'k' }, /name of a credential/],
    ['a name that ends with a space', 'a ', { api_key: 'k' }, /name of a credential/],
    ['a name that is too long', 'a'.repeat(61), { api_key: 'k' }, /name of a credential/],
  ];
  for (const [what, name, values, says] of REFUSED)
    it(`refuses ${what}, and shows no value`, async () => {
      const { code, message, hint } = await fault(credentials.add(LOGIN, name, values));
      expect(code).to.equal('bad_request');
      expect(message).to.match(says);
      expect(message + hint).not.to.contain('cnry');
      expect(documents.kept.size).to.equal(0);
    });

  it('TI8: an optional field that is empty is not kept', async () => {
    await credentials.add(LOGIN, 'main', { api_key: 'k', account: '' });
    expect(await credentials.read('user-login', 'main')).to.deep.include({ values: { api_key: 'k' } });
  });

  it('white space around values is not kept, and what is inside is', async () => {
    await credentials.add(LOGIN, 'main', { api_key: ' \t-- BEGIN\r\nab\tc\n\n', account: '\u00a0ana smith\n' });
    const values = { api_key: '-- BEGIN\r\nab\tc', account: 'ana smith' };
    expect(await credentials.read('user-login', 'main')).to.deep.include({ values });
  });

  it('all of a record that an older Parley kept is secret, also under a new name', async () => {
    const owner = { kind: 'credential', id: 'user-login/old', origins: LOGIN.origins };
    const sealed = box.vault.seal(owner, { api_key: 'k1', account: 'ana' });
    await documents.put({ ...owner, order: '1', body: { created_at: 1, origins: [...LOGIN.origins], sealed } });
    expect(await credentials.read('user-login', 'old')).to.deep.include({ secret: ['api_key', 'account'] });
    await credentials.rename('user-login', 'old', 'new');
    expect(await credentials.read('user-login', 'new')).to.deep.include({ secret: ['api_key', 'account'] });
  });

  it('which values are secret outlives a rename', async () => {
    await credentials.add(LOGIN, 'main', { api_key: 'k1', account: 'ana' });
    await credentials.rename('user-login', 'main', 'new');
    const values = { api_key: 'k1', account: 'ana' };
    expect(await credentials.read('user-login', 'new')).to.deep.include({ values, secret: ['api_key'] });
    expect(await secretSource(box).credential('user-login', 'new')).to.deep.include({ values, secret: ['api_key'] });
  });

  it('TC3: a name is taken once, whoever comes first', async () => {
    const both = await Promise.allSettled(['k1', 'k2'].map((api_key) => credentials.add(LOGIN, 'main', { api_key })));
    expect(both.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
    expect(await credentials.read('user-login', 'main')).to.deep.include({ values: { api_key: 'k1' } });
    expect((await fault(credentials.add(LOGIN, 'main', { api_key: 'k' }))).code).to.equal('conflict');
  });

  it('TC3: a rename keeps values, origins and age, and binds them to the new name', async () => {
    await credentials.add(LOGIN, 'main', { api_key: 'k1' });
    const before = await credentials.facts('user-login', 'main');
    await credentials.rename('user-login', 'main', 'Main account');
    expect(await credentials.facts('user-login', 'Main account')).to.deep.equal({ ...before, name: 'Main account' });
    expect(await credentials.read('user-login', 'Main account')).to.deep.include({ values: { api_key: 'k1' } });
    expect(documents.kept.size).to.equal(1);
    await credentials.rename('user-login', 'Main account', 'Main account');
    expect(documents.kept.size).to.equal(1);
  });

  it('TC3: renames and removals say what is wrong', async () => {
    await credentials.add(LOGIN, 'main', { api_key: 'k1' });
    await credentials.add(LOGIN, 'test', { api_key: 'k2' });
    expect(await fault(credentials.rename('user-login', 'main', 'test'))).to.include({ code: 'conflict' });
    expect(await fault(credentials.rename('user-login', 'main', 'a/b'))).to.include({ code: 'bad_request' });
    const missing = await fault(credentials.rename('user-login', 'mian', 'x'));
    expect(missing).to.deep.include({ code: 'not_found', hint: 'It has: main, test' });
    expect(await fault(credentials.remove('shop', 'main'))).to.deep.include({ hint: 'It has none yet: add one.' });
    await credentials.remove('user-login', 'main');
    expect((await credentials.list()).map(({ name }) => name)).to.deep.equal(['test']);
  });

  it('TC4: a call without a name takes the only one, and none when there are two', async () => {
    const read = (): ReturnType<Credentials['read']> => credentials.read('user-login');
    expect(await read()).to.deep.include({ kind: 'problem' });
    await credentials.add(LOGIN, 'main', { api_key: 'k1' });
    expect(await read()).to.deep.include({ kind: 'values', name: 'main' });
    await credentials.add(LOGIN, 'test', { api_key: 'k2' });
    const { reason } = (await read()) as { reason: string };
    expect(reason).to.match(/user-login has no credential, or several/);
  });

  it('a record that somebody copied, or gave other origins, does not open', async () => {
    await credentials.add(LOGIN, 'main', { api_key: 'k1' });
    await credentials.add(LOGIN, 'test', { api_key: 'k2' });
    const test = await documents.get('credential', 'user-login/test');
    await documents.change('credential', 'user-login/main', (kept) => ({ ...kept, body: test?.body ?? {} }));
    const evil = { origins: ['https://evil.example'] };
    await documents.change('credential', 'user-login/test', (kept) => ({ ...kept, body: { ...kept.body, ...evil } }));
    for (const name of ['main', 'test']) {
      const read = await credentials.read('user-login', name);
      expect(read).to.deep.include({ kind: 'problem' });
      expect(JSON.stringify(read)).to.match(new RegExp(`"${name}\\\\" of user-login cannot be decrypted`));
    }
  });

  it('a lost key is named with the credential; the others work on', async () => {
    await credentials.add(LOGIN, 'old', { api_key: 'k1' });
    const [lost] = box.ring.ids();
    box = openSecrets(documents, newKey(), () => 1);
    await box.credentials.add(LOGIN, 'new', { api_key: 'k2' });
    expect(await box.credentials.read('user-login', 'new')).to.deep.include({ kind: 'values' });
    expect(await box.credentials.read('user-login', 'old')).to.deep.equal({
      kind: 'problem',
      reason: `the credential "old" of user-login is encrypted with the key ${lost}, which SECRET_KEY does not have; put the key back, or remove it and enter it again`,
    });
    const listed = await box.credentials.list();
    expect(listed.map(({ name, keyKnown }) => [name, keyKnown])).to.deep.equal([
      ['new', true],
      ['old', false],
    ]);
    expect((await fault(box.credentials.rename('user-login', 'old', 'x'))).message).to.contain(lost);
    await box.credentials.remove('user-login', 'old');
    expect(await box.credentials.list()).to.have.length(1);
  });

  it('calls get their secrets, or one sentence', async () => {
    await credentials.add(LOGIN, 'main', { api_key: 'k1' });
    await box.secrets.set('crm_key', 's1');
    const source = secretSource(box);
    expect(await source.secret('crm_key')).to.deep.equal({ kind: 'found', value: 's1' });
    expect(await source.secret('nope')).to.deep.equal({ kind: 'missing', reason: 'there is no secret "nope"' });
    expect(await source.credential('user-login', undefined)).to.deep.include({ kind: 'found', name: 'main' });
    const missing = { kind: 'missing', reason: 'the integration user-login has no credential "x"' };
    expect(await source.credential('user-login', 'x')).to.deep.equal(missing);
  });
});

describe('secrets', () => {
  let documents: FakeDocuments;
  let box: SecretBox;
  let time = 0;
  beforeEach(() => {
    documents = new FakeDocuments();
    box = openSecrets(documents, newKey(), () => (time += 1000));
  });

  it('are set, changed, listed by name and removed', async () => {
    expect(await box.secrets.set('crm_key', 'cnry-one')).to.equal(true);
    const { createdAt } = await box.secrets.facts('crm_key');
    expect(await box.secrets.set('crm_key', 'cnry-two')).to.equal(false);
    expect(await box.secrets.read('crm_key')).to.deep.equal({ kind: 'value', value: 'cnry-two' });
    expect(await box.secrets.facts('crm_key')).to.include({ id: 'crm_key', createdAt, keyKnown: true });
    expect([...documents.kept.values()].join()).not.to.contain('cnry');
    await box.secrets.remove('crm_key');
    expect(await box.secrets.list()).to.deep.equal([]);
    expect((await fault(box.secrets.remove('crm_key'))).code).to.equal('not_found');
  });

  it('TI6: have names that templates can read', async () => {
    for (const name of ['a', 'a1', 'a_b', 'crm_key2']) expect(await box.secrets.set(name, 'v')).to.equal(true);
    for (const name of ['', '1a', '_a', 'a_', 'A', 'a-b', 'a b', 'a/b', '__proto__', 'a'.repeat(61)])
      expect((await fault(box.secrets.set(name, 'v'))).code, name).to.equal('bad_request');
    expect((await fault(box.secrets.set('a', ''))).message).to.match(/needs a value/);
  });

  it('are kept without the white space around them', async () => {
    await box.secrets.set('crm_key', '\n  cnry-one \r\n');
    expect(await box.secrets.read('crm_key')).to.deep.equal({ kind: 'value', value: 'cnry-one' });
    expect((await fault(box.secrets.set('a', ' \n'))).message).to.match(/needs a value/);
    expect((await fault(box.secrets.set('a', 'cnry\u001b'))).message)
      .to.match(/holds characters/)
      .and.not.contain('cnry');
  });

  it('one whose key is lost says so', async () => {
    await box.secrets.set('crm_key', 'v');
    const [lost] = box.ring.ids();
    const other = openSecrets(documents, newKey(), () => 1);
    const read = (await other.secrets.read('crm_key')) as { reason: string };
    expect(read.reason).to.match(new RegExp(`^the secret "crm_key" is encrypted with the key ${lost},`));
  });
});
