import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import qrcode from 'qrcode';
import { cardLine } from '../../channels/whatsapp-web/card.ts';
import { findChromium } from '../../channels/whatsapp-web/chromium.ts';
import { WebFault } from '../../channels/whatsapp-web/protocol.ts';
import { readSettings } from '../../channels/whatsapp-web/settings.ts';
import { settle } from '../support/wweb-clock.ts';
import { Phone, heard } from '../support/wweb-phone.ts';

const MINUTE = 60_000;

describe('whatsapp web: the page with the code', () => {
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

describe('whatsapp web: files that came in', () => {
  let phone: Phone;
  let url: string;
  beforeEach(async () => {
    phone = await Phone.ready();
    url = await phone.url();
  });
  afterEach(() => phone.close());

  /** The path of a file that somebody has sent, as the flow gets it. */
  const sentFile = async (): Promise<string> => {
    phone.browser.hears(
      heard('', phone.clock.time, { id: 'false_1@c.us_3E', type: 'image', file: { mime: 'image/png' } }),
    );
    await settle();
    const { message } = phone.stored[0] ?? { message: null };
    const attachment: unknown = Object(message).attachments?.[0]?.url;
    return String(attachment).replace('https://bot.example', '');
  };
  const holds = (bytes: string, mime: string): void =>
    phone.browser.will({
      fetch: ({ path }) => {
        void writeFile(path, bytes).then(() =>
          phone.browser.says({
            kind: 'answer',
            id: phone.browser.asked.length,
            value: { mime, filename: null, size: 3 },
          }),
        );
        return undefined;
      },
    });

  it('the browser is asked for a file when somebody wants it', async () => {
    holds('PNG', 'image/png');
    const path = await sentFile();
    expect(phone.browser.asked.map(({ kind }) => kind)).not.to.include('fetch');
    const response = await fetch(url + path);
    expect([response.status, response.headers.get('content-type'), await response.text()]).to.deep.equal([
      200,
      'image/png',
      'PNG',
    ]);
  });

  it('what a browser could run is offered as a download', async () => {
    holds('<script>', 'text/html');
    const { headers } = await fetch(url + (await sentFile()));
    expect(headers.get('content-type')).to.equal('application/octet-stream');
    expect(headers.get('content-disposition')).to.equal('attachment');
    expect(headers.get('content-security-policy')).to.contain('sandbox');
  });

  it('an address that was changed leads nowhere, and WhatsApp is not asked', async () => {
    const path = await sentFile();
    for (const wrong of [path.replace('_3E', '_3F'), path.replace(/signature=.*/, ''), `${path}x`])
      expect((await fetch(url + wrong)).status).to.equal(404);
    expect(phone.browser.asked.map(({ kind }) => kind)).not.to.include('fetch');
  });

  /** Why there is no file, and what is answered. */
  const FAULTS: readonly (readonly [WebFault, number])[] = [
    [new WebFault('no_file', 'gone'), 404],
    [new WebFault('too_large', 'big'), 413],
    [new WebFault('failed', 'odd'), 404],
  ];
  for (const [fault, status] of FAULTS)
    it(`${fault.code} is ${status}`, async () => {
      phone.browser.will({
        fetch: () => {
          throw fault;
        },
      });
      expect((await fetch(url + (await sentFile()))).status).to.equal(status);
    });

  it('without a browser it is to be tried again', async () => {
    const path = await sentFile();
    phone.browser.die('SIGKILL');
    await settle();
    const response = await fetch(url + path);
    expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '1']);
  });

  it('addresses go on working after a restart of the server', async () => {
    const path = await sentFile();
    const next = await Phone.ready({}, phone);
    const nextUrl = await next.url();
    expect(await (await fetch(nextUrl + path)).json()).to.have.nested.property(
      'error.message',
      'WhatsApp does not give this file',
    );
    await next.close(true);
  });
});

describe('whatsapp web: what it finds', () => {
  it('chromium: the one that is named, else along PATH, else where it usually is', () => {
    const has =
      (...files: string[]) =>
      (file: unknown): boolean =>
        files.includes(String(file));
    expect(findChromium('/opt/c', '/bin', has('/opt/c', '/bin/chromium'))).to.equal('/opt/c');
    expect(findChromium(undefined, '/a:/b', has('/b/google-chrome', '/usr/bin/chromium'))).to.equal('/b/google-chrome');
    expect(findChromium(undefined, '', has('/usr/bin/chromium'))).to.equal('/usr/bin/chromium');
  });

  it('no chromium: says what to install', () => {
    expect(() => findChromium(undefined, '/a', () => false)).to.throw(
      'whatsapp-web needs Chromium, and none was found',
    );
    expect(() => findChromium('/nope', '/a', () => false)).to.throw(
      'PUPPETEER_EXECUTABLE_PATH names "/nope", which is not there',
    );
  });

  it('settings: an empty value counts as not set', () => {
    const settings = readSettings({
      DATA_DIR: '/d',
      WHATSAPP_WEB_SESSION: ' ',
      PORT: '8080',
      WHATSAPP_WEB_BROWSER_ARGS: ' --a  --b ',
    });
    expect(settings).to.deep.equal({
      session: 'default',
      folder: '/d/whatsapp-web',
      browserArgs: ['--a', '--b'],
      dailyCap: 1000,
      memory: 1024 * 1024 * 1024,
      publicUrl: 'http://localhost:8080',
    });
  });

  const CARDS: readonly (readonly [string, string])[] = [
    ['BEGIN:VCARD\r\nFN:Ana\r\nTEL;TYPE=cell:+57 1\r\nTEL:+57 2\r\nEND:VCARD', 'Ana: +57 1, +57 2'],
    ['BEGIN:VCARD\nN:Ruiz;Ana;;;\nEND:VCARD', 'Ana Ruiz'],
    ['FN:Ana\\, the\n  second', 'Ana, the second'],
    ['TEL:+57', '+57'],
    ['rubbish', ''],
    ['', ''],
  ];
  for (const [card, line] of CARDS)
    it(`card ${JSON.stringify(card)}`, () => {
      expect(cardLine(card)).to.equal(line);
    });
});
