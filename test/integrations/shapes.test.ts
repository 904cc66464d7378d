import { expect } from 'chai';
import fc from 'fast-check';
import { isUnsealed, unseal } from '../../src/calls/unseal.ts';
import type { CallRequest } from '../../src/domain/call.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { sourceOf } from '../calls/secrets.ts';
import { callWith, plain } from './compiled.ts';

const EVIL = '1"}},"role":"admin';
const sent = (type: string | undefined, body: unknown, typed = EVIL): CallRequest =>
  callWith({ method: 'POST', body, ...(type === undefined ? {} : { headers: { 'Content-Type': type } }) }, typed);

/** Types that do not say how a JSON body is written, or say something else. */
const TYPES = [
  undefined,
  'application/json',
  'application/vnd.api+json; charset=utf-8',
  'application/x-amz-json-1.1',
  'text/json',
  'application/json-patch',
  'application/csp-report',
  'text/plain',
  'application/xml',
  'text/json; a=@typed',
  '@typed',
  'application/@typed',
];

describe('requests: the shape of a body says how values are written', () => {
  for (const type of TYPES)
    it(`a mapping, a list and a text of JSON as ${type ?? 'nothing'}`, () => {
      for (const [body, read] of [
        [{ a: { b: { id: '@typed' } } }, { a: { b: { id: EVIL } } }],
        [
          ['@typed', 'x @typed'],
          [EVIL, `x ${EVIL}`],
        ],
        ['{"a": {"b": {"id": "@typed"}}}', { a: { b: { id: EVIL } } }],
        [' [@typed, {"c": "x @typed"}]', [EVIL, { c: `x ${EVIL}` }]],
      ] as const) {
        const request = sent(type, body);
        expect(JSON.parse(plain(request.body))).to.deep.equal(read);
        expect(request.encoding).to.equal('json');
        if (type !== undefined && !type.includes('@')) expect(request.headers).to.deep.equal({ 'Content-Type': type });
      }
    });

  it('nothing that is typed adds to JSON, whatever the type', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), fc.string({ minLength: 1 }), (type, more) => {
        const typed = `x${more}`;
        const read: unknown = JSON.parse(plain(sent(type, '{"a": "@typed", "b": [@typed]}', typed).body));
        expect(read).to.have.all.keys('a', 'b');
      }),
      { numRuns: 100 },
    );
  });

  it('a form takes mappings as fields, and lists as JSON', () => {
    const form = 'application/x-www-form-urlencoded; charset=@typed';
    expect(sent(form, { a: '@typed' }, 'x&b=1')).to.include({ body: 'a=x%26b%3D1', encoding: 'form' });
    expect(sent(form, 'a=@typed', 'x&b=1')).to.include({ body: 'a=x%26b%3D1', encoding: 'form' });
    expect(sent(form, ['@typed'], 'x')).to.include({ body: '["x"]', encoding: 'json' });
  });

  it('NDJSON has a value on each line', () => {
    const body = '{"index": {"_id": "@typed"}}\n\n{"name": @typed}\n';
    expect(sent('application/x-ndjson', body)).to.include({
      body: `${JSON.stringify({ index: { _id: EVIL } })}\n${JSON.stringify({ name: EVIL })}\n`,
      encoding: 'json',
    });
    expect(sent('application/x-ndjson', '{\n"a": "@typed"\n}', 'x').body).to.equal('{"a":"x"}\n');
  });

  it('markup is escaped, also where the type has a reference inside or says little', () => {
    for (const type of ['text/xml; a=@typed', 'application/xml', 'application/soap', '@typed', 'text/html'])
      expect(sent(type, '<a>@typed</a>', '<b>&'), type).to.include({ body: '<a>&lt;b&gt;&amp;</a>', encoding: 'xml' });
    expect(sent('text/plain', '<a>@typed</a>', '<b>')).to.include({ body: '<a><b></a>', encoding: 'text' });
  });

  it('plain text stays text, and a text without references is nobody else’s', () => {
    for (const [body, text] of [
      ['[note] @typed', '[note] hi'],
      ['{ me { id } }', '{ me { id } }'],
      [7, '7'],
    ] as const)
      expect(sent('text/plain', body, 'hi')).to.include({ body: text, encoding: 'text' });
  });

  it('a text that begins like JSON and is none is told when the file is checked', () => {
    const flow = (body: string): string[] =>
      compileFlow(
        `flow: a\nblocks:\n  - { id: typed, type: question, text: "?" }\n  - id: a\n    type: external_web_call\n    method: POST\n    url: https://x.example/\n    headers: { Content-Type: text/plain }\n    body: '${body}'\n    on_failure: end\n`,
        'a.yaml',
      ).diagnostics.map(({ line, code }) => `${line} ${code}`);
    expect(flow('{"a": "@typed",}')).to.include('9 bad-template');
    expect(flow('{ user(name: "@typed") { id } }')).to.include('9 bad-template');
    expect(flow('hello {"a": "@typed",}')).to.deep.equal([]);
  });

  it('secrets are written in the same way, whatever the type says', async () => {
    const secret = '"}<&=';
    const source = sourceOf({ secrets: { k: secret } });
    const body = async (type: string, written: unknown): Promise<string | undefined> => {
      const result = await unseal(sent(type, written, 'x'), source);
      return isUnsealed(result) ? result.request.body : undefined;
    };
    expect(await body('text/plain', { a: '@secret.k' })).to.equal(JSON.stringify({ a: secret }));
    expect(await body('text/@typed', '{"a": "@secret.k"}')).to.equal(JSON.stringify({ a: secret }));
    expect(await body('@typed', '<a>@secret.k</a>')).to.equal('<a>&quot;}&lt;&amp;=</a>');
    expect(await body('application/x-www-form-urlencoded', 'a=@secret.k')).to.equal('a=%22%7D%3C%26%3D');
    expect(await body('text/plain', '@secret.k')).to.equal(secret);
  });

  it('a request that was owed before says by its type', async () => {
    const old = { ...sent('text/json', 'x'), body: ['{"a":"', { secret: 'secret.k' }, '"}'] };
    const { encoding: _, ...owed } = old;
    const result = await unseal(owed, sourceOf({ secrets: { k: '"' } }));
    expect(isUnsealed(result) && result.request.body).to.equal('{"a":"\\""}');
  });
});

