import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import qrcode from 'qrcode';
import { linkedNumber } from '../../channels/whatsapp-web/linked.ts';
import { until } from '../support/until.ts';
import { settle } from '../support/wweb-clock.ts';
import { Phone } from '../support/wweb-phone.ts';

const MINUTE = 60_000;

describe('whatsapp web: what is noted for the doctor', function () {
  this.timeout(60_000);
  it('is the number that is linked, until a code has to be scanned', async () => {
    const phone = await Phone.ready();
    const where = { folder: `${phone.dir}/whatsapp-web`, session: 'default' };
    await until('the number', () => linkedNumber(where) === '15550001111');
    phone.browser.says({ kind: 'qr', code: 'code-2' });
    await until('no number', () => linkedNumber(where) === null);
    await phone.close();
  });
});

describe('whatsapp web: the page with the code', function () {
  this.timeout(60_000);
  let phone: Phone;
  let url: string;
  beforeEach(async () => {
    phone = await Phone.open();
    url = await phone.url();
    phone.browser.says({ kind: 'qr', code: 'code-1' });
    await settle();
  });
  afterEach(() => phone.close());

  /** The path of the newest link in the log. */
  const link = (): string => {
    const found = phone.host.logged.map((line) => /open https:\/\/bot\.example(\S+)/.exec(line)?.[1]).filter(Boolean);
    return found.at(-1) ?? '';
  };
  const get = (path: string, cookie = ''): Promise<Response> =>
    fetch(`${url}${path}`, { redirect: 'manual', headers: { cookie } });

  /** Opens the link as a browser does; answers the cookie. */
  const enter = async (): Promise<string> => {
    const response = await get(link());
    expect([response.status, response.headers.get('location')]).to.deep.equal([303, '/channels/whatsapp-web']);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie)
      .to.match(/HttpOnly/)
      .and.match(/Secure/)
      .and.match(/SameSite=Lax/)
      .and.match(/Path=\/channels\/whatsapp-web/);
    return cookie.split(';')[0] ?? '';
  };

  it('the link of the log leads to the code that has to be scanned', async () => {
    const page = await get('/channels/whatsapp-web', await enter());
    expect(page.status).to.equal(200);
    expect(await page.text()).to.contain(await qrcode.toString('code-1', { type: 'svg', margin: 2 }));
    expect(page.headers.get('content-security-policy')).to.match(/default-src 'none'; style-src 'sha256-/);
    expect(page.headers.get('cache-control')).to.equal('no-store');
  });

  it('without a link or a cookie there is no code', async () => {
    for (const path of ['', '?key=', '?key=x', '?key=1.2.3', `?key=${'9'.repeat(20)}.a.b`]) {
      const page = await get(`/channels/whatsapp-web${path}`, 'parley_whatsapp_web=1.2.3');
      expect(page.status).to.equal(401);
      expect(await page.text()).not.to.contain('<svg');
    }
  });

  it('a link works once', async () => {
    await enter();
    expect((await get(link())).status).to.equal(401);
  });

  it('a link works for 15 minutes, a cookie for an hour', async () => {
    const cookie = await enter();
    phone.browser.die('x');
    await phone.clock.pass(2000);
    phone.browser.says({ kind: 'qr', code: 'code-2' });
    await settle();
    const late = link();
    phone.clock.time += 16 * MINUTE;
    expect((await get(late)).status).to.equal(401);
    expect((await get('/channels/whatsapp-web', cookie)).status).to.equal(200);
    phone.clock.time += 50 * MINUTE;
    expect((await get('/channels/whatsapp-web', cookie)).status).to.equal(401);
  });

  it('a ticket of one kind is none of the other', async () => {
    const cookie = await enter();
    expect((await get(`/channels/whatsapp-web?key=${cookie.split('=')[1] ?? ''}`)).status).to.equal(401);
  });

  it('there is one link for a row of codes, and every code is in the log', async () => {
    phone.browser.says({ kind: 'qr', code: 'code-2' }, { kind: 'qr', code: 'code-3' });
    await settle();
    expect(phone.host.logged.filter((line) => line.includes('/channels/whatsapp-web?key='))).to.have.length(1);
    expect(phone.host.lines.filter((line) => line.includes('"qr":"code-'))).to.have.length(3);
  });

  it('once linked the page says with which number', async () => {
    const cookie = await enter();
    phone.browser.ready();
    await settle();
    const page = await (await get('/channels/whatsapp-web', cookie)).text();
    expect(page).to.contain('The number is +15550001111 (Shop).').and.not.to.contain('<svg');
  });

  it('names of the phone cannot put anything into the page', async () => {
    const cookie = await enter();
    phone.browser.says({ kind: 'ready', me: '1@c.us', name: '<script>', version: '1' });
    await settle();
    expect(await (await get('/channels/whatsapp-web', cookie)).text()).to.contain('(&lt;script&gt;)');
  });

  it('somebody at the terminal sees the code there', async () => {
    const output = new PassThrough();
    Object.assign(phone.host, { terminal: { input: new PassThrough(), output } });
    phone.browser.says({ kind: 'qr', code: 'code-2' });
    await settle();
    expect(String(output.read())).to.contain(await qrcode.toString('code-2', { type: 'terminal', small: true }));
  });
});
