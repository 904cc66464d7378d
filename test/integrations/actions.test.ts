import { expect } from 'chai';
import { shownText } from '../../src/domain/call.ts';
import { VALUE_TYPES } from '../../src/domain/integration.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import { scopeOf } from '../language/support.ts';
import { actionOf, actionText, definitionText, integrationOf, made, plain } from './compiled.ts';

const login = definitionText('user-login');

describe('integrations: actions', () => {
  const parts = { request: { method: 'GET', endpoint: 'https://crm.example/' } };

  it('TA1 a name is required, a description is not', () => {
    expect(integrationOf(login).actions.get('create_user_validation')).to.include({
      description: 'Sends a code to the user',
    });
    const text = actionText(parts).replace('    name: Go\n', '');
    expect(compileIntegration(text, 'a.yaml').diagnostics[0]?.message).to.equal('actions: "name" is missing');
  });

  for (const [row, list] of [
    ['TA2', 'inputs'],
    ['TA11', 'outputs'],
  ] as const) {
    it(`${row} name, key and type of ${list} are mandatory, and required is not`, () => {
      const entry = { key: 'a', name: 'A', type: 'string' };
      const codes = (more: object): string[] =>
        compileIntegration(actionText({ ...parts, [list]: [more] }), 'a.yaml').diagnostics.map(({ code }) => code);
      expect(codes(entry)).to.deep.equal([]);
      expect(codes({ ...entry, required: true })).to.deep.equal([]);
      for (const key of ['key', 'name', 'type']) expect(codes({ ...entry, [key]: undefined }), key).to.have.length(1);
      for (const type of VALUE_TYPES) expect(codes({ ...entry, type })).to.deep.equal([]);
      expect(codes({ ...entry, type: 'object' })).to.deep.equal(['bad-value']);
    });
  }

  it('TA3 keys of inputs follow the rule of identifiers', () => {
    for (const [key, good] of [
      ['a', true],
      ['a_b1', true],
      ['A', false],
      ['a_', false],
      ['a-b', false],
      ['1a', false],
    ] as const) {
      const text = actionText({ ...parts, inputs: [{ key, name: 'A', type: 'string' }] });
      expect(compileIntegration(text, 'a.yaml').integration !== null, key).to.equal(good);
    }
  });

  it('TA4 each type converts what fits it, and nothing is made of the rest', () => {
    const sent = (type: string, value: unknown): unknown => {
      const action = actionOf({
        inputs: [{ key: 'v', name: 'Value', type, required: true }],
        request: { method: 'POST', endpoint: 'https://crm.example/', body: { v: '@input.v' } },
      });
      const request = action.request({ v: value as string }, scopeOf());
      return 'problem' in request ? request.problem : (JSON.parse(plain(request.body)) as { v: unknown }).v;
    };
    const no = (what: string, value: string): string => `the input "v" (Value): "${value}" is not ${what}`;
    for (const [type, value, result] of [
      ['string', 12, '12'],
      ['string', 'a b', 'a b'],
      ['integer', ' 12 ', 12],
      ['integer', 'abc', no('a whole number', 'abc')],
      ['integer', 1.5, no('a whole number', '1.5')],
      ['number', '1.5', 1.5],
      ['number', '1,5', no('a number', '1,5')],
      ['number', '1e999', no('a number', '1e999')],
      ['boolean', 'TRUE', true],
      ['boolean', false, false],
      ['boolean', 'maybe', no('true or false', 'maybe')],
      ['datetime', '2026-01-05T09:00:00+01:00', '2026-01-05T08:00:00.000Z'],
      ['datetime', 'tomorrow', no('a date and time such as 2026-01-05T09:00:00Z', 'tomorrow')],
    ] as const)
      expect(sent(type, value), `${type} ${value}`).to.equal(result);
  });

  it('TA5 a required input that is absent is a problem, and no request is made', () => {
    const action = actionOf({ ...parts, inputs: [{ key: 'v', name: 'Value', type: 'string', required: true }] });
    for (const given of [{}, { v: null }, { v: '' }])
      expect(action.request(given, scopeOf())).to.deep.equal({ problem: 'the input "v" (Value) is missing' });
  });

  it('TA6 inputs stand in the URL, the query and the body; an optional one that is absent leaves its key out', () => {
    const create = integrationOf(login).actions.get('create_user_validation');
    const request = create?.request({ account_id: 'ana/../b' }, scopeOf());
    if (request === undefined || 'problem' in request) throw new Error('no request');
    expect(request.url).to.equal('https://api.example/v1/accounts/ana%2F..%2Fb/validations');
    expect(request.body).to.equal('{"type":"email","user":"ana/../b"}');
    const more = create?.request({ account_id: 'ana', note: 'x&y' }, scopeOf());
    if (more === undefined || 'problem' in more) throw new Error('no request');
    expect(more.url).to.equal('https://api.example/v1/accounts/ana/validations?note=x%26y');
    expect(more.body).to.equal('{"type":"email","user":"ana","note":"x&y"}');
  });

  it('TA7 credentials stand in headers, query, body and path, and an unknown one is an error', () => {
    const code = integrationOf(login).actions.get('validate_code');
    const request = code?.request({ validation_id: 'V', token: '1' }, scopeOf());
    if (request === undefined || 'problem' in request) throw new Error('no request');
    expect(request.headers['Truora-API-Key']).to.deep.equal([{ secret: 'auth.api_key' }]);
    expect(request.body).to.deep.equal(['token=1&tenant=', { secret: 'auth.tenant' }]);
    const action = actionOf({
      request: { method: 'GET', endpoint: 'https://crm.example/@auth.api_key/x', query: { k: 'a @auth.api_key' } },
    });
    expect(shownText(made(action.request({}, scopeOf())).url)).to.equal(
      'https://crm.example/@auth.api_key/x?k=a%20@auth.api_key',
    );
    const wrong = compileIntegration(
      actionText({ request: { method: 'GET', endpoint: 'https://crm.example/', headers: { A: '@auth.api_kay' } } }),
      'a.yaml',
    );
    expect(wrong.diagnostics[0]).to.include({ code: 'unknown-auth', hint: 'did you mean "api_key"?' });
  });

  it('TA8 the body is encoded by its content type', () => {
    const body = { a: '1 & 2', n: 3 };
    const sent = (content_type?: string): unknown[] => {
      const request = made(
        actionOf({
          request: {
            method: 'POST',
            endpoint: 'https://crm.example/',
            body,
            ...(content_type === undefined ? {} : { content_type }),
          },
        }).request({}, scopeOf()),
      );
      return [request.headers['Content-Type'], request.body];
    };
    expect(sent()).to.deep.equal(['application/json', '{"a":"1 & 2","n":3}']);
    expect(sent('form')).to.deep.equal(['application/x-www-form-urlencoded', 'a=1+%26+2&n=3']);
  });

  it('timeout and retry are the action’s own; the request says which action it is', () => {
    const request = integrationOf(login).actions.get('create_user_validation')?.request({ account_id: 'a' }, scopeOf());
    expect(request).to.deep.include({
      timeout: 5000,
      retry: { attempts: 3, backoff: 500, on: ['timeout', '429'] },
      action: { integration: 'user-login', action: 'create_user_validation' },
    });
  });

  it('what only a flow knows has to be given as an input; the clock and the server are known', () => {
    const codes = (text: string): string[] =>
      compileIntegration(
        actionText({ request: { method: 'POST', endpoint: 'https://crm.example/', body: { text } } }),
        'a.yaml',
      ).diagnostics.map(({ code }) => code);
    for (const text of ['@contact.name', '@message.text', '@extra.x', '@flow.x', '@id', '@resume.url'])
      expect(codes(text), text).to.deep.equal(['bad-template']);
    for (const text of ['@(contact.name)', '@(input.nope)', '@(auth.api_key)'])
      expect(codes(text), text).to.deep.equal(['unknown-name']);
    expect(codes('@secret.x')).to.deep.equal(['misplaced-secret']);
    for (const text of ['@now @today @server.url', '@(1 + 1)', 'a@b.example @@x'])
      expect(codes(text), text).to.deep.equal([]);
  });

  it('expressions may work with inputs', () => {
    const action = actionOf({
      inputs: [
        { key: 'name', name: 'Name', type: 'string' },
        { key: 'n', name: 'N', type: 'integer' },
      ],
      request: {
        method: 'POST',
        endpoint: 'https://crm.example/',
        body: { a: '@(upper(input.name))', b: '@(input.n + 1)', c: '@input.n' },
      },
    });
    expect(made(action.request({ name: 'ana', n: '41' }, scopeOf())).body).to.equal('{"a":"ANA","b":42,"c":41}');
  });

  it('requests to this server itself are written with @server.url', () => {
    const integration = integrationOf(actionText({ request: { method: 'GET', endpoint: '@server.url/demo/x' } }));
    expect(integration.origins).to.deep.equal(['https://crm.example', '@server.url']);
    expect(made(integration.actions.get('go')?.request({}, scopeOf()) ?? { problem: '' }).url).to.equal(
      'http://parley.test/demo/x',
    );
  });
});
