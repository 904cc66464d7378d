import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect } from 'chai';
import { clientOf } from '../../channels/web/address.ts';
import { Allowances } from '../../channels/web/rate.ts';
import { FakeWorld } from '../support/fake-host.ts';
import { Site, parrot } from './web-site.ts';

/** A request as it looks when it comes from an address. */
function from(address: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

describe('web chat: whose request it is', function () {
  this.timeout(60_000);
  const table: [what: string, address: string, forwarded: string | undefined, client: string | null][] = [
    ['a visitor', '203.0.113.9', undefined, '203.0.113.9'],
    ['IPv4 in IPv6', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
    ['a visitor who makes up a header', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['behind a proxy of this machine', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['behind two proxies', '::ffff:10.0.0.2', '203.0.113.9, 172.16.3.4', '203.0.113.9'],
    ['made up in front of what the proxy wrote', '10.0.0.2', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['in the same network, behind a proxy', '10.0.0.2', '10.9.8.7', '10.9.8.7'],
    ['this machine', '127.0.0.1', undefined, null],
    ['this machine by IPv6', '::1', undefined, null],
    ['a proxy that does not tell', '10.0.0.2', undefined, null],
    ['a header that is no address', '10.0.0.2', 'unknown', null],
    ['an empty header', '10.0.0.2', '', null],
    ['IPv6 is counted by network', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
    ['short IPv6', '2001:db8::1', undefined, '2001:db8:0:0::/64'],
    ['IPv6 behind a proxy', '127.0.0.1', '2001:0DB8:0001::7', '2001:db8:1:0::/64'],
  ];
  for (const [what, address, forwarded, client] of table) {
    it(what, () => expect(clientOf(from(address, forwarded))).to.equal(client));
  }
});

describe('web chat: how much one visitor may ask for', function () {
  this.timeout(60_000);
  it('allows a minute at once, and then as much as comes back', () => {
    const allowances = new Allowances(60);
    for (let count = 0; count < 60; count += 1) expect(allowances.take('ana', 1, 0)).to.equal(0);
    expect(allowances.take('ana', 1, 0)).to.equal(1000);
    expect(allowances.take('ben', 1, 0), 'each has its own').to.equal(0);
    expect(allowances.take('ana', 1, 999)).to.equal(1);
    expect(allowances.take('ana', 1, 1000)).to.equal(0);
    expect(allowances.take('ana', 30, 31_000)).to.equal(0);
    expect(allowances.take('ana', 1, 31_000)).to.equal(1000);
    // A clock that is set back gives nothing and takes nothing.
    expect(allowances.take('ana', 1, 0)).to.equal(1000);
    for (let count = 0; count < 60; count += 1) expect(allowances.take('ana', 1, 1_000_000)).to.equal(0);
    expect(allowances.take('ana', 1, 1_000_000)).to.equal(1000);
  });

  it('forgets who was quiet longest when there are very many', () => {
    const allowances = new Allowances(1);
    for (let count = 0; count < 50_000; count += 1) allowances.take(`n${count}`, 1, 0);
    expect(allowances.take('n0', 1, 0)).to.equal(60_000);
    allowances.take('one more', 1, 0);
    expect([allowances.take('n1', 1, 0), allowances.take('n0', 1, 0)]).to.deep.equal([60_000, 0]);
  });

  it('answers 429 with Retry-After, for the session and not for others', async () => {
    const site = await Site.open(new FakeWorld(parrot), { CHAT_RATE: '3' });
    const [ana, ben] = [await site.start(), await site.start()];
    for (const _ of [1, 2, 3]) expect((await site.say(ana, { text: 'hi' })).status).to.equal(200);
    const refused = await site.say(ana, { text: 'hi' });
    expect([refused.status, refused.body.error?.code]).to.deep.equal([429, 'too_many_requests']);
    expect(refused.headers.get('retry-after')).to.equal('20');
    expect((await fetch(`${site.url}/api/chat/${ana}/events`)).status).to.equal(429);
    expect((await site.say(ben, { text: 'hi' })).status).to.equal(200);
    site.host.time += 20_000;
    expect((await site.say(ana, { text: 'hi' })).status).to.equal(200);
    await site.close();
  });

  it('counts by address behind a proxy, ten times as many', async () => {
    const site = await Site.open(new FakeWorld(parrot), { CHAT_RATE: '5' });
    const start = async (address: string): Promise<number> =>
      (await site.post('shop/start', {}, { 'X-Forwarded-For': address })).status;
    for (let count = 0; count < 10; count += 1) expect(await start('203.0.113.9')).to.equal(200);
    expect(await start('203.0.113.9')).to.equal(429);
    expect(await start('203.0.113.10')).to.equal(200);
    await site.close();
  });

  it('sets no limit with 0', async () => {
    const site = await Site.open(new FakeWorld(parrot), { CHAT_RATE: '0' });
    const session = await site.start();
    for (let count = 0; count < 30; count += 1)
      expect((await site.say(session, { text: 'hush' })).status).to.equal(200);
    await site.close();
  });
});