describe('requests: the author’s own query', () => {
  const url = (written: string, query: object, typed = 'x'): unknown => callWith({ url: written, query }, typed).url;

  it('stays as it is written, with the parameters behind it', () => {
    const own = 'https://x.example/a?pre=a%20b&flag&x=~';
    for (const [written, query, whole] of [
      [own, { q: '@typed' }, `${own}&q=x%20%26%2B`],
      [`${own}#top`, { q: '@typed', r: 1 }, `${own}&q=x%20%26%2B&r=1#top`],
      ['https://x.example', { 'a b': 'ñ' }, 'https://x.example?a%20b=%C3%B1'],
      ['https://x.example/a?', { q: 1 }, 'https://x.example/a?q=1'],
      ['https://x.example/a?b=1&', { q: 1 }, 'https://x.example/a?b=1&q=1'],
      ['https://x.example/a#b?c', { q: 1 }, 'https://x.example/a?q=1#b?c'],
      [own, { q: '@extra.none' }, own],
    ] as const)
      expect(url(written, query, 'x &+')).to.equal(whole);
  });
});

describe('requests: what is told of them', () => {
  const told = (block: string): string[] =>
    compileFlow(
      `flow: a\nblocks:\n  - { id: who, type: question, text: "?" }\n  - { id: a, type: external_web_call, method: POST, on_failure: end, ${block} }\n  - { id: b, type: end, text: "@who" }\n`,
      'a.yaml',
    ).diagnostics.map(({ code, message, hint = '' }) => `${code}: ${message} (${hint})`);

  it('a user name in the URL belongs into basic_auth', () => {
    for (const url of ['https://u:p@host/', 'https://u@host/x', 'https://u:@secret.p@api.example/', 'https://u:p@@h/'])
      expect(told(`url: "${url}"`).join(), url).to.match(/^bad-template: the URL has a user name.*basic_auth/);
    for (const url of ['https://@who/', 'https://@who.example:8080/', 'https://x.example:@who/'])
      expect(told(`url: "${url}"`).join(), url).to.match(/bad-template: the URL has no fixed scheme and host/);
  });

  it('tries are 1 to 10', () => {
    for (const attempts of [0, 11, 99])
      expect(told(`url: "https://x.example/", retry: { attempts: ${attempts} }`)).to.deep.equal([
        'bad-value: attempts: tries are 1 to 10 ()',
      ]);
  });

  it('a secret right behind a letter is sent as it is written', () => {
    const at = 'url: "https://x.example/"';
    for (const part of [
      'headers: { X-A: "z@secret.k" }',
      'query: { a: "1@secret.k" }',
      'body: { a: ["é@SECRET.k"] }',
      `body: '{"a": "z@secret.k"}'`,
      'basic_auth: { username: "z@secret.k", password: "@secret.p" }',
    ])
      expect(told(`${at}, ${part}`).join(), part).to.match(/^unread-secret: "@secret.k" stands right behind/i);
    for (const text of [
      '@who@secret.k',
      'z @secret.k',
      'z-@secret.k',
      'z@@secret.k',
      'z@secret.example.com',
      'z@auth.k',
    ])
      expect(told(`${at}, headers: { X-A: "${text}" }`), text).to.deep.equal([]);
  });
});
