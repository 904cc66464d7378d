import { expect } from 'chai';
import type { CallOutcome, CallRequest } from '../../src/domain/call.ts';
import type { Client } from '../../src/calls/client.ts';
import { clientFor, get, gist, listen, response } from './support.ts';
import type { Behaviour, Listener } from './support.ts';

describe('the client', () => {
  let client: Client;
  const open: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    open.push(one);
    return one;
  };
  const serve = async (behave: Behaviour): Promise<Listener> => keep(await listen(behave));
  const send = async (url: string, more: Partial<CallRequest> = {}): Promise<CallOutcome> =>
    await client.send(get(url, more), 'key-1');

  beforeEach(() => {
    client = keep(clientFor(['127.0.0.1']));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => await one.close()));
  });

  describe('sends', () => {
    it('the key, a user agent, the method, headers and body as given', async () => {
      const server = await serve((socket) => socket.write(response('ok')));
      const headers = { 'X-Mine': 'ä', 'Content-Type': 'application/json' };
      await send(`${server.url}/a?b=c%20d`, { method: 'post', headers, body: '{"a":"é"}' });
      const head = server.seen[0] ?? '';
      expect(head).to.match(/^POST \/a\?b=c%20d HTTP\/1\.1\r\n/);
      expect(head).to.include('\r\nIdempotency-Key: key-1\r\n').and.to.include('\r\nUser-Agent: Parley/9.9.9\r\n');
      expect(head).to.include('\r\nX-Mine: ä\r\n').and.to.include('\r\ncontent-length: 10\r\n');
    });

    it('the author’s own key, and not the headers that belong to the connection', async () => {
      const server = await serve((socket) => socket.write(response('ok')));
      const mine = { 'idempotency-key': 'mine', 'user-agent': 'me', Host: 'inside.lan', Connection: 'upgrade' };
      await send(server.url, { headers: { ...mine, 'Transfer-Encoding': 'chunked', 'Content-Length': '99' } });
      const head = server.seen[0] ?? '';
      expect(head)
        .to.include('idempotency-key: mine')
        .and.to.include('user-agent: me')
        .and.to.include('host: 127.0.0.1');
      expect(head).not.to.match(/key-1|Parley|inside\.lan|upgrade|chunked|99/);
    });

    for (const method of ['GET', 'HEAD', 'TRACE', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']) {
      it(`${method} with a body only where one belongs`, async () => {
        const server = await serve((socket) => socket.write(response('')));
        expect(gist(await send(server.url, { method, body: 'hello' }))).to.equal('200');
        expect(/content-length: 5/i.test(server.seen[0] ?? '')).to.equal(!['GET', 'HEAD', 'TRACE'].includes(method));
      });
    }

    const refused: readonly (readonly [string, Partial<CallRequest>])[] = [
      ['CONNECT', { method: 'CONNECT' }],
      ['a method that is none', { method: 'GET /x HTTP/1.1\r\nA: b' }],
      ['a line break in a header', { headers: { 'X-A': 's3cret\r\nX-B: 1' } }],
      ['NUL in a header', { headers: { 'X-A': 's3cret\0' } }],
      ['an emoji in a header', { headers: { Authorization: 's3cret 😀' } }],
      ['a header name that is none', { headers: { 'X A:s3cret': '1' } }],
      ['credentials in the URL', { url: 'http://me:s3cret@127.0.0.1:1/' }],
    ];
    for (const [what, more] of refused) {
      it(`nothing when there is ${what}, and says so without the value`, async () => {
        const server = await serve((socket) => socket.write(response('')));
        const outcome = await send(server.url, more);
        expect(gist(outcome)).to.equal('bad_request');
        expect(JSON.stringify(outcome)).not.to.include('s3cret');
        expect(server.connections()).to.equal(0);
      });
    }
  });

  describe('statuses', () => {
    for (const status of [
      200, 201, 202, 204, 299, 300, 302, 304, 400, 401, 404, 409, 418, 429, 451, 500, 502, 503, 599,
    ]) {
      it(`${status} is an answer`, async () => {
        const body = status === 204 || status === 304 ? '' : '{"a":1}';
        const server = await serve((socket) =>
          socket.write(response(body, ['Retry-After: 7'], `${status} Some Words`)),
        );
        const outcome = await send(server.url);
        expect(outcome).to.include({ kind: 'answered', status, body });
        expect(outcome).to.have.nested.property('headers.retry-after', '7');
      });
    }

    it('a redirect to itself is answered once', async () => {
      const server = await serve((socket) => socket.write(response('', ['Location: /'], '301 Moved')));
      expect(gist(await send(server.url))).to.equal('301');
      expect(server.seen).to.have.length(1);
    });

    it('103 comes before the answer', async () => {
      const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
      const server = await serve((socket) => socket.write(Buffer.concat([Buffer.from(early), response('late')])));
      expect(await send(server.url)).to.include({ status: 200, body: 'late' });
    });

    it('100 that nobody asked for is a failure: the HTTP library takes it so', async () => {
      const go = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
      const server = await serve((socket) => socket.write(Buffer.concat([go, response('ok')])));
      expect(gist(await send(server.url))).to.equal('network');
    });

    it('an upgrade nobody asked for is a failure', async () => {
      const server = await serve((socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'));
      expect(gist(await send(server.url))).to.equal('network');
    });
  });
});
