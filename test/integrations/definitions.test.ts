import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Diagnostic } from '../../src/flow/diagnostic.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import { IDENTIFIER, METHODS } from '../../src/integrations/definition.ts';
import { scopeOf } from '../language/support.ts';
import { actionOf, actionText, definitionText, integrationOf, made } from './compiled.ts';

const folder = join(import.meta.dirname, 'bad');
const login = definitionText('user-login');

/** What a bad file says is wrong with it: `# line:column code` behind a line, once or several times. */
function expected(text: string): string[] {
  const marks = [...text.matchAll(/ # ((?:\d+:\d+ [a-z-]+ ?)+)$/gm)].map((match) => match[1] ?? '');
  return marks.flatMap((mark) => mark.match(/\d+:\d+ [a-z-]+/g) ?? []).sort();
}

/** The findings in the shared definition once its text is changed. */
function findings(from: string, to: string): readonly Diagnostic[] {
  if (!login.includes(from)) throw new Error(`the definition has no ${from}`);
  return compileIntegration(login.replace(from, to), 'a.yaml').diagnostics;
}

describe('integrations: bad files', () => {
  for (const name of readdirSync(folder)) {
    it(name, () => {
      const text = readFileSync(join(folder, name), 'utf8');
      const { diagnostics } = compileIntegration(text, name);
      const found = diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`).sort();
      expect(found, JSON.stringify(diagnostics, null, 1)).to.deep.equal(expected(text));
    });
  }
});

describe('integrations: definitions', () => {
  it('TI1 one file has one way to authenticate, its fields, and many actions', () => {
    const { id, name, file, actions, authentication, origins } = integrationOf(login);
    expect([id, name, file]).to.deep.equal(['user-login', 'Integration Test - User Login', 'integrations/a.yaml']);
    expect([...actions.keys()]).to.deep.equal(['create_user_validation', 'validate_code']);
    expect(authentication.fields.map(({ identifier }) => identifier)).to.deep.equal(['api_key', 'tenant']);
    expect(origins).to.deep.equal(['https://api.example']);
  });

  it('TI2 the name is required; description and logo are not, and a logo is an address', () => {
    const [missing] = findings('name: Integration Test - User Login\n', '');
    expect(missing).to.include({ code: 'missing-key', message: '"name" is missing' });
    expect(
      findings(
        'description: Sends a code to a user by e-mail, and checks it\nlogo: https://shop.example/logo.png\n',
        '',
      ),
    ).to.deep.equal([]);
    expect(integrationOf(login)).to.include({ logo: 'https://shop.example/logo.png' });
    expect(findings('https://shop.example/logo.png', 'logo.png')[0]).to.include({ code: 'bad-value' });
  });

  it('TI4 api_key is the only scheme, and the error says so', () => {
    const [found] = findings('scheme: api_key', 'scheme: oauth2');
    expect(found?.message).to.equal('scheme: this is the text "oauth2", but only api_key is meant');
  });

  it('TI5 a field has an identifier and a type, and may have a name and be required', () => {
    const { fields, name } = integrationOf(login).authentication;
    expect([name, ...fields]).to.deep.equal([
      'Validation API key',
      { identifier: 'api_key', type: 'password', required: true },
      { identifier: 'tenant', type: 'text', required: false, name: 'Tenant' },
    ]);
    expect(findings('type: text, name: Tenant', 'name: Tenant').map(({ code }) => code)).to.deep.equal(['missing-key']);
    expect(findings('identifier: tenant, ', '').map(({ code }) => code)).to.include('missing-key');
  });

  it('TI6 identifiers: small letters, digits and _, a letter first, no _ last', () => {
    for (const good of ['a', 'a1', 'a_b', 'api_key']) expect(good).to.match(IDENTIFIER);
    for (const bad of ['1a', '_a', 'a_', 'A', 'a-b', '', 'á', 'a b']) {
      expect(bad).to.not.match(IDENTIFIER);
      const codes = findings('identifier: tenant', `identifier: "${bad}"`);
      expect(
        codes.map(({ code }) => code),
        bad,
      ).to.include('bad-value');
    }
  });

  it('TI7 a field is text or password', () => {
    const [found] = findings('type: password', 'type: secret');
    expect(found?.message).to.contain('one of text, password is meant');
  });

  it('TI10 the test request goes out with the credential’s value in its header; one that may change data is a hint', () => {
    const request = made(integrationOf(login).testRequest(scopeOf()));
    expect(request).to.deep.include({ method: 'GET', url: 'https://api.example/v1/me?verbose=1', timeout: 10_000 });
    expect(request.headers).to.deep.equal({ 'Truora-API-Key': [{ secret: 'auth.api_key' }] });
    expect(request.action).to.deep.equal({ integration: 'user-login', action: 'test_request' });
    for (const method of METHODS) {
      const codes = findings('method: GET', `method: ${method}`).map(({ code }) => code);
      expect(codes, method).to.deep.equal(['GET', 'OPTIONS', 'TRACE'].includes(method) ? [] : ['changing-test']);
    }
  });

  it('TI11 all eight methods, and no HEAD', () => {
    for (const method of METHODS) {
      const action = actionOf({ request: { method, endpoint: 'https://crm.example/' } });
      expect(made(action.request({}, scopeOf())).method).to.equal(method);
    }
    expect(METHODS).to.have.length(8);
    const head = compileIntegration(
      actionText({ request: { method: 'HEAD', endpoint: 'https://crm.example/' } }),
      'a.yaml',
    );
    expect(head.diagnostics[0]?.message).to.contain(
      'one of GET, POST, PUT, DELETE, OPTIONS, CONNECT, TRACE, PATCH is meant',
    );
  });

  it('TI9 what is written out is refused with its line, by its name or by its shape', () => {
    const request = (more: object): string =>
      actionText({ request: { method: 'POST', endpoint: 'https://crm.example/', ...more } });
    const codes = (more: object): string[] =>
      compileIntegration(request(more), 'a.yaml').diagnostics.map(({ code }) => code);
    for (const name of [
      'Authorization',
      'Api-Key',
      'X-Api-Key',
      'Truora-API-Key',
      'X-Auth-Token',
      'Cookie',
      'apikey',
      'X-Secret',
    ])
      expect(codes({ headers: { [name]: 'abc' } }), name).to.deep.equal(['inline-secret']);
    for (const value of [
      'AKIAIOSFODNN7EXAMPLE',
      `ghp_${'a'.repeat(36)}`,
      'xoxb-1234567890-abc',
      `sk_live_${'a'.repeat(20)}`,
      'Bearer abcdefgh1234',
    ])
      expect(codes({ headers: { 'X-Any': value } }), value).to.deep.equal(['inline-secret']);
    expect(codes({ query: { access_token: 'abc' } })).to.deep.equal(['inline-secret']);
    expect(codes({ body: { deep: { password: 'abc' } } })).to.deep.equal(['inline-secret']);
    expect(codes({ endpoint: 'https://crm.example/?api_key=abc' })).to.deep.equal(['inline-secret']);
    for (const fine of [
      { Authorization: 'Bearer @auth.api_key' },
      { 'X-Token': '@auth.api_key' },
      { Accept: 'application/json' },
      { 'Token-Type': 'x' },
    ])
      expect(codes({ headers: fine }), JSON.stringify(fine)).to.deep.equal([]);
  });
});
