import { expect } from 'chai';
import { FakeWorld } from '../support/fake-host.ts';
import { Site, parrot } from './web-site.ts';

/** Who may put a page into a frame, by its headers. */
function framing(response: Response): string {
  const policy = response.headers.get('content-security-policy') ?? '';
  const old = response.headers.get('x-frame-options');
  return `${/frame-ancestors (.*)$/.exec(policy)?.[1] ?? ''}${old === null ? '' : `, ${old}`}`;
}

describe('web chat: in frames of other sites', function () {
  this.timeout(60_000);
  let closed: Site;
  let some: Site;
  let all: Site;

  before(async () => {
    const world = new FakeWorld(parrot);
    closed = await Site.open(world);
    some = await Site.open(world, {
      EMBED_ALLOW: 'https://shop.example, https://*.shops.example',
      PUBLIC_URL: 'https://chat.example/',
    });
    all = await Site.open(world, { EMBED_ALLOW: '*' });
  });
  after(() => Promise.all([closed, some, all].map((site) => site.close())));

  const SOME = "'self' https://shop.example https://*.shops.example";
  const table: [what: string, site: () => Site, query: string, status: number, ancestors: string][] = [
    ['the page itself, never', () => some, '', 200, "'none', DENY"],
    ['another value of embed, never', () => some, '?embed=yes', 200, "'none', DENY"],
    ['this server, always', () => closed, '?embed=1&on=SELF', 200, "'self'"],
    ['who does not tell, by the policy', () => closed, '?embed=1', 200, "'self'"],
    ['a site, unless allowed', () => closed, '?embed=1&on=https://shop.example', 403, '*'],
    ['a file, never', () => closed, '?embed=1&on=null', 403, '*'],
    ['a site that is allowed', () => some, '?embed=1&on=https://shop.example', 200, SOME],
    ['a site below one that is allowed', () => some, '?embed=1&on=https://a.shops.example', 200, SOME],
    ['PUBLIC_URL', () => some, '?embed=1&on=https://chat.example', 200, SOME],
    ['another scheme', () => some, '?embed=1&on=http://shop.example', 403, '*'],
    ['another port', () => some, '?embed=1&on=https://shop.example:8443', 403, '*'],
    ['a name that ends alike', () => some, '?embed=1&on=https://evilshops.example', 403, '*'],
    ['every site', () => all, '?embed=1&on=https://any.example', 200, "'self' *"],
  ];
  for (const [what, site, query, status, ancestors] of table) {
    it(`${what}: ${status}`, async () => {
      const response = await site().page(`/w/shop${query.replace('SELF', site().url)}`);
      expect([response.status, framing(response)]).to.deep.equal([status, ancestors]);
    });
  }

  it('says on the page how a site is allowed, and shows nothing of the chat', async () => {
    const html = await (await closed.page('/w/shop?embed=1&on=https://shop.example')).text();
    expect(html).to.contain('EMBED_ALLOW=https://shop.example').and.not.contain('<script').and.not.contain('data-flow');
  });

  it('takes what a site tells about itself as text', async () => {
    const html = await (await closed.page(`/w/shop?embed=1&on=${encodeURIComponent('"><script>x</script>')}`)).text();
    expect(html).not.to.contain('<script');
  });

  it('sets no cookie for who brings the session in a header, and asks for none', async () => {
    const first = await closed.post('shop/start', {}, { 'X-Session': '' });
    expect(first.headers.get('set-cookie')).to.equal(null);
    const { session } = first.body;
    const again = await closed.post(
      'shop/start',
      {},
      { 'X-Session': session, Cookie: `parley_shop=${'A'.repeat(32)}` },
    );
    expect(again.body.session).to.equal(session);
    const other = await closed.post('shop/start', {}, { 'X-Session': '', Cookie: `parley_shop=${session}` });
    expect(other.body.session).not.to.equal(session);
  });

  it('serves the widget to every site, or says that it is not built', async () => {
    const response = await closed.page('/widget.js');
    if (response.status === 404) expect(await response.text()).to.contain('npm run build');
    else {
      expect(response.headers.get('content-type')).to.equal('text/javascript; charset=utf-8');
      expect(response.headers.get('cross-origin-resource-policy')).to.equal('cross-origin');
      expect(await response.text()).not.to.match(/^(import|export)\b/m);
    }
  });
});
