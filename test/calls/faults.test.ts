import { execFileSync } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import type { CallOutcome } from '../../src/domain/call.ts';
import { createClient } from '../../src/calls/client.ts';
import type { Client } from '../../src/calls/client.ts';
import { createGuard } from '../../src/calls/guard.ts';
import type { PlainRequest } from '../../src/calls/prepare.ts';
import { clientFor, get, gist, itNeeds, listen, resolver, response } from './support.ts';
import type { Behaviour, Listener } from './support.ts';
import { selfSigned, started } from './servers.ts';

const certificate = selfSigned();

describe('the client, when things go wrong', () => {
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
    client = keep(clientFor(['127.0.0.1'], resolver({})));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => await one.close()));
  });

  describe('time', () => {
    const later = (ms: number, act: () => void): void => void setTimeout(act, ms).unref();
    const drip: Behaviour = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(timer));
    };
    const dripHead: Behaviour = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-A: ');
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(timer));
    };
    const cases: readonly (readonly [string, Behaviour])[] = [
      ['no answer', () => undefined],
      ['half a status line', (socket) => socket.write('HTTP/1.1 20')],
      ['headers that never end', dripHead],
      ['headers only', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')],
      ['a body that drips', drip],
      ['an answer that is late', (socket) => later(1_000, () => socket.write(response('late')))],
      [
        'a chunked body without an end',
        (socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n'),
      ],
    ];
    for (const [what, behave] of cases) {
      it(`ends for ${what}, and the connection with it`, async () => {
        let gone: Promise<unknown> = Promise.resolve();
        const server = await serve((socket, head) => {
          gone = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
          behave(socket, head);
        });
        const outcome = await send(server.url, { timeout: 150 });
        expect(outcome.kind).to.equal('timed_out');
        expect(outcome).to.have.property('reason', `127.0.0.1:${server.port} did not answer within 150 ms.`);
        await gone;
      });
    }

    it('waits for an answer that is slow but in time', async () => {
      const server = await serve((socket) => later(100, () => socket.write(response('slow'))));
      expect(await send(server.url)).to.include({ status: 200, body: 'slow' });
    });

    it('ends for a name service that never answers', async () => {
      const guard = createGuard({ allow: [], resolve: async () => await new Promise(() => undefined) });
      const stuck = keep(createClient({ guard, version: '1' }));
      expect(gist(await stuck.send(get('http://a.example', { timeout: 100 }), 'k'))).to.equal('timed_out');
    });

    it('ends for a TLS handshake that is never answered, and hangs up', async () => {
      const server = await serve(() => undefined);
      expect(gist(await send(server.url.replace('http', 'https'), { timeout: 100 }))).to.equal('timed_out');
      await server.quiet();
    });

    it('ends when the caller gives up, before or during the call', async () => {
      const server = await serve(() => undefined);
      const during = client.send(get(server.url), 'k', AbortSignal.timeout(50));
      const before = client.send(get(server.url), 'k', AbortSignal.abort());
      for (const outcome of await Promise.all([during, before])) {
        expect(gist(outcome)).to.equal('network');
        expect(outcome).to.have.property('reason').that.includes('cancelled');
      }
    });
  });

  describe('broken connections', () => {
    const cases: readonly (readonly [string, string, Behaviour])[] = [
      ['closed without an answer', 'network', (socket) => socket.end()],
      ['reset', 'network', (socket) => socket.resetAndDestroy()],
      ['not HTTP', 'network', (socket) => socket.end('220 mail.example ESMTP\r\n')],
      ['truncated', 'network', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc')],
      [
        'chunks cut off',
        'network',
        (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab'),
      ],
      [
        'a length that is no number',
        'network',
        (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc'),
      ],
      [
        'two lengths',
        'network',
        (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc'),
      ],
      ['one huge header', 'too_large', (socket) => socket.end(response('', [`X-A: ${'a'.repeat(40_000)}`]))],
      [
        'many headers',
        'too_large',
        (socket) =>
          socket.end(
            response(
              '',
              Array.from({ length: 3_000 }, (_, i) => `X-${i}: ${i}`),
            ),
          ),
      ],
    ];
    for (const [what, wanted, behave] of cases) {
      it(`${what} is ${wanted}, and the next call works`, async () => {
        const server = await serve((socket, head) =>
          head.startsWith('GET /ok') ? socket.write(response('fine')) : behave(socket, head),
        );
        const outcome = await send(server.url);
        expect(gist(outcome)).to.equal(wanted);
        expect(outcome)
          .to.have.property('reason')
          .that.matches(/^[A-Z0-9].*\.$/);
        expect(await send(`${server.url}/ok`)).to.include({ body: 'fine' });
      });
    }

    it('a body that ends with the connection is complete', async () => {
      const server = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
      expect(await send(server.url)).to.include({ body: 'all of it' });
    });

    it('a length shorter than the body gives that much, and the rest spoils nothing', async () => {
      const server = await serve((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef'));
      expect(await send(server.url)).to.include({ body: 'abc' });
      expect(await send(server.url)).to.include({ body: 'abc' });
    });

    it('a refused connection is network', async () => {
      const server = await listen(() => undefined);
      await server.close();
      const outcome = await send(server.url);
      expect(outcome).to.deep.equal({
        kind: 'failed',
        code: 'network',
        reason: `127.0.0.1:${server.port} refused the connection (ECONNREFUSED).`,
      });
    });

    it('an unknown name is network', async () => {
      expect(await send('http://nowhere.example/'))
        .to.have.property('reason')
        .that.includes('no such name');
    });

    it('TLS against a plain port is tls', async () => {
      const plain = keep(await started(createHttpServer()));
      expect(gist(await send(`https://127.0.0.1:${plain.port}/`))).to.equal('tls');
    });

    itNeeds(
      certificate !== undefined,
      'no openssl',
      'a certificate nobody vouches for is tls, whatever the environment says',
      async () => {
        const server = keep(
          await started(createTlsServer({ key: certificate, cert: certificate }, (_, r) => r.end('secret'))),
        );
        process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
        try {
          expect(gist(await send(`https://127.0.0.1:${server.port}/`))).to.equal('tls');
        } finally {
          delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
        }
      },
    );
  });

  describe('closing', () => {
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((name) => /TCPSocket|Timeout|TLS/.test(name)).length;

    it('ends what is under way, leaves no handle, and answers later calls at once', async () => {
      const [silent, kept] = [await serve(() => undefined), await serve((socket) => socket.write(response('ok')))];
      const before = sockets();
      expect(gist(await send(kept.url))).to.equal('200');
      const urls = [silent.url, silent.url.replace('http', 'https'), kept.url.replace('http', 'https')];
      const calls = urls.map(async (url) => await send(url, { timeout: 60_000 }));
      while (silent.connections() < 2 || kept.connections() < 2) await setImmediate();
      await client.close();
      for (const outcome of await Promise.all(calls))
        expect(outcome).to.have.property('reason').that.includes('cancelled');
      await Promise.all([silent.quiet(), kept.quiet()]);
      expect(sockets()).to.be.at.most(before);
      expect(gist(await send(kept.url))).to.equal('network');
      await client.close();
    });

    it('keeps connections to a bounded number of hosts', async () => {
      const server = await serve((socket) => socket.write(response('ok')));
      const guard = createGuard({ allow: ['127.0.0.1'], resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
      const many = keep(createClient({ guard, version: '1' }));
      for (let i = 0; i < 70; i += 1)
        expect(gist(await many.send(get(`http://n${i}.example:${server.port}`), 'k'))).to.equal('200');
      await many.close();
      await server.quiet();
    });

    it('loads the HTTP library on the first call only', () => {
      const script = `import('./src/calls/client.ts').then(() => {
        const { createRequire } = require('node:module');
        const loaded = Object.keys(createRequire(process.cwd() + '/x.js').cache).filter((file) => file.includes('/undici/'));
        process.stdout.write(String(loaded.length));
      })`;
      const shown = execFileSync(process.execPath, ['--import=tsx', '-e', script], { encoding: 'utf8' });
      expect(shown).to.equal('0');
    });
  });
});
