import { expect } from 'chai';
import { isUnsealed, unseal } from '../../src/calls/unseal.ts';
import type { Unsealed } from '../../src/calls/unseal.ts';
import type { CallOutcome, CallRequest, Sealed } from '../../src/domain/call.ts';
import { sourceOf } from './secrets.ts';

const NASTY = 'a b+c/d?e#f&g="h\'\\\n%41é😀';
const XML = 'a b+c/d?e#f&amp;g=&quot;h&#39;\\\n%41é😀';
const source = sourceOf({
  secrets: { nasty: NASTY, key: 'k3y-12345', dots: '..', pasted: '  t0ken-value\r\n', empty: '' },
  credentials: { 'crm/Main': { api_key: 'cred-7777', tenant: 'ten-1' }, 'crm/Old': {} },
  plain: ['tenant'],
  origins: ['https://api.example', 'https://eu.api.example:8443'],
});
const BASE = {
  type: 'external_web_call',
  method: 'POST',
  url: 'https://api.example/v1',
  headers: {},
  timeout: 1000,
} as const;
const ref = (secret: string): Sealed => [{ secret }];

async function open(more: Partial<CallRequest>): Promise<Unsealed | CallOutcome> {
  return await unseal({ ...BASE, ...more }, source);
}

async function opened(more: Partial<CallRequest>): Promise<Unsealed> {
  const result = await open(more);
  if (!isUnsealed(result)) throw new Error(JSON.stringify(result));
  return result;
}

