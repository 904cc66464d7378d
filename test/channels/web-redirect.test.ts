import { expect } from 'chai';
import { factsOf } from '../../channels/web/facts.ts';
import { readConfig } from '../../src/config/config.ts';
import { FakeWorld } from '../support/fake-host.ts';
import { Site, parrot } from './web-site.ts';

describe('web chat: what the doctor says of it', function () {
  this.timeout(60_000);
  const told = (env: Record<string, string>): string[] => factsOf(env).map(({ state, text }) => `${state}: ${text}`);

  it('says where the chat is, who may frame it, and where files go', () => {
    const env = { PUBLIC_URL: 'https://chat.example/', EMBED_ALLOW: 'https://shop.example', DATA_DIR: '/srv/parley' };
    expect(told(env)).to.deep.equal([
      'ok: the chat of a flow is at https://chat.example/w/<flow>; it may be shown in a frame by https://shop.example',
      'ok: files of visitors up to 10 MB are kept in /srv/parley/uploads',
    ]);
  });

  it('notes what somebody may not want', () => {
    const env = { PUBLIC_URL: 'http://chat.example', MONGODB_URI: 'mongodb://db', CHAT_RATE: '0', DATA_DIR: '/d' };
    expect(told(env).filter((line) => line.startsWith('note'))).to.deep.equal([
      'note: PUBLIC_URL is http, so chats can be read on their way',
      'note: processes on several machines have to share the folder of files',
      'note: CHAT_RATE is 0, so nothing limits what one visitor asks for',
    ]);
    expect(told({ UPLOAD_MAX: '0', PUBLIC_URL: 'http://localhost:3000' })).to.deep.equal([
      'ok: the chat of a flow is at http://localhost:3000/w/<flow>; it may be shown in a frame only by this server (EMBED_ALLOW)',
      'ok: files of visitors are not taken (UPLOAD_MAX is 0)',
    ]);
  });
});

describe('web chat: where a visitor goes at the end', function () {
  this.timeout(60_000);
  let site: Site;

  before(async () => {
    site = await Site.open(new FakeWorld(parrot), {
      REDIRECT_ALLOW: 'Partner.example, *.shops.example,localhost:8080',
    });
  });
  after(() => site.close());

  const table: [url: string, status: number][] = [
    ['https://partner.example/a?b=c', 200],
    ['http://partner.example/', 200],
    ['https://PARTNER.example/', 200],
    ['https://partner.example:8443/', 400],
    ['https://www.partner.example/', 400],
    ['https://partner.example.evil.example/', 400],
    ['https://evil.example/partner.example', 400],
    ['https://partner.example@evil.example/', 400],
    ['https://one.shops.example/', 200],
    ['https://one.two.shops.example/', 200],
    ['https://shops.example/', 400],
    ['https://evilshops.example/', 400],
    ['http://localhost:8080/x', 200],
    ['http://localhost/x', 400],
    // The flow's own site stays allowed.
    ['https://shop.example/', 200],
  ];
  for (const [url, status] of table) {
    it(`REDIRECT_ALLOW: ${url}: ${status}`, async () => {
      expect((await site.page(`/w/shop?redirect_url=${encodeURIComponent(url)}`)).status).to.equal(status);
    });
  }

  for (const url of ['http', 'http:', 'https://', 'shop.example/done', '/done']) {
    it(`TF16: "${url}" is refused, and the page says what is missing`, async () => {
      const refused = await site.page(`/w/shop?redirect_url=${encodeURIComponent(url)}`);
      expect(refused.status).to.equal(400);
      expect(await refused.text())
        .to.contain('must be one full http(s) URL, for example https://shop.example/done')
        .and.not.contain('data-flow');
    });
  }

  it('says which setting allows a site', async () => {
    const html = await (await site.page('/w/shop?redirect_url=https://other.example/x')).text();
    expect(html).to.contain('other.example, which is not allowed').and.contain('add other.example to REDIRECT_ALLOW');
  });

  const settings: [name: string, value: string, good: boolean][] = [
    ['REDIRECT_ALLOW', 'shop.example,*.shop.example, localhost:8080', true],
    ['REDIRECT_ALLOW', 'https://shop.example', false],
    ['REDIRECT_ALLOW', 'shop.example/done', false],
    ['EMBED_ALLOW', 'https://shop.example,https://*.shop.example,http://localhost:8080', true],
    ['EMBED_ALLOW', '*', true],
    ['EMBED_ALLOW', 'shop.example', false],
    ['EMBED_ALLOW', 'https://shop.example/', false],
    ['EMBED_ALLOW', "https://a.example; script-src 'unsafe-inline'", false],
    ['UPLOAD_MAX', '10MB', true],
    ['UPLOAD_MAX', '500KB', true],
    ['UPLOAD_MAX', '0', true],
    ['UPLOAD_MAX', '10', false],
    ['UPLOAD_MAX', '2GB', false],
    ['CHAT_RATE', '0', true],
    ['CHAT_RATE', '600', true],
    ['CHAT_RATE', '10/s', false],
  ];
  for (const [name, value, good] of settings) {
    it(`${name}=${value} is ${good ? 'taken' : 'refused by name'}`, () => {
      const read = readConfig({ [name]: value });
      expect('problem' in read ? read.problem : '').to.match(good ? /^$/ : new RegExp(`^${name} must be `));
    });
  }
});
