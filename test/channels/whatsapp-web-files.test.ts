import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { expect } from 'chai';
import { WebFault } from '../../channels/whatsapp-web/protocol.ts';
import type { Post } from '../../channels/whatsapp-web/protocol.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { ADDRESS, Phone } from '../support/wweb-phone.ts';

describe('whatsapp web: files that go out', function () {
  this.timeout(60_000);
  let phone: Phone;
  let server: Server;
  let base: string;
  let sent: { post: Extract<Post, { kind: 'file' }>; bytes: string }[];

  before(async () => {
    server = createServer((request, response) => {
      if (request.url === '/large.png') {
        response.writeHead(200, { 'Content-Type': 'image/png' });
        for (let i = 0; i < 33; i += 1) response.write(Buffer.alloc(1024 * 1024));
        response.end();
      } else if (request.url === '/gone.png') response.writeHead(404).end();
      else response.writeHead(200, { 'Content-Type': 'image/png; charset=binary' }).end('PNG');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });
  after(() => void server.close());
  beforeEach(async () => {
    phone = await Phone.ready();
    sent = [];
  });
  afterEach(() => phone.close());

  /** Fetching takes real time, so time passes until it is over. */
  const send = async (message: Outbound): Promise<unknown> => {
    const delivery = { kind: 'delivery', key: '1', cause: 'c', flow: 'f', block: 'b', message } as const;
    const sending = Promise.resolve(phone.channel.send(delivery, newContact('whatsapp-web', ADDRESS)));
    const course = { over: false };
    void sending.finally(() => (course.over = true));
    for (; !course.over;) await phone.clock.pass(100);
    return await sending;
  };
  const take = (): void => {
    phone.browser.will({
      send: ({ chat, post }) => {
        // At once: the file goes away with the answer.
        if (post.kind === 'file') sent.push({ post, bytes: readFileSync(post.path, 'utf8') });
        else phone.browser.sent.push({ chat, post });
        return { id: 'true_1', chat };
      },
    });
  };

  it('a picture is fetched here and handed over as a file, with the text as caption', async () => {
    take();
    expect(await send({ text: 'Look', media: { type: 'image', url: `${base}/a/cat.png` } })).to.deep.equal({
      kind: 'sent',
    });
    const [{ post, bytes } = { post: null, bytes: '' }] = sent;
    expect(bytes).to.equal('PNG');
    expect(post).to.include({ mime: 'image/png', filename: 'cat.png', caption: 'Look', document: false });
  });

  it('a document keeps its name', async () => {
    take();
    await send({ media: { type: 'document', url: `${base}/x`, filename: 'bill.pdf', mime: 'application/pdf' } });
    expect(sent[0]?.post).to.include({ mime: 'application/pdf', filename: 'bill.pdf', document: true });
  });

  for (const name of ['gone.png', 'large.png']) {
    it(`${name} is sent as its address`, async () => {
      take();
      expect(await send({ media: { type: 'image', url: `${base}/${name}` } })).to.deep.equal({ kind: 'sent' });
      expect(phone.browser.sent.map(({ post }) => post)).to.deep.equal([
        { kind: 'text', text: `[image] ${base}/${name}` },
      ]);
    }).timeout(20_000);
  }

  it('a file that WhatsApp does not take is sent as its address', async () => {
    const usual = phone.browser.answers.send;
    phone.browser.will({
      send: (ask) => {
        if (ask.post.kind === 'file') throw new WebFault('failed', 'media-fault: sendToChat filehash undefined');
        return usual(ask);
      },
    });
    expect(await send({ media: { type: 'image', url: `${base}/a.png` } })).to.deep.equal({ kind: 'sent' });
    expect(phone.browser.sent.map(({ post }) => post)).to.deep.equal([{ kind: 'text', text: `[image] ${base}/a.png` }]);
  });
});
