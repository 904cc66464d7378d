import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { createConnections } from '../../src/calls/connections.ts';
import type { Connections } from '../../src/calls/connections.ts';
import { createClient } from '../../src/calls/client.ts';
import type { Client } from '../../src/calls/client.ts';
import { createGuard, under } from '../../src/calls/guard.ts';
import type { GuardOptions } from '../../src/calls/guard.ts';
import { canListen, clientFor, get, gist, itNeeds, listen, resolver, response } from './support.ts';
import type { Listener } from './support.ts';

const ipv6 = await canListen('::1');
const loopback2 = await canListen('127.0.0.2');

describe('the guard', () => {
  let canary: Listener;
  const open: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    open.push(one);
    return one;
  };

  beforeEach(async () => {
    canary = keep(await listen((socket) => socket.write(response('{"canary":true}'))));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => await one.close()));
  });

  const call = async (client: Client, url: string): Promise<string> => {
    const word = gist(await client.send(get(url), 'k'));
    // The library counts a connection as free one turn of the loop after its answer.
    await setImmediate();
    return word;
  };
  const judged = async (options: GuardOptions, url: string): Promise<string> => {
    const verdict = await createGuard(options).check(url);
    return verdict.kind === 'allowed' ? 'allowed' : gist(verdict.outcome);
  };

  describe('canary', () => {
    it('is never reached on 127.0.0.1, however it is written', async () => {
      const client = keep(clientFor([], resolver({ 'sneaky.example': [['127.0.0.1']], localhost: [['127.0.0.1']] })));
      const hosts = [
        '127.0.0.1',
        '127.1',
        '2130706433',
        '0x7f000001',
        '0177.0.0.1',
        '127.0.0.1.',
        '①②⑦.0.0.1',
        '0.0.0.0',
      ];
      const forms = [
        'localhost',
        'LOCALHOST.',
        'sneaky.example',
        '[::ffff:127.0.0.1]',
        '[::7f00:1]',
        '[64:ff9b::7f00:1]',
      ];
      for (const host of [...hosts, ...forms]) {
        expect(await call(client, `http://${host}:${canary.port}/`), host).to.equal('refused_address');
      }
      expect(canary.connections()).to.equal(0);
    });

    it('is refused with a sentence that says what to put in OUTBOUND_ALLOW', async () => {
      const outcome = await keep(clientFor([])).send(get(`${canary.url}/secret?token=t0ken`), 'k');
      expect(outcome).to.have.property('reason').that.includes(`put 127.0.0.1:${canary.port} in OUTBOUND_ALLOW`);
      expect(JSON.stringify(outcome)).not.to.include('t0ken');
    });

    itNeeds(ipv6, 'no IPv6', 'is never reached on ::1', async () => {
      const six = keep(await listen((socket) => socket.write(response('')), '::1'));
      const client = keep(clientFor([], resolver({ 'six.example': [['::1']] })));
      for (const host of ['[::1]', '[0:0:0:0:0:0:0:1]', 'six.example']) {
        expect(await call(client, `http://${host}:${six.port}/`), host).to.equal('refused_address');
      }
      expect(six.connections()).to.equal(0);
      expect(await call(keep(clientFor(['::1'])), `http://[::1]:${six.port}/`)).to.equal('200');
    });

    it('is not reached by a redirect', async () => {
      const away = [`Location: ${canary.url}/inside`];
      const door = keep(await listen((socket) => socket.write(response('', away, '302 Found'))));
      expect(await call(keep(clientFor([`127.0.0.1:${door.port}`])), door.url)).to.equal('302');
      expect(canary.connections()).to.equal(0);
    });

    it('is not reached through proxy variables, which are ignored', async () => {
      const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
      const before = names.map((name) => process.env[name]);
      const server = keep(await listen((socket) => socket.write(response('direct'))));
      try {
        for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : canary.url;
        expect(await call(keep(clientFor([`127.0.0.1:${server.port}`])), server.url)).to.equal('200');
      } finally {
        names.forEach((name, i) => restore(name, before[i]));
      }
      expect(server.connections()).to.equal(1);
      expect(canary.connections()).to.equal(0);
    });
  });

  describe('rebinding', () => {
    it('looks a name up once for each request and refuses as soon as it leads inside', async () => {
      const resolve = resolver({ 'rebind.example': [['93.184.216.34'], ['127.0.0.1']] });
      const asked: string[] = [];
      const recording: Connections = {
        ...createConnections(),
        request: async (target) => {
          asked.push(...target.addresses.map(({ address }) => address));
          return { statusCode: 200, headers: {}, body: Buffer.alloc(0) };
        },
      };
      const client = keep(
        createClient({ guard: createGuard({ allow: [], resolve }), version: '1', connections: recording }),
      );
      const url = `http://rebind.example:${canary.port}/`;
      expect(await call(client, url)).to.equal('200');
      expect(resolve.calls).to.equal(1);
      expect(await call(client, url)).to.equal('refused_address');
      expect(asked).to.deep.equal(['93.184.216.34']);
      expect(canary.connections()).to.equal(0);
    });

    it('connects to the checked address without asking a resolver again', async () => {
      const resolve = resolver({ 'only-here.invalid': [['127.0.0.1'], ['10.0.0.1']] });
      const client = keep(clientFor(['127.0.0.1'], resolve));
      expect(await call(client, `http://only-here.invalid:${canary.port}/`)).to.equal('200');
      expect(resolve.calls).to.equal(1);
      expect(canary.seen[0]).to.include(`host: only-here.invalid:${canary.port}`);
    });

    itNeeds(loopback2, 'no 127.0.0.2', 'does not reuse a kept connection for other addresses', async () => {
      const other = keep(await listen((socket) => socket.write(response('other')), '127.0.0.2', canary.port));
      const names = { 'moving.example': [['127.0.0.1'], ['127.0.0.1'], ['127.0.0.2'], ['127.0.0.3']] };
      const client = keep(clientFor(['127.0.0.1', '127.0.0.2'], resolver(names)));
      const url = `http://moving.example:${canary.port}/`;
      expect([await call(client, url), await call(client, url)]).to.deep.equal(['200', '200']);
      expect(canary.connections()).to.equal(1);
      expect(await call(client, url)).to.equal('200');
      expect(other.connections()).to.equal(1);
      expect(await call(client, url)).to.equal('refused_address');
    });

    it('refuses a name when one of many addresses is inside', async () => {
      const resolve = resolver({ 'many.example': [['93.184.216.34', '127.0.0.1']] });
      expect(await call(keep(clientFor([], resolve)), `http://many.example:${canary.port}/`)).to.equal(
        'refused_address',
      );
      expect(canary.connections()).to.equal(0);
    });
  });

  describe('alsoAllow', () => {
    it('opens one origin and path on this machine, each request anew, over kept connections too', async () => {
      const alsoAllow = under(new URL(`${canary.url}/demo/`));
      const client = keep(createClient({ guard: createGuard({ allow: [], alsoAllow }), version: '1' }));
      const paths = [
        '/demo',
        '/demo/orders/1',
        '/demo2',
        '/',
        '/demo/../admin',
        '/demo/%2e%2e/admin',
        '/demo/orders/2',
      ];
      const results: string[] = [];
      for (const path of paths) results.push(await call(client, canary.url + path));
      const no = 'refused_address';
      expect(results).to.deep.equal(['200', '200', no, no, no, no, '200']);
      expect(canary.seen.map((head) => head.split(' ')[1])).to.deep.equal([
        '/demo',
        '/demo/orders/1',
        '/demo/orders/2',
      ]);
      expect(canary.connections()).to.equal(1);
    });

    it('opens nothing but this machine, and can be taken back', async () => {
      let served = true;
      const options = { allow: [], alsoAllow: () => served, resolve: resolver({ 'demo.lan': [['10.0.0.5']] }) };
      expect(await judged(options, 'http://demo.lan/')).to.equal('refused_address');
      expect(await judged(options, 'http://169.254.169.254/')).to.equal('refused_address');
      expect(await judged(options, 'http://127.0.0.1/')).to.equal('allowed');
      served = false;
      expect(await judged(options, 'http://127.0.0.1/')).to.equal('refused_address');
    });
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
