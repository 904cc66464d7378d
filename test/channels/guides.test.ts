import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { CHANNELS } from '../../channels/index.ts';
import type { HttpAnswer, HttpRequest } from '../../src/channel/channel.ts';
import { own } from '../../src/domain/json.ts';
import { checkChannels } from '../../src/wiring/doctor/channels.ts';
import { placesClient } from '../../src/wiring/outgoing.ts';
import { SlackServer } from '../support/slack-server.ts';
import { configOf } from '../doctor/kit.ts';
import { Meta, json } from './whatsapp-cloud-kit.ts';

const root = resolve(import.meta.dirname, '../..');
const PAGE = /this is a yes:\n\n```text\n([\s\S]*?)```/i;

/** Settings as a guide says to export them before the doctor is asked. */
function exported(whole: string): Record<string, string> {
  const guide = whole.slice(0, whole.search(PAGE));
  const fences = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '').join('');
  const lines = fences.matchAll(/^export (\w+)=(?:'([^'\n]*)'|(\S*))/gm);
  return Object.fromEntries([...lines].map(([, name = '', quoted, plain = '']) => [name, quoted ?? plain]));
}

describe('the guide of a channel', function () {
  this.timeout(60_000);
  let dir: string;
  let meta: Meta;
  let slack: SlackServer;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-guides-'));
    [meta, slack] = await Promise.all([Meta.open(), SlackServer.start()]);
    const chromium = join(dir, 'chromium');
    await writeFile(chromium, '#!/bin/sh\necho Chromium 140.0.7339.80 built on Debian GNU/Linux 12\n');
    await chmod(chromium, 0o755);
    await mkdir(join(dir, 'whatsapp-web'));
    await writeFile(join(dir, 'whatsapp-web/linked-default'), '573001112233@c.us');
    const data = [
      {
        object: 'whatsapp_business_account',
        callback_url: 'https://bot.example.com/channels/whatsapp-cloud/webhook',
        fields: [{ name: 'messages' }],
      },
    ];
    const about = { app_id: '77', scopes: ['whatsapp_business_messaging'], expires_at: 0 };
    meta.answer = ({ path }, response) =>
      path.includes('/subscriptions')
        ? json(response, 200, { data })
        : path.includes('debug_token')
          ? json(response, 200, { data: about })
          : json(response, 200, { display_phone_number: '+1 555 078 3881', verified_name: 'Test Number' });
  });
  after(async () => {
    await Promise.all([meta.close(), slack.close(), rm(dir, { recursive: true, force: true })]);
  });

  /** What the test has instead of a reader: accounts, a browser, an address. */
  const filledIn = (): Record<string, Record<string, string>> => ({
    slack: { SLACK_BOT_TOKEN: 'xoxb-test', SLACK_APP_TOKEN: 'xapp-test', SLACK_API_URL: slack.apiUrl },
    'whatsapp-cloud': {
      WHATSAPP_CLOUD_TOKEN: 'EAAG',
      WHATSAPP_CLOUD_APP_SECRET: '0a1b2c',
      WHATSAPP_CLOUD_API_URL: `${meta.url}/v23.0`,
    },
    'whatsapp-web': { DATA_DIR: dir, PUPPETEER_EXECUTABLE_PATH: join(dir, 'chromium') },
    web: { EMBED_ALLOW: '' },
  });

  for (const [name, { title }] of CHANNELS)
    it(`${name}: with the settings it tells to export, the doctor says yes in the words it shows`, async () => {
      const guide = readFileSync(join(root, `docs/channels/${name}.md`), 'utf8');
      const env = { ...exported(guide), ...filledIn()[name], CHANNELS: name };
      const config = configOf(env);
      const client = placesClient(config);
      const http = async (request: HttpRequest): Promise<HttpAnswer> =>
        own({ [`${config.publicUrl}/healthz`]: true }, request.url) === true
          ? { kind: 'answered', status: 200, headers: {}, body: '', json: { ok: true } }
          : await client.send(request, 'k');
      const found = await checkChannels(config, http);
      await client.close();
      const mine = found.filter(({ text }) => text === `${title} is on` || text.startsWith(`${title}: `));
      const shown = mine.map(({ state, text }) => `  ${state.padEnd(8)} ${text}\n`).join('');
      const here = shown.replaceAll(`${dir}/chromium`, '/usr/bin/chromium').replaceAll(root, '/srv/parley');
      expect(here).to.equal(PAGE.exec(guide)?.[1]);
    });
});
