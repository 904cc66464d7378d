import { expect } from 'chai';
import { isLoopback, isMetadata, isPublic, plainAddress } from '../../src/calls/addresses.ts';
import { createClient } from '../../src/calls/client.ts';
import { createConnections } from '../../src/calls/connections.ts';
import type { Connections } from '../../src/calls/connections.ts';
import { createGuard } from '../../src/calls/guard.ts';
import { URLS } from './urls.ts';
import { ADDRESSES, NAMES } from './vectors.ts';
import { get, gist, resolver } from './support.ts';

/** No vector is ever connected to: the guard only judges, and names are resolved by the test. */
const guard = createGuard({ allow: [], resolve: async (host) => await resolver(NAMES)(host) });

async function verdict(url: string): Promise<string> {
  const judged = await guard.check(url);
  return judged.kind === 'allowed' ? 'allowed' : gist(judged.outcome);
}

describe('addresses', () => {
  for (const [kind, list] of Object.entries(ADDRESSES)) {
    describe(kind, () => {
      for (const address of list) {
        it(address, () => {
          expect(isPublic(address)).to.equal(kind === 'public');
          expect(isMetadata(address)).to.equal(kind === 'metadata');
        });
      }
    });
  }

  describe('URLs', () => {
    for (const [wanted, list] of Object.entries(URLS)) {
      for (const url of list) it(`${wanted}: ${url}`, async () => expect(await verdict(url)).to.equal(wanted));
    }
  });

  it('has at least 120 URLs that must not be called, and 100 addresses', () => {
    expect(new Set([...URLS.refused_address, ...URLS.bad_request]).size).to.be.at.least(120);
    expect(new Set(Object.values(ADDRESSES).flat()).size).to.be.at.least(100);
  });

  for (const method of ['GET', 'POST', 'CONNECT', 'TRACE']) {
    it(`no URL that must not be called gets as far as a connection by ${method}`, async () => {
      const reached: string[] = [];
      const connections: Connections = {
        ...createConnections(),
        request: async ({ url }) => {
          reached.push(url.href);
          return await Promise.resolve({ statusCode: 200, headers: {}, body: Buffer.alloc(0) });
        },
      };
      const client = createClient({
        guard: createGuard({ allow: [], resolve: async (host) => await resolver(NAMES)(host) }),
        version: '1',
        connections,
      });
      for (const wanted of ['refused_address', 'bad_request'] as const) {
        for (const url of URLS[wanted])
          expect(gist(await client.send(get(url, { method }), 'k')), url).to.equal(wanted);
      }
      expect(reached).to.deep.equal([]);
      for (const url of URLS.allowed) expect(gist(await client.send(get(url, { method }), 'k')), url).to.equal('200');
      expect(reached).to.have.length(URLS.allowed.length);
      await client.close();
    });
  }

  it('knows this machine', () => {
    for (const own of ['127.0.0.1', '127.255.255.255', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(own), own).to.equal(true);
    for (const other of ['128.0.0.1', '0.0.0.0', '::', '10.0.0.1', 'localhost'])
      expect(isLoopback(other), other).to.equal(false);
  });

  it('finds the IPv4 address inside an IPv6 address', () => {
    expect(plainAddress('64:ff9b::7f00:1')).to.equal('127.0.0.1');
    expect(plainAddress('0:0:0:0:0:FFFF:C0A8:0001')).to.equal('192.168.0.1');
    expect(plainAddress('2002:0a00:0001::')).to.equal('10.0.0.1');
    expect(plainAddress('fe80::1%eth0')).to.equal('fe80::1');
    expect(plainAddress('2606:4700::1111')).to.equal('2606:4700::1111');
  });
});
