import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { DEMO_KEY } from '../../src/api/demo-login.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import type { LiveIntegration } from '../../src/flow/integration.ts';
import type { Credentials } from '../../src/integrations/credentials.ts';
import { addDemoCredentials } from '../../src/wiring/demo.ts';
import { openSecrets } from '../../src/wiring/secrets.ts';
import { FakeDocuments, newKey } from '../integrations/kit.ts';

describe('the credential of the demo API', () => {
  const file = resolve(import.meta.dirname, '../../flows/integrations/user-login.yaml');
  const text = readFileSync(file, 'utf8');
  const compiled = (changed: string): LiveIntegration => {
    const { integration } = compileIntegration(changed, file);
    if (integration === null) throw new Error('the integration does not check');
    return integration;
  };
  let credentials: Credentials;
  beforeEach(() => ({ credentials } = openSecrets(new FakeDocuments(), newKey(), () => 0)));

  it('is added once, for an integration that has none', async () => {
    const parts = { credentials, integrations: [compiled(text)] };
    expect(await addDemoCredentials(parts)).to.deep.equal(['user-login']);
    const read = await credentials.read('user-login');
    expect(read).to.deep.include({ kind: 'values', name: 'demo', values: { api_key: DEMO_KEY } });
    expect(await addDemoCredentials(parts)).to.deep.equal([]);
  });

  it('leaves alone an integration that has one', async () => {
    const integration = compiled(text);
    await credentials.add({ ...integration, fields: integration.authentication.fields }, 'mine', { api_key: 'k' });
    expect(await addDemoCredentials({ credentials, integrations: [integration] })).to.deep.equal([]);
    expect((await credentials.list('user-login')).map(({ name }) => name)).to.deep.equal(['mine']);
  });

  for (const [what, changed] of [
    ['calls a real API', text.replaceAll('@server.url/demo', 'https://api.example')],
    ['calls a real API, too', text.replace('@server.url/demo/user-login/me', 'https://api.example/me')],
    ['calls this server elsewhere', text.replace('@server.url/demo/user-login/me', '@server.url/api/v1/calls')],
    [
      'has another field',
      text.replaceAll('identifier: api_key', 'identifier: tenant').replaceAll('@auth.api_key', '@auth.tenant'),
    ],
    [
      'needs more than the key',
      text.replace(
        '    - { identifier: api_key',
        '    - { identifier: tenant, type: text, required: true }\n    - { identifier: api_key',
      ),
    ],
  ] as const) {
    it(`is not given to an integration that ${what}`, async () => {
      expect(await addDemoCredentials({ credentials, integrations: [compiled(changed)] })).to.deep.equal([]);
    });
  }

  it('is there when another process has added it in between', async () => {
    const integrations = [compiled(text)];
    const racing = { list: async () => [], add: credentials.add.bind(credentials) };
    expect(await addDemoCredentials({ credentials: racing, integrations })).to.deep.equal(['user-login']);
    expect(await addDemoCredentials({ credentials: racing, integrations })).to.deep.equal([]);
  });
});
