import { expect } from 'chai';
import fc from 'fast-check';
import type { CallRequest } from '../../src/domain/call.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { parseJson } from '../../src/domain/parse-json.ts';
import { scopeOf } from '../language/support.ts';
import { actionOf, callWith, made, plain, talk } from './compiled.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom(
    '../..',
    '..',
    '.',
    '%2e%2e',
    'a/b',
    '?x=1',
    '#f',
    '&b=2',
    '\r\nX-Evil: 1',
    '"}',
    '","a":"b',
    '\\',
    '@secret.key',
    '{{x}}',
    '\u0000',
    '\ud800',
  ),
);

const input = { key: 'who', name: 'Who', type: 'string', required: true };
const json = (request: CallRequest): unknown => JSON.parse(plain(request.body));

describe('requests: values stay in their place', () => {
  const action = actionOf({
    inputs: [input],
    request: {
      method: 'POST',
      endpoint: 'https://crm.example:8443/v1/@input.who/x?a=@input.who&b=1',
      query: { q: '@input.who', both: 'x @input.who y' },
      headers: { 'X-Who': '@input.who' },
      body: { who: '@input.who', text: 'hello @input.who', list: ['@input.who'] },
    },
  });

  it('TA6 a value can never change host, path depth or add a parameter, and comes out as it went in', () => {
    fc.assert(
      fc.property(nasty, (who) => {
        const request = action.request({ who }, scopeOf());
        if ('problem' in request) return;
        const url = new URL(plain(request.url));
        const text = who.toWellFormed();
        expect([url.origin, url.pathname.split('/').length, url.hash]).to.deep.equal([
          'https://crm.example:8443',
          4,
          '',
        ]);
        expect([...url.searchParams]).to.deep.equal([
          ['a', text],
          ['b', '1'],
          ['q', text],
          ['both', `x ${text} y`],
        ]);
        expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).to.equal(text);
      }),
      { numRuns: 500 },
    );
  });

  it('TA8 a JSON body can never be broken or extended', () => {
    fc.assert(
      fc.property(nasty, (who) => {
        const request = action.request({ who }, scopeOf());
        if ('problem' in request) return;
        expect(json(request)).to.deep.equal({ who, text: `hello ${who}`, list: [who] });
      }),
      { numRuns: 500 },
    );
  });

  it('header values lose control characters', () => {
    fc.assert(
      fc.property(nasty, (who) => {
        const request = action.request({ who }, scopeOf());
        if ('problem' in request) return;
        // oxlint-disable-next-line no-control-regex
        expect(plain(request.headers['X-Who'])).to.not.match(/[\u0000-\u001F\u007F]/);
      }),
    );
  });

  it('a form field can never add another, whether the form is a mapping or a text', () => {
    const request = {
      method: 'POST',
      endpoint: 'https://crm.example/',
      content_type: 'form',
      body: { who: '@input.who', b: 1 },
    };
    const form = actionOf({ inputs: [input], request });
    fc.assert(
      fc.property(nasty, (who) => {
        const sent = made(form.request({ who }, scopeOf()));
        expect(sent.headers).to.include({ 'Content-Type': 'application/x-www-form-urlencoded' });
        expect([...new URLSearchParams(plain(sent.body))]).to.deep.equal([
          ['who', who.toWellFormed()],
          ['b', '1'],
        ]);
      }),
    );
    const text = { method: 'POST', content_type: 'form', body: 'a=@typed&b=1\n' };
    expect(callWith(text, 'x&y=z 1').body).to.equal('a=x%26y%3Dz+1&b=1');
  });

  it('markup is escaped in a body of XML, and nothing is in one of plain text', () => {
    const sent = (content_type: string): CallRequest =>
      callWith({ method: 'POST', content_type, body: '<a b="1">@typed</a>' }, `<i>&"`);
    expect(sent('xml').body).to.equal('<a b="1">&lt;i&gt;&amp;&quot;</a>');
    expect(sent('text').body).to.equal('<a b="1"><i>&"</a>');
  });
});

describe('requests: bodies written as text (S12)', () => {
  const sent = (body: string, typed = 'A "quote"\nand a line'): unknown =>
    json(callWith({ method: 'POST', body }, typed));

  it('S12 references in quotes are texts, references without keep their type', () => {
    const body = `{
  "text": "@typed",
  "note": "said: @typed, by @contact.channel",
  "bare": @typed,
  "list": [1, @(size("abc")), @typed],
  "mail": "help@acme.com and @@typed",
  "flag": @(1 < 2)
}`;
    const typed = 'A "quote"\nand a line';
    expect(sent(body)).to.deep.equal({
      text: typed,
      note: `said: ${typed}, by web`,
      bare: typed,
      list: [1, 3, typed],
      mail: 'help@acme.com and @typed',
      flag: true,
    });
  });

  it('a quoted number stays a text, a bare one stays a number', () => {
    const blocks = [
      { id: 'n', type: 'set_variable', variable: 'n', value: 7 },
      {
        id: 'call',
        type: 'external_web_call',
        method: 'POST',
        url: 'https://x.example/',
        body: '{"a": "@n", "b": @n, "c": @n.x}',
        on_failure: 'end',
      },
    ];
    const request = talk([{ ...blocks[0], id: 'set' }, blocks[1] ?? {}]).calls[0]?.request;
    expect(request?.type === 'phone_code' ? null : request?.body).to.equal('{"a":"7","b":7,"c":null}');
  });

  it('a text that is no object or list is one value', () => {
    expect(sent('@typed', 'x')).to.equal('x');
    expect(sent('hello @typed', '"x"')).to.equal('hello "x"');
  });

  it('no value can break it', () => {
    fc.assert(
      fc.property(nasty, (typed) => {
        const body = '{"a": "@typed", "b": @typed, "c": ["x @typed"]}';
        const text = parseJson(JSON.stringify(typed));
        if (typeof text !== 'string' || text.trim() === '') return;
        const got = sent(body, text) as { a: string; b: string; c: string[] };
        expect(Object.keys(got)).to.deep.equal(['a', 'b', 'c']);
        expect([got.a, got.c[0]]).to.deep.equal([got.b, `x ${got.a}`]);
      }),
      { numRuns: 200 },
    );
  });

  for (const [body, why] of [
    ['{"a": 1@typed}', 'a reference inside a number'],
    ['{@typed: 1}', 'a reference as a key'],
    ['{"a": @typed', 'a brace that is missing'],
    ['['.repeat(5000), 'a body that nests too deep'],
  ] as const) {
    it(`${why} is told when the file is checked`, () => {
      const blocks = `blocks:\n  - { id: typed, type: question, text: "?" }\n  - id: a\n    type: external_web_call\n    method: POST\n    url: https://x.example/\n    on_failure: end\n`;
      const { diagnostics } = compileFlow(`flow: a\n${blocks}    body: |\n      ${body}\n`, 'a.yaml');
      expect(diagnostics.map(({ line, code }) => `${line} ${code}`)).to.include('10 bad-template');
    });
  }

  it('S11 the header says what the body is', () => {
    const type = (block: object): unknown => callWith({ method: 'POST', body: { a: 1 }, ...block }).headers;
    expect(type({})).to.deep.equal({ 'Content-Type': 'application/json' });
    expect(type({ content_type: 'form' })).to.deep.equal({ 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(type({ content_type: 'text/xml', body: 'x' })).to.deep.equal({ 'Content-Type': 'text/xml' });
    const own = callWith({
      method: 'POST',
      body: { a: 1 },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([own.headers, own.body]).to.deep.equal([{ 'content-type': 'application/x-www-form-urlencoded' }, 'a=1']);
  });
});
