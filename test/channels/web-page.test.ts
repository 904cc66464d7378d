import { expect } from 'chai';
import { FakeWorld } from '../support/fake-host.ts';
import { Site, parrot } from './web-site.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:; " +
  "media-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

describe('web chat: the page', function () {
  this.timeout(60_000);
  let site: Site;

  before(async () => {
    site = await Site.open(new FakeWorld(parrot));
  });
  after(() => site.close());

  it('is served for a linked flow, with the name as text', async () => {
    const response = await site.page('/w/shop');
    const html = await response.text();
    expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8']);
    expect(html)
      .to.contain('<h1 lang="en">Shop &lt;b&gt;&quot;&amp; more&quot;&lt;/b&gt;</h1>')
      .and.contain('data-flow="shop"');
    expect(html).not.to.contain('{{');
  });

  it('allows nothing inline and tells other sites nothing', async () => {
    for (const path of ['/w/shop', '/w/unknown', '/w/shop?redirect_url=http']) {
      const response = await site.page(path);
      expect(response.headers.get('content-security-policy')).to.equal(POLICY);
      expect(response.headers.get('referrer-policy')).to.equal('no-referrer');
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(await response.text()).not.to.match(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/i);
    }
  });

  it('says so kindly when there is no such flow', async () => {
    const response = await site.page('/w/%3Cscript%3E');
    expect(response.status).to.equal(404);
    expect(await response.text())
      .to.contain('This chat does not exist')
      .and.not.contain('<script>');
  });

  describe('redirect_url', () => {
    const table: [url: string, status: number][] = [
      ['https://shop.example/thanks?x=1&y=<2>', 200],
      ['https://shop.example', 200],
      ['HTTPS://SHOP.example/a', 200],
      ['SELF/w/plain', 200],
      ['', 400],
      ['http', 400],
      ['http:', 400],
      ['https://', 400],
      ['https:shop.example/done', 400],
      ['https:///shop.example/done', 400],
      ['shop.example/done', 400],
      ['/done', 400],
      ['//shop.example/done', 400],
      ['//evil.example', 400],
      ['\\\\evil.example', 400],
      ['javascript:alert(1)', 400],
      ['javascript://shop.example/%0aalert(1)', 400],
      ['data:text/html,x', 400],
      ['ftp://shop.example/', 400],
      ['https://evil.example/', 400],
      ['http://shop.example/', 400],
      ['https://shop.example:8443/', 400],
      ['https://shop.example.evil.example/', 400],
      ['https://shop.example@evil.example/', 400],
      ['https://user:word@shop.example/', 400],
      ['https://evil.example\\@shop.example/', 400],
      [' https://shop.example/', 400],
      ['https://shop.example/&redirect_url=https://evil.example/', 200],
    ];
    for (const [url, status] of table) {
      it(`${url === '' ? '(empty)' : url}: ${status}`, async () => {
        const value = encodeURIComponent(url.replace('SELF', site.url));
        expect((await site.page(`/w/shop?redirect_url=${value}`)).status).to.equal(status);
      });
    }

    it('is handed to the page as data', async () => {
      const url = 'https://shop.example/?a="><script>';
      const html = await (await site.page(`/w/shop?redirect_url=${encodeURIComponent(url)}`)).text();
      expect(html).to.contain('data-redirect="https://shop.example/?a=%22%3E%3Cscript%3E"');
    });

    it('given twice is refused', async () => {
      const one = 'redirect_url=https://shop.example/';
      expect((await site.page(`/w/shop?${one}&${one}`)).status).to.equal(400);
    });

    it('may lead to this server only, when the flow leads nowhere', async () => {
      expect((await site.page('/w/plain?redirect_url=https://shop.example/')).status).to.equal(400);
      expect((await site.page(`/w/plain?redirect_url=${site.url}/x`)).status).to.equal(200);
      site.host.env.PUBLIC_URL = 'https://chat.example/base';
      expect((await site.page('/w/plain?redirect_url=https://chat.example/x')).status).to.equal(200);
    });
  });

  describe('assets', () => {
    it('are kept for good under their version, and checked again under another', async () => {
      const html = await (await site.page('/w/shop')).text();
      const path = /href="([^"]+chat\.css)"/.exec(html)?.[1] ?? '';
      const current = await site.page(path);
      expect(current.headers.get('content-type')).to.equal('text/css; charset=utf-8');
      expect(current.headers.get('cache-control')).to.contain('immutable');
      const old = await site.page('/w/assets/0123/chat.css');
      expect(old.headers.get('cache-control')).to.equal('no-cache');
      // Without a word on caching, fetch would ask for a fresh copy.
      const known = { 'If-None-Match': old.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' };
      const again = await site.page('/w/assets/0123/chat.css', known);
      expect(again.status).to.equal(304);
    });

    for (const name of [
      'chat.html',
      'chat.ts',
      'tsconfig.json',
      '..%2findex.ts',
      '%2e%2e%2findex.ts',
      'nothing.js',
      '__proto__',
    ]) {
      it(`${name} is none`, async () => {
        expect((await site.page(`/w/assets/0123/${name}`)).status).to.equal(404);
      });
    }
  });
});
