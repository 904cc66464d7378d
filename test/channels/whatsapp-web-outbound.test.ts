import { expect } from 'chai';
import { WebFault } from '../../channels/whatsapp-web/protocol.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { newContact } from '../../src/domain/contact.ts';
import { settle } from '../support/wweb-clock.ts';
import { ADDRESS, Phone, THANDI, heard } from '../support/wweb-phone.ts';

const options = (...labels: readonly string[]): { id: string; label: string }[] =>
  labels.map((label) => ({ id: label.toLowerCase(), label }));

/** What a flow says, and what arrives. */
const TABLE: readonly (readonly [string, Outbound, readonly object[]])[] = [
  ['text', { text: 'Hi' }, [{ kind: 'text', text: 'Hi' }]],
  [
    'buttons',
    { text: 'Size?', buttons: options('Small', 'Large') },
    [{ kind: 'text', text: 'Size?\n1. Small\n2. Large' }],
  ],
  [
    'list',
    { text: 'City?', list: { label: 'Choose', options: [{ id: 'b', label: 'Bogotá', description: 'capital' }] } },
    [{ kind: 'text', text: 'City?\n1. Bogotá – capital' }],
  ],
  [
    'list without a text',
    { list: { label: 'Choose', options: options('A') } },
    [{ kind: 'text', text: 'Choose\n1. A' }],
  ],
  ['quick replies', { text: 'Ok?', quick_replies: options('Yes') }, [{ kind: 'text', text: 'Ok?\n1. Yes' }]],
  [
    'template',
    { text: 'Hi Ana', template: { name: 't', language: 'en', params: ['Ana'] } },
    [{ kind: 'text', text: 'Hi Ana' }],
  ],
  [
    'place with a text',
    { text: 'Here', location: { latitude: 4.6, longitude: -74, name: 'Shop' } },
    [
      { kind: 'place', latitude: 4.6, longitude: -74, name: 'Shop' },
      { kind: 'text', text: 'Here' },
    ],
  ],
  [
    'text over the limit',
    { text: `${'a '.repeat(2047)}end. Second part.` },
    [
      { kind: 'text', text: 'a '.repeat(2047).trimEnd() },
      { kind: 'text', text: 'end. Second part.' },
    ],
  ],
];