describe('secrets in a request', () => {
  describe('are encoded for their place', () => {
    it('path and query: percent-encoded, adding no step, parameter or fragment', async () => {
      const nasty = { secret: 'secret.nasty' };
      const { request } = await opened({ url: ['https://api.example/v1/', nasty, '/x?q=', nasty, '&z=1#', nasty] });
      const url = new URL(request.url);
      expect(url.pathname.split('/')).to.have.length(4);
      expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).to.equal(NASTY);
      expect([...url.searchParams.keys()]).to.deep.equal(['q', 'z']);
      expect(url.searchParams.get('q')).to.equal(NASTY);
    });

    const bodies: readonly (readonly [string, string | undefined, Sealed, (body: string) => unknown, unknown])[] = [
      ['JSON', 'application/json', ['{"a":"x', { secret: 'secret.nasty' }, '"}'], JSON.parse, { a: `x${NASTY}` }],
      [
        'JSON of its own kind',
        'application/vnd.api+json; charset=utf-8',
        ['["', { secret: 'secret.nasty' }, '"]'],
        JSON.parse,
        [NASTY],
      ],
      [
        'a form',
        'application/x-www-form-urlencoded',
        ['a=', { secret: 'secret.nasty' }, '&b=1'],
        (body) => Object.fromEntries(new URLSearchParams(body)),
        { a: NASTY, b: '1' },
      ],
      ['XML', 'text/xml; charset=utf-8', ['<a>', { secret: 'secret.nasty' }, '</a>'], String, `<a>${XML}</a>`],
      ['SOAP', 'application/soap+xml', ref('secret.nasty'), String, XML],
      ['text', 'text/plain', ['x ', { secret: 'secret.nasty' }], String, `x ${NASTY}`],
      ['no type', undefined, ref('secret.nasty'), String, NASTY],
    ];
    for (const [what, type, body, read, wanted] of bodies) {
      it(`a body of ${what}`, async () => {
        const { request } = await opened({ headers: type === undefined ? {} : { 'content-TYPE': type }, body });
        expect(read(request.body ?? '')).to.deep.equal(wanted);
      });
    }

    it('headers: one line, without what was pasted around the value', async () => {
      const headers = { 'X-A': ref('secret.pasted'), 'X-B': ['Bearer ', { secret: 'secret.nasty' }] };
      const { request } = await opened({ headers });
      expect(request.headers).to.deep.equal({ 'X-A': 't0ken-value', 'X-B': `Bearer ${NASTY.replace('\n', '')}` });
    });

    it('Basic authentication: in base64, in place of another authorization', async () => {
      const auth = { username: 'me', password: ref('secret.nasty') };
      const { request, secrets } = await opened({ headers: { authorization: 'x', 'X-A': '1' }, auth });
      expect(Object.keys(request.headers)).to.deep.equal(['X-A', 'Authorization']);
      const token = (request.headers['Authorization'] ?? '').replace(/^Basic /, '');
      expect(Buffer.from(token, 'base64').toString()).to.equal(`me:${NASTY}`);
      expect(secrets).to.deep.equal([NASTY, token]);
    });

    it('texts without secrets stay as they are, and nothing is looked up', async () => {
      const untouched = { url: 'https://api.example/a b', headers: { A: ' x\t' }, body: '{"a":"\\u0000"}' };
      const { request, secrets } = await opened(untouched);
      expect(request).to.include({ url: untouched.url, body: untouched.body, timeout: 1000, method: 'POST' });
      expect(request.headers).to.deep.equal(untouched.headers);
      expect(secrets).to.deep.equal([]);
    });
  });

  describe('credentials', () => {
    const action = { integration: 'crm', action: 'find' };
    const headers = { 'Api-Key': ref('auth.api_key') };

    it('the one named is taken, or else the one that the source decides on', async () => {
      expect(await opened({ headers, action: { ...action, credential: 'Main' } })).to.include({ credential: 'Main' });
      const only = await opened({ headers, action });
      expect(only).to.include({ credential: 'Main' });
      expect(only.request.headers).to.deep.equal({ 'Api-Key': 'cred-7777' });
      expect(only.secrets).to.deep.equal(['cred-7777']);
    });

    it('fields that are no passwords are no secrets, but a login made of any of them is', async () => {
      const both = { ...headers, 'X-Tenant': ref('auth.tenant') };
      expect(await opened({ headers: both, action })).to.deep.include({ secrets: ['cred-7777'] });
      const plain = { 'X-Tenant': ref('auth.tenant') };
      expect(await opened({ headers: plain, action })).to.deep.include({ secrets: [] });
      const auth = { username: ref('auth.tenant'), password: ref('auth.api_key') };
      const token = Buffer.from('ten-1:cred-7777').toString('base64');
      expect(await opened({ auth, action })).to.deep.include({ secrets: ['cred-7777', token] });
    });

    it('an action that reads none needs none', async () => {
      const result = await opened({ action: { ...action, credential: 'Gone' } });
      expect(result).not.to.have.property('credential');
    });

    const origins: readonly (readonly [string, boolean])[] = [
      ['https://api.example/v1/x', true],
      ['https://API.example:443/', true],
      ['https://eu.api.example:8443/', true],
      ['https://eu.api.example/', false],
      ['http://api.example/', false],
      ['https://api.example:444/', false],
      ['https://api.example.evil.example/', false],
      ['https://api.example@evil.example/', false],
      ['https://evil.example/?https://api.example', false],
      ['https://api.example\\@evil.example/', true],
      ['https://api.example./', false],
    ];
    for (const [url, wanted] of origins) {
      it(`${wanted ? 'go' : 'never go'} to ${url}`, async () => {
        const result = await open({ url, headers, action });
        expect(isUnsealed(result)).to.equal(wanted);
        if (wanted) return;
        expect(result).to.include({ kind: 'failed', code: 'refused_address' });
        expect(result)
          .to.have.property('reason')
          .that.includes('"Main" may be sent to https://api.example, https://eu.api.example:8443 only');
        expect(JSON.stringify(result)).not.to.include('cred-7777');
      });
    }
  });

  describe('that cannot be had', () => {
    const action = { integration: 'crm', action: 'find' };
    const rows: readonly (readonly [string, Partial<CallRequest>, string, string])[] = [
      ['a secret', { body: ref('secret.gone') }, 'no_secret', 'There is no secret "gone".'],
      [
        'a credential',
        { headers: { A: ref('auth.api_key') }, action: { ...action, credential: 'Gone' } },
        'no_secret',
        'The integration crm has no credential "Gone".',
      ],
      [
        'a field',
        { headers: { A: ref('auth.other') }, action },
        'no_secret',
        'The credential "Main" has no value for other, which is read as @auth.other.',
      ],
      [
        'a field of nature',
        { headers: { A: ref('auth.constructor') }, action },
        'no_secret',
        'The credential "Main" has no value for constructor, which is read as @auth.constructor.',
      ],
      [
        'auth outside an integration',
        { headers: { A: ref('auth.api_key') } },
        'no_secret',
        '@auth is known only in requests of a custom integration.',
      ],
      ['another space', { body: ref('env.PATH') }, 'no_secret', 'There is no secret @env.PATH.'],
      [
        'a source that is away',
        { body: ref('secret.away') },
        'no_secret',
        '@secret.away could not be read: the store is away.',
      ],
      [
        'dots in a path',
        { url: ['https://api.example/a/', { secret: 'secret.dots' }, '/b'] },
        'bad_request',
        'A secret of "." or ".." would change the path of the URL.',
      ],
    ];
    for (const [what, more, code, reason] of rows) {
      it(`${what}: ${reason}`, async () => {
        expect(await open(more)).to.deep.equal({ kind: 'failed', code, reason });
      });
    }
  });
});
