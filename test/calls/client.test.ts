import { expect } from 'chai';
import type { CallOutcome } from '../../src/domain/call.ts';
import { createClient } from '../../src/calls/client.ts';
import type { Client } from '../../src/calls/client.ts';
import { authorityOf, createConnections } from '../../src/calls/connections.ts';
import type { Connections } from '../../src/calls/connections.ts';
import { createGuard } from '../../src/calls/guard.ts';
import type { PlainRequest } from '../../src/calls/prepare.ts';
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
  const send = async (url: string, more: Partial<PlainRequest> = {}): Promise<CallOutcome> =>
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
      const headers = { 'X-Mine': 'ä 😀', 'Content-Type': 'application/json' };
      await send(`${server.url}/a?b=c%20d`, { method: 'post', headers, body: '{"a":"é"}' });
      const head = server.seen[0] ?? '';
      expect(head).to.match(/^POST \/a\?b=c%20d HTTP\/1\.1\r\n/);
      expect(head).to.include('\r\nIdempotency-Key: key-1\r\n').and.to.include('\r\nUser-Agent: Parley/9.9.9\r\n');
      const mine = Buffer.from('ä 😀').toString('latin1');
      expect(head).to.include(`\r\nX-Mine: ${mine}\r\n`).and.to.include('\r\ncontent-length: 10\r\n');
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
      expect(head).not.to.match(/key-1|Parley|inside\.lan|upgrade|chunked|content-length/i);
    });

    for (const method of ['GET', 'HEAD', 'TRACE', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']) {
      it(`${method} with a body only where one belongs`, async () => {
        const server = await serve((socket) => socket.write(response('')));
        expect(gist(await send(server.url, { method, body: 'hello' }))).to.equal('200');
        expect(/content-length: 5/i.test(server.seen[0] ?? '')).to.equal(!['GET', 'HEAD', 'TRACE'].includes(method));
      });
    }

    const tunnels: readonly (readonly [string, string, string])[] = [
      ['a tunnel', 'HTTP/1.1 200 Connection established\r\nX-Via: a\r\n\r\nhello', '200'],
      ['a refusal', 'HTTP/1.1 405 Method Not Allowed\r\nX-Via: a\r\nContent-Length: 2\r\n\r\nno', '405'],
      ['a fault', 'HTTP/1.1 502 Bad Gateway\r\nX-Via: a\r\nContent-Type: application/json\r\n\r\n{"a":1}', '502'],
    ];
    for (const [what, bytes, status] of tunnels) {
      it(`CONNECT to the host and port of the URL, and takes the head of ${what} as the answer`, async () => {
        const server = await serve((socket) => socket.write(bytes));
        const outcome = await send(`${server.url}/ignored?a=b`, { method: 'connect', body: 'hello' });
        expect(gist(outcome)).to.equal(status);
        expect(outcome).to.have.nested.property('headers.x-via', 'a');
        expect(outcome).to.have.property('body', '');
        expect(server.seen[0]).to.match(new RegExp(`^CONNECT 127\\.0\\.0\\.1:${server.port} HTTP/1\\.1\\r\\n`));
        expect(server.seen[0])
          .to.include('Idempotency-Key: key-1')
          .and.not.to.match(/content-length/i);
        await server.quiet();
      });
    }

    it('CONNECT to the usual port where the URL has none, and to IPv6 in brackets', async () => {
      const seen: string[] = [];
      const connections: Connections = {
        ...createConnections(),
        request: async ({ url }, { method }) => {
          seen.push(`${method} ${authorityOf(url)}`);
          return { statusCode: 200, headers: {}, body: Buffer.alloc(0) };
        },
      };
      const guard = createGuard({ allow: [], resolve: async () => [{ address: '93.184.216.34', family: 4 }] });
      const recording = keep(createClient({ guard, version: '1', connections }));
      for (const url of ['https://api.example/x', 'http://api.example', 'https://[2606:4700::1111]/'])
        await recording.send(get(url, { method: 'CONNECT' }), 'k');
      expect(seen).to.deep.equal([
        'CONNECT api.example:443',
        'CONNECT api.example:80',
        'CONNECT [2606:4700::1111]:443',
      ]);
    });

    const silences: readonly (readonly [string, Behaviour, string])[] = [
      ['says nothing', () => undefined, 'timed_out'],
      ['hangs up', (socket) => socket.end(), 'network'],
    ];
    for (const [what, behave, wanted] of silences) {
      it(`CONNECT, and is not left hanging by a server that ${what}`, async () => {
        const server = await serve(behave);
        expect(gist(await send(server.url, { method: 'CONNECT', timeout: 150 }))).to.equal(wanted);
        await server.quiet();
      });
    }

    const refused: readonly (readonly [string, Partial<PlainRequest>])[] = [
      ['a method that is none', { method: 'GET /x HTTP/1.1\r\nA: b' }],
      ['a line break in a header', { headers: { 'X-A': 's3cret\r\nX-B: 1' } }],
      ['NUL in a header', { headers: { 'X-A': 's3cret\0' } }],
      ['more than 64 KB of headers', { headers: { 'X-A': 's3cret'.repeat(6000), 'X-B': 's3cret'.repeat(6000) } }],
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
