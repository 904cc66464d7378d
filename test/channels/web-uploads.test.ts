import { mkdtemp, readFile, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import { web } from '../../channels/web/index.ts';
import { silentLog } from '../../src/log/logger.ts';
import { tidyChannels } from '../../src/wiring/housekeeping.ts';
import { FakeWorld } from '../support/fake-host.ts';
import { Site, parrot } from './web-site.ts';
import type { Uploaded } from './web-site.ts';

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 1)]);

describe('web chat: files of visitors', function () {
  this.timeout(60_000);
  let dir: string;
  let world: FakeWorld;
  let site: Site;
  let session: string;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-uploads-'));
    world = new FakeWorld(parrot);
    site = await Site.open(world, { DATA_DIR: dir, UPLOAD_MAX: '20KB', CHAT_RATE: '0' });
  });
  after(async () => {
    await site.close();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => (session = await site.start()));

  const send = (body: string | Uint8Array, headers: Record<string, string> = {}, to = session): Promise<Uploaded> =>
    site.upload(to, body, headers);

  describe('have caps', () => {
    it('by size, exactly', async () => {
      expect((await send('x'.repeat(20 * 1024))).status).to.equal(201);
      const { status, error } = await send('x'.repeat(20 * 1024 + 1));
      expect([status, error?.code, error?.message]).to.deep.equal([413, 'too_large', 'the file is over 20 KB']);
      expect((await send('x'.repeat(1_000_000))).status).to.equal(413);
    });

    it('breaks off who does not stop sending', async () => {
      const endless = new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(65_536)) });
      const sending = fetch(`${site.url}/api/chat/${session}/uploads`, {
        method: 'POST',
        body: endless,
        duplex: 'half',
      });
      expect(
        await sending.then(
          (response) => response.status,
          () => 'broken off',
        ),
      ).to.be.oneOf([413, 'broken off']);
    });

    it('by number, also when many come at once, and leaves nothing of those refused', async () => {
      const many = await Promise.all(Array.from({ length: 30 }, () => send(PNG)));
      const taken = many.filter(({ status }) => status === 201).length;
      expect(taken).to.be.within(1, 20);
      for (let count = taken; count < 20; count += 1) expect((await send(PNG)).status).to.equal(201);
      expect((await send(PNG)).status).to.equal(409);
      const folders = await readdir(join(dir, 'uploads'), { recursive: true });
      expect(folders.filter((name) => name.endsWith('.part'))).to.deep.equal([]);
      expect((await send(PNG, {}, await site.start())).status, 'another chat').to.equal(201);
    });

    it('take nothing with UPLOAD_MAX=0, and of a session that does not exist', async () => {
      expect((await send(PNG, {}, 'A'.repeat(32))).status).to.equal(404);
      const none = await Site.open(world, { DATA_DIR: dir, UPLOAD_MAX: '0' });
      const response = await fetch(`${none.url}/api/chat/${session}/uploads`, { method: 'POST', body: PNG });
      const html = await (await none.page('/w/shop')).text();
      await none.close();
      expect(response.status).to.equal(404);
      expect(html).to.contain('data-files="0"');
      expect(await (await site.page('/w/shop')).text()).to.contain('data-files="20480"');
    });
  });

  describe('are served', () => {
    it('as they came, to be kept and not to be run', async () => {
      const { media } = await send('<script>alert(1)</script>', { 'X-Filename': 'p%C3%A1gina.html' });
      expect(media.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/files\/[\w-]{64}$/);
      expect(media.url).not.to.contain(session);
      const response = await fetch(media.url);
      expect(await response.text()).to.equal('<script>alert(1)</script>');
      const headers = ['content-type', 'content-disposition', 'x-content-type-options', 'content-security-policy'];
      expect(headers.map((name) => response.headers.get(name))).to.deep.equal([
        'text/plain; charset=utf-8',
        `attachment; filename="p?gina.html.txt"; filename*=UTF-8''p%C3%A1gina.html.txt`,
        'nosniff',
        "default-src 'none'; sandbox; frame-ancestors 'none'",
      ]);
    });

    it('in parts, as players ask for them', async () => {
      const { media } = await send(PNG);
      const part = await fetch(media.url, { headers: { Range: 'bytes=1-3' } });
      expect([part.status, await part.text(), part.headers.get('content-type')]).to.deep.equal([
        206,
        'PNG',
        'image/png',
      ]);
    });

    it('by their id only', async () => {
      const { media } = await send(PNG);
      const id = new URL(media.url).pathname.slice('/files/'.length);
      const others = [
        `${id.slice(0, -1)}x`,
        id.slice(0, 32),
        `${id.slice(0, 32)}..%2f..%2fkeys.json`,
        '..%2f..%2fetc%2fpasswd',
        `${id}.json`,
        '__proto__',
        '%00',
      ];
      for (const other of others) expect((await fetch(`${site.url}/files/${other}`)).status, other).to.equal(404);
    });

    it('under PUBLIC_URL when there is one', async () => {
      site.host.env['PUBLIC_URL'] = 'https://chat.example/';
      const { media } = await send(PNG);
      delete site.host.env['PUBLIC_URL'];
      expect(media.url).to.match(/^https:\/\/chat\.example\/files\//);
    });
  });

  describe('in messages', () => {
    it('come with what the server knows of them: the url is enough', async () => {
      const { media } = await send(PNG, { 'X-Filename': 'cat.png' });
      const said = await site.say(session, { media: { url: media.url, caption: 'my cat' } });
      expect(said.body.messages.map(({ text }) => text)).to.deep.equal(['You said: my cat']);
      const lines = await site.host.conversations.transcript(webAddress(session), 0);
      const line = lines.find((each) => each.kind === 'in');
      const facts = { type: 'image', mime: 'image/png', filename: 'cat.png' };
      expect(line).to.deep.include({
        message: { text: 'my cat', attachments: [{ ...facts, url: media.url, caption: 'my cat' }] },
      });
    });

    it('cannot be called something else', async () => {
      const { media } = await send('text');
      await site.say(session, { media: { ...media, type: 'image', mime: 'image/png', filename: 'x.png' } });
      const lines = await site.host.conversations.transcript(webAddress(session), 0);
      expect(JSON.stringify(lines)).to.contain('text/plain').and.not.contain('image/png');
    });

    it('of another session are a URL like any other', async () => {
      const { media } = await send(PNG);
      const other = await site.start();
      expect((await site.say(other, { media: { url: media.url } })).status).to.equal(400);
      expect((await site.say(other, { media: { type: 'document', url: media.url } })).status).to.equal(200);
    });
  });

  it('go with the transcripts: what is older is dropped, and empty folders', async () => {
    const folder = join(dir, 'uploads');
    await rm(folder, { recursive: true, force: true });
    const running = [{ type: web, open: site.channel }];
    const [old, young] = [await send(PNG), await send(PNG, {}, await site.start())];
    const now = Date.now();
    const keptBy = async ({ media }: Uploaded): Promise<number> => (await fetch(media.url)).status;
    for (const owner of await readdir(folder)) {
      for (const name of await readdir(join(folder, owner))) {
        const mine = old.media.url.includes(owner);
        await utimes(join(folder, owner, name), new Date(now), new Date(mine ? now - 10_000 : now));
      }
    }
    await tidyChannels(running, now - 20_000, silentLog);
    expect([await keptBy(old), await keptBy(young)]).to.deep.equal([200, 200]);
    await tidyChannels(running, now - 5000, silentLog);
    expect([await keptBy(old), await keptBy(young)]).to.deep.equal([404, 200]);
    expect(await readdir(folder)).to.have.length(1);
    await tidyChannels(running, now + 5000, silentLog);
    expect(await readdir(folder)).to.deep.equal([]);
    await tidyChannels(running, now, silentLog);
    await rm(folder, { recursive: true });
    await tidyChannels(running, now, silentLog);
  });

  it('are for the owner of the server only', async () => {
    const { media } = await send(PNG);
    const id = new URL(media.url).pathname.slice('/files/'.length);
    const path = join(dir, 'uploads', id.slice(0, 32), id.slice(32));
    expect(await readFile(path)).to.deep.equal(PNG);
    const { mode } = await stat(path);
    expect(mode & 0o777).to.equal(0o600);
  });
});
