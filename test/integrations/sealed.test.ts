import { expect } from 'chai';
import { shownText } from '../../src/domain/call.ts';
import type { CallRequest } from '../../src/domain/call.ts';
import { callWith, plain, talk } from './compiled.ts';

describe('requests: secrets stay references', () => {
  const sealed = (block: object, typed = 'x'): CallRequest => callWith({ method: 'POST', ...block }, typed);
  const ref = (secret: string): { secret: string } => ({ secret: `secret.${secret}` });

  it('S2 in headers, query, body and URL, whatever the encoding', () => {
    const request = sealed({
      url: 'https://x.example/@secret.part/b?k=@secret.key',
      query: { q: 'a b @secret.query' },
      headers: { Authorization: 'Bearer @secret.token' },
      body: { deep: [{ a: 'x@@ @secret.body "' }], same: '@secret.body' },
    });
    expect(request.url).to.deep.equal([
      'https://x.example/',
      ref('part'),
      '/b?k=',
      ref('key'),
      '&q=a%20b%20',
      ref('query'),
    ]);
    expect(request.headers['Authorization']).to.deep.equal(['Bearer ', ref('token')]);
    expect(request.body).to.deep.equal(['{"deep":[{"a":"x@ ', ref('body'), ' \\""}],"same":"', ref('body'), '"}']);
  });

  it('S6 basic authentication keeps name and password apart and sealed', () => {
    const request = sealed({ basic_auth: { username: 'bot @typed', password: '@secret.password' } }, 'a:b');
    expect(request.auth).to.deep.equal({ username: 'bot a:b', password: [ref('password')] });
    expect(request.headers).to.not.have.property('Authorization');
  });

  it('in JSON texts, forms and plain texts', () => {
    expect(sealed({ body: '{"a": "@secret.a", "b": @secret.b}' }).body).to.deep.equal([
      '{"a":"',
      ref('a'),
      '","b":"',
      ref('b'),
      '"}',
    ]);
    expect(sealed({ content_type: 'form', body: 'a=@secret.a' }).body).to.deep.equal(['a=', ref('a')]);
    expect(sealed({ content_type: 'form', body: { a: '@secret.a' } }).body).to.deep.equal(['a=', ref('a')]);
    expect(sealed({ content_type: 'text', body: '@secret.a' }).body).to.deep.equal([ref('a')]);
  });

  it('what a contact types never becomes one', () => {
    const request = sealed(
      {
        url: 'https://x.example/@typed?k=@secret.key',
        headers: { 'X-Typed': '@typed' },
        body: { typed: '@typed', key: '@secret.key' },
      },
      '@secret.other @auth.x',
    );
    expect(request.headers['X-Typed']).to.equal('@secret.other @auth.x');
    expect(request.body).to.deep.equal(['{"typed":"@secret.other @auth.x","key":"', ref('key'), '"}']);
    expect(shownText(request.url)).to.equal('https://x.example/%40secret.other%20%40auth.x?k=@secret.key');
  });

  it('their markers differ from flow to flow and are left nowhere', () => {
    const simulator = talk([
      { id: 'a', type: 'webhook', url: 'https://x.example/', headers: { A: '@secret.a' }, on_failure: 'end' },
    ]);
    expect(JSON.stringify([simulator.calls, simulator.events, simulator.conversation])).to.not.match(
      /x[0-9a-f]{32}n\d+z/,
    );
  });
});

describe('requests: how they are made', () => {
  it('S3-S5 variables go into URL, headers and body; headers go out as written', () => {
    const request = callWith(
      {
        method: 'PUT',
        url: 'https://x.example/@typed',
        headers: { 'X-Mixed-CASE': 'v-@typed' },
        body: { a: '@typed' },
      },
      'é',
    );
    expect(request).to.include({ method: 'PUT', url: 'https://x.example/%C3%A9', body: '{"a":"é"}', timeout: 10_000 });
    expect(request.headers).to.include({ 'X-Mixed-CASE': 'v-é' });
  });

  it('S9 ten seconds unless told otherwise', () => {
    expect([callWith({}).timeout, callWith({ timeout: 200 }).timeout]).to.deep.equal([10_000, 200_000]);
  });

  it('S17 hold and retry go with the request, as the block says', () => {
    const hold = { message: 'Still looking, @typed', every: '5s', typing: false };
    const request = callWith({ hold, retry: { attempts: 3, backoff: '250ms', on: [429, 'network'] } }, 'Ana');
    expect(request.hold).to.deep.equal({ message: 'Still looking, Ana', every: 5000, typing: false });
    expect(request.retry).to.deep.equal({ attempts: 3, backoff: 250, on: ['429', 'network'] });
    expect(callWith({ hold: {} }).hold).to.deep.equal({ every: 15_000, typing: true });
    expect(callWith({})).to.not.have.any.keys('hold', 'retry');
    expect(callWith({ retry: { attempts: 2 } }).retry).to.deep.equal({
      attempts: 2,
      backoff: 1000,
      on: ['timeout', 'network', '429', '5xx'],
    });
  });

  it('S15 a path that is wrong by its capitals only is a note in the trace', () => {
    const call = { id: 'a', type: 'external_web_call', method: 'GET', url: 'https://x.example/', on_failure: 'end' };
    const { events } = talk([{ ...call, response_variables: { date: ' datetext\n', other: 'nothing' } }]);
    const notes = events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
    expect(notes).to.deep.equal(['the response has no "datetext"; did you mean "DateText"?']);
  });

  it('I1 a webhook without a body sends the contact’s text and every variable; I5 as a POST; I7 encoded in a GET', () => {
    const ask = { id: 'pedido', type: 'question', text: '?' };
    const of = (block: object): CallRequest | undefined => {
      const request = talk([ask, { id: 'w', type: 'webhook', on_failure: 'end', ...block }], ['CU 001']).calls[0]
        ?.request;
      return request?.type === 'phone_code' ? undefined : request;
    };
    const post = of({ url: 'https://x.example/' });
    expect(post?.method).to.equal('POST');
    expect(JSON.parse(plain(post?.body))).to.deep.include({ variables: { pedido: 'CU 001' }, flow: 'a', block: 'w' });
    expect(JSON.parse(plain(post?.body))).to.have.nested.property('message.text', 'CU 001');
    const get = of({ url: 'https://x.example/@flow.pedido', method: 'GET' });
    expect([get?.url, get?.body]).to.deep.equal(['https://x.example/CU%20001', undefined]);
  });
});