describe('whatsapp web: what goes out', function () {
  this.timeout(60_000);
  let phone: Phone;
  beforeEach(async () => {
    phone = await Phone.ready();
    phone.browser.hears(heard('Hi', phone.clock.time));
    await settle();
  });
  afterEach(() => phone.close());

  const posts = (): object[] => phone.browser.sent.map(({ post }) => post);

  for (const [name, message, expected] of TABLE) {
    it(name, async () => {
      expect(await phone.send(message)).to.deep.equal({ kind: 'sent' });
      expect(posts()).to.deep.equal(expected);
    });
  }

  it('an empty message is refused in a sentence', async () => {
    const sent = await phone.send({ text: ' ' });
    expect(sent).to.deep.equal({ kind: 'refused', reason: 'The message is empty, so there is nothing to send.' });
  });

  it('typing shows before a message, to those who have written', async () => {
    await phone.send({ text: 'Hi' });
    await phone.send({ text: 'Hi' }, '2', '4930123456');
    const kinds = phone.browser.asked.filter(({ kind }) => kind === 'typing' || kind === 'send');
    expect(kinds.map((ask) => (ask.kind === 'send' ? { to: ask.chat, known: ask.known } : ask.kind))).to.deep.equal([
      'typing',
      { to: THANDI, known: true },
      { to: '4930123456@c.us', known: false },
    ]);
  });

  it('messages to several people go out one by one, with 1 to 3 seconds between', async () => {
    const times: number[] = [];
    phone.browser.will({
      send: ({ chat }) => {
        times.push(phone.clock.time);
        return { id: `true_${chat}`, chat };
      },
    });
    const all = ['1', '2', '3'].map((n) => phone.send({ text: 'Hi' }, n, `493012345${n}`));
    await Promise.all(all);
    expect(times.slice(1).map((time, i) => time - (times[i] ?? 0))).to.deep.equal([2000, 2000]);
  });

  it('whoever would wait too long comes back later', async () => {
    const sending = ['1', '2', '3', '4', '5'].map(async (n) =>
      phone.channel.send(
        { kind: 'delivery', key: n, cause: 'c', flow: 'f', block: 'b', message: { text: 'Hi' } },
        newContact('whatsapp-web', `493012345${n}`),
      ),
    );
    await phone.clock.pass(20_000);
    const kinds = (await Promise.all(sending)).map((sent) => (sent.kind === 'retry' ? sent.after : sent.kind));
    expect(kinds.slice(0, 3)).to.deep.equal(['sent', 'sent', 'sent']);
    expect(kinds.slice(3)).to.satisfy((rest: unknown[]) => rest.every((after) => Number(after) > 5000));
  });

  it('the messages of a day are counted over restarts; what is over waits for the next day', async () => {
    await phone.close(true);
    phone = await Phone.ready({ WHATSAPP_WEB_DAILY_CAP: '10' }, phone);
    for (let i = 0; i < 10; i += 1) expect(await phone.send({ text: 'Hi' }, `k${i}`)).to.deep.equal({ kind: 'sent' });
    const next = await Phone.ready({ WHATSAPP_WEB_DAILY_CAP: '10' }, phone);
    const sent = await next.send({ text: 'Hi' }, 'over');
    expect(sent).to.include({
      kind: 'retry',
      reason: 'The messages of this day are used up (WHATSAPP_WEB_DAILY_CAP).',
    });
    await next.clock.pass(sent.kind === 'retry' ? (sent.after ?? 0) : 0);
    expect(await next.send({ text: 'Hi' }, 'over')).to.deep.equal({ kind: 'sent' });
    await next.close(true);
  });

  it('when the browser is dead a send waits for it to come back', async () => {
    phone.browser.die('SIGKILL');
    await settle();
    const message = { text: 'Hi' };
    const sending = phone.channel.send(
      { kind: 'delivery', key: '1', cause: 'c', flow: 'f', block: 'b', message },
      newContact('whatsapp-web', ADDRESS),
    );
    await phone.clock.pass(2000);
    phone.browser.ready();
    await phone.clock.pass(5000);
    expect(await sending).to.deep.equal({ kind: 'sent' });
  });

  it('without a linked phone a send comes back later, and says what is missing', async () => {
    phone.browser.die('SIGKILL');
    await phone.clock.pass(2000);
    phone.browser.says({ kind: 'qr', code: 'a' });
    const reason = 'WhatsApp is not linked: scan the QR code.';
    expect(await phone.send({ text: 'Hi' })).to.deep.equal({ kind: 'retry', after: 300_000, reason });
  });

  it('what went out before the answer was lost is not sent again', async () => {
    phone.browser.will({ send: () => undefined });
    expect(await phone.send({ text: 'Hi' })).to.include({ kind: 'retry' });
    phone.browser.will({ own: ({ post }) => ({ ids: post.kind === 'text' && post.text === 'Hi' ? ['true_1'] : [] }) });
    expect(await phone.send({ text: 'Hi' })).to.deep.equal({ kind: 'sent' });
    expect(phone.browser.asked.filter(({ kind }) => kind === 'send')).to.have.length(1);
  });

  it('the same after a crash of the server, and the rest of the delivery follows', async () => {
    const message = { text: 'Here', location: { latitude: 1, longitude: 2 } };
    const usual = phone.browser.answers.send;
    phone.browser.will({ send: (ask) => (ask.post.kind === 'text' ? undefined : usual(ask)) });
    expect(await phone.send(message)).to.include({ kind: 'retry' });
    const next = await Phone.ready({}, phone);
    next.browser.will({ own: () => ({ ids: [] }) });
    expect(await next.send(message)).to.deep.equal({ kind: 'sent' });
    expect(next.browser.sent.map(({ post }) => post)).to.deep.equal([{ kind: 'text', text: 'Here' }]);
    await next.close(true);
  });

  it('a delivery of many messages goes on in another try where it was', async () => {
    const text = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(4000)).join('\n\n');
    expect(await phone.send({ text })).to.deep.equal({ kind: 'retry', reason: 'The rest of a long message follows.' });
    phone.browser.will({ own: () => ({ ids: ['true_other'] }) });
    while ((await phone.send({ text })).kind !== 'sent');
    expect(posts()).to.have.length(10);
    expect(new Set(posts().map((post) => JSON.stringify(post)))).to.have.property('size', 10);
  });

  it('a new delivery with the same words is sent, though WhatsApp shows the old one', async () => {
    phone.browser.will({ own: () => ({ ids: ['true_1'] }) });
    await phone.send({ text: 'Hi' }, '1');
    await phone.send({ text: 'Hi' }, '2');
    expect(posts()).to.have.length(2);
  });

  it('when WhatsApp wants less, nobody is sent anything for a while', async () => {
    const usual = phone.browser.answers.send;
    phone.browser.will({
      send: () => {
        throw new WebFault('failed', 'rate-overlimit');
      },
    });
    expect(await phone.send({ text: 'Hi' })).to.include({ kind: 'retry', after: 600_000 });
    phone.browser.will({ send: usual });
    expect(await phone.send({ text: 'Hi' }, '1', '4930123456')).to.include({ kind: 'retry' });
    await phone.clock.pass(600_000);
    expect(await phone.send({ text: 'Hi' }, '1', '4930123456')).to.deep.equal({ kind: 'sent' });
  });
});
