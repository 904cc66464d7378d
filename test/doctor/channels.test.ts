import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { web } from '../../channels/web/index.ts';
import { whatsappWeb } from '../../channels/whatsapp-web/index.ts';
import type { Channel, HttpAnswer } from '../../src/channel/channel.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { checkChannels } from '../../src/wiring/doctor/channels.ts';
import { fakeApi } from '../api/kit.ts';
import { json } from '../channels/whatsapp-cloud-kit.ts';
import { checked, configOf, lines } from './kit.ts';

describe('doctor: channels that are on and off', () => {
  const http = async (): Promise<HttpAnswer> => ({ kind: 'failed', code: 'network', reason: 'no network' });
  const fake = (name: string, more: Partial<Channel> = {}): [string, Channel] => [
    name,
    { ...web, name, title: name.toUpperCase(), needs: [], check: async () => [], ...more },
  ];

  it('says of each what it needs, and names one that is none', async () => {
    const all = new Map([
      fake('a'),
      fake('b', { needs: ['B_TOKEN', ['B_ONE', 'B_TWO']] }),
      fake('c', { needs: ['C_TOKEN'] }),
    ]);
    const found = await checkChannels(configOf({ CHANNELS: 'a,c,x' }), http, all);
    expect(found).to.deep.equal([
      { state: 'problem', text: 'CHANNELS names "x", which is no channel', fix: 'Channels: a, b, c.' },
      { state: 'ok', text: 'A is on' },
      { state: 'note', text: 'B is off', fix: 'To have it, add b to CHANNELS and set B_TOKEN, (B_ONE or B_TWO).' },
      { state: 'problem', text: 'C stays off: it needs more settings', fix: 'Set C_TOKEN.' },
    ]);
  });

  it('a check that throws does not hide the others', async () => {
    const check = async (): Promise<Finding[]> => Promise.reject(new Error('a bug'));
    const found = await checkChannels(configOf({ CHANNELS: 'a,b' }), http, new Map([fake('a', { check }), fake('b')]));
    expect(lines(found)).to.deep.equal(['ok A is on', 'note A: it could not be looked at: a bug', 'ok B is on']);
  });
});

describe('doctor: WhatsApp (linked phone)', () => {
  let dir: string;
  const PATH = process.env['PATH'] ?? '';
  before(async () => (dir = await mkdtemp(join(tmpdir(), 'parley-doctor-'))));
  after(() => rm(dir, { recursive: true, force: true }));
  const browser = async (name: string, script: string): Promise<string> => {
    await writeFile(join(dir, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(dir, name), 0o755);
    return join(dir, name);
  };

  it('hears the version of the browser, and looks for the login', async () => {
    const chromium = await browser('good', 'echo "Chromium 140.0 of a test "');
    const env = { DATA_DIR: dir, PUPPETEER_EXECUTABLE_PATH: chromium, PATH };
    const IS = `ok the browser is Chromium 140.0 of a test (${chromium})`;
    expect(await checked(whatsappWeb, env)).to.deep.equal([IS, 'note no phone is linked']);
    await mkdir(join(dir, 'whatsapp-web'), { recursive: true });
    await writeFile(join(dir, 'whatsapp-web/linked-shop'), '573001112233@c.us');
    const [, login] = await checked(whatsappWeb, { ...env, WHATSAPP_WEB_SESSION: 'shop' });
    expect(login).to.equal('ok the phone +573001112233 is linked, as far as the server knows (login "shop")');
  });

  it('a browser that is not there, or does not start', async () => {
    const missing = await checked(whatsappWeb, { DATA_DIR: dir, PUPPETEER_EXECUTABLE_PATH: join(dir, 'none'), PATH });
    expect(missing[0]).to.match(/^problem PUPPETEER_EXECUTABLE_PATH names ".*none", which is not there$/);
    const broken = await browser('broken', 'echo "no libraries" >&2; exit 127');
    const [found] = await checked(whatsappWeb, { DATA_DIR: dir, PUPPETEER_EXECUTABLE_PATH: broken, PATH });
    expect(found).to.match(/^problem .*broken does not start: /);
  });
});

describe('doctor: web', () => {
  const look = async (PUBLIC_URL: string | undefined): Promise<string | undefined> =>
    (await checked(web, PUBLIC_URL === undefined ? {} : { PUBLIC_URL }, ['127.0.0.1']))[1];

  it('asks PUBLIC_URL who is there', async () => {
    expect(await look(undefined)).to.match(/^note PUBLIC_URL is not set, so links lead to localhost/);
    expect(await look('http://127.0.0.1:1')).to.match(/^note nothing answers at PUBLIC_URL from here: /);
    const ours = await fakeApi((_request, response) => json(response, 200, { ok: true }));
    const other = await fakeApi((_request, response) => response.writeHead(404).end('nginx'));
    try {
      expect(await look(`${ours.origin}/`)).to.equal(`ok PUBLIC_URL leads to a server: ${ours.origin}`);
      expect(ours.asked.map(({ url }) => url)).to.deep.equal(['/healthz']);
      expect(await look(other.origin)).to.match(/^problem at .* something else than Parley answers \(HTTP 404\)$/);
    } finally {
      await ours.close();
      await other.close();
    }
  });
});
