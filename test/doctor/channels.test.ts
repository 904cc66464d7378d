import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import { web } from '../../channels/web/index.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import { whatsappWeb } from '../../channels/whatsapp-web/index.ts';
import type { Channel, HttpAnswer, HttpRequest } from '../../src/channel/channel.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Config } from '../../src/config/config.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { checkChannels } from '../../src/wiring/doctor/channels.ts';
import { placesClient } from '../../src/wiring/outgoing.ts';
import { fakeApi } from '../api/kit.ts';
import { Meta, NUMBER, SECRET, json } from '../channels/whatsapp-cloud-kit.ts';
import type { Got } from '../channels/whatsapp-cloud-kit.ts';
import { SlackServer } from '../support/slack-server.ts';
import type { SlackAnswer } from '../support/slack-server.ts';

/** Findings as lines that a table can hold. */
function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ state, text }) => `${state} ${text}`);
}

/** A check with the real client, guarded as it is for channels. */
async function checked(channel: Channel, env: Record<string, string>, allow: readonly string[] = []): Promise<string[]> {
  const client = placesClient({ outboundAllow: allow, env });
  const http = (request: HttpRequest): Promise<HttpAnswer> => client.send(request, 'k');
  try {
    return lines((await channel.check?.(env, http)) ?? []);
  } finally {
    await client.close();
  }
}

function configOf(env: Record<string, string>): Config {
  const read = readConfig(env);
  if (!('config' in read)) throw new Error(read.problem);
  return read.config;
}

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

describe('doctor: Slack', () => {
  let server: SlackServer;
  before(async () => (server = await SlackServer.start()));
  after(() => server.close());
  beforeEach(() => server.answers.clear());
  const SCOPES =
    'chat:write,app_mentions:read,im:history,channels:history,groups:history,mpim:history,users:read,files:read';
  const signedIn = (scopes: string): SlackAnswer => () => ({
    status: 200,
    headers: { 'content-type': 'application/json', 'x-oauth-scopes': scopes },
    body: JSON.stringify({ ok: true, team: 'Acme', user: 'parley' }),
  });
  const look = (env: Record<string, string>): Promise<string[]> =>
    checked(slack, { SLACK_API_URL: server.apiUrl, SLACK_BOT_TOKEN: 'xoxb-test', ...env });
  const socket = { SLACK_APP_TOKEN: 'xapp-test' };
  const IN = 'ok Slack takes the bot token: parley in the workspace Acme';
  const OPENS = 'ok Slack opens a connection for Socket Mode';

  it('signs in with the bot token and opens a connection with the app token', async () => {
    server.answers.set('auth.test', signedIn(SCOPES));
    expect(await look(socket)).to.deep.equal([IN, OPENS]);
    expect(server.calls.slice(-2).map(({ method, authorization }) => [method, authorization])).to.deep.equal([
      ['auth.test', 'Bearer xoxb-test'],
      ['apps.connections.open', 'Bearer xapp-test'],
    ]);
  });

  it('names scopes that are missing, and what each costs', async () => {
    server.answers.set('auth.test', signedIn('im:history, app_mentions:read, users:read, files:read, mpim:history'));
    expect(await look(socket)).to.deep.equal([
      IN,
      'problem the Slack app lacks the scopes chat:write',
      'note without the scope channels:history threads in public channels are not heard',
      'note without the scope groups:history threads in private channels are not heard',
      OPENS,
    ]);
  });

  it('says which token Slack does not take, and why', async () => {
    server.answers.set('auth.test', () => ({ ok: false, error: 'token_revoked' }));
    server.answers.set('apps.connections.open', () => ({ ok: false, error: 'missing_scope' }));
    const [bot, app] = await look(socket);
    expect(bot).to.match(/^problem The bot token does not work: .* \(token_revoked\)\.$/);
    expect(app).to.match(/^problem The app token does not work: .*connections:write.* \(missing_scope\)\.$/);
  });

  it('by HTTP wants an address that Slack can call', async () => {
    const signing = { SLACK_SIGNING_SECRET: 'x' };
    expect((await look(signing)).at(-1)).to.equal(
      'problem Slack sends events by HTTP to https addresses only, and PUBLIC_URL is none',
    );
    const [, good] = await look({ ...signing, PUBLIC_URL: 'https://bot.example/' });
    expect(good).to.match(/^ok .*https:\/\/bot\.example\/channels\/slack\/events\.$/);
  });

  it('a proxy in between, and nobody there', async () => {
    server.answers.set('auth.test', () => ({ status: 502, body: 'bad gateway' }));
    expect((await look(socket))[0]).to.equal('problem Slack, or what stands before it, answered with HTTP 502');
    expect((await look({ ...socket, SLACK_API_URL: 'http://127.0.0.1:1/' }))[0]).to.match(
      /^problem Slack could not be reached: /,
    );
  });
});

describe('doctor: WhatsApp (Cloud API)', () => {
  let meta: Meta;
  before(async () => (meta = await Meta.open()));
  after(() => meta.close());

  const HOOK = 'https://bot.example/channels/whatsapp-cloud/webhook';
  const number = { display_phone_number: '+57 300 111 2233', verified_name: 'Acme', quality_rating: 'GREEN' };
  const token = { data: { app_id: '77', expires_at: 0, scopes: ['whatsapp_business_messaging'] } };
  const messages = [{ name: 'messages', version: 'v23.0' }];
  const hooks = (callback_url = HOOK, fields: unknown = messages): object => ({
    data: [{ object: 'whatsapp_business_account', callback_url, active: true, fields }],
  });
  const fault = (code: number, message: string): { status: number; body: object } => ({
    status: 400,
    body: { error: { code, message } },
  });
  type Reply = object | { status: number; body: object };
  const look = async (replies: { number?: Reply; token?: Reply; hooks?: Reply } = {}): Promise<string[]> => {
    meta.got.length = 0;
    meta.answer = ({ path }: Got, response) => {
      const reply = path.includes('/subscriptions')
        ? (replies.hooks ?? hooks())
        : path.includes('/debug_token')
          ? (replies.token ?? token)
          : (replies.number ?? number);
      if ('status' in reply && typeof reply.status === 'number' && 'body' in reply)
        json(response, reply.status, reply.body);
      else json(response, 200, reply);
    };
    return checked(whatsappCloud, {
      WHATSAPP_CLOUD_TOKEN: 'the token',
      WHATSAPP_CLOUD_PHONE_NUMBER_ID: NUMBER,
      WHATSAPP_CLOUD_APP_SECRET: `${SECRET},older`,
      WHATSAPP_CLOUD_API_URL: `${meta.url}/v23.0/`,
      PUBLIC_URL: 'https://bot.example/',
    });
  };
  const KNOWN = 'ok Meta takes the access token: the number is +57 300 111 2233 (Acme)';
  const ARRIVES = `ok what people write goes to ${HOOK}`;

  it('asks for the number, the token, and the webhook of the app; each with the right authorization', async () => {
    expect(await look()).to.deep.equal([KNOWN, ARRIVES]);
    expect(meta.got.map(({ method, path, token: sent }) => [method, path.split('?')[0], sent])).to.deep.equal([
      ['GET', `/v23.0/${NUMBER}`, 'Bearer the token'],
      ['GET', '/v23.0/debug_token', 'Bearer the token'],
      ['GET', '/v23.0/77/subscriptions', `Bearer 77|${SECRET}`],
    ]);
  });

  const cases: readonly [what: string, replies: Parameters<typeof look>[0], expected: (string | RegExp)[]][] = [
    [
      'a token that does not work',
      { number: fault(190, 'Session has expired') },
      [/^problem Meta does not show the number: The access token does not work.* \(190 Session has expired\)\.$/],
    ],
    [
      'an id that is not that of the number',
      { number: fault(100, 'Unsupported get request') },
      [/^problem Meta does not show the number: .*WHATSAPP_CLOUD_PHONE_NUMBER_ID/],
    ],
    [
      'a low quality',
      { number: { ...number, quality_rating: 'RED' } },
      [KNOWN, 'note Meta rates the quality of the number as low, and may limit or block it', ARRIVES],
    ],
    [
      'a token that ends, and may not send',
      { token: { data: { app_id: 77, expires_at: 1_900_000_000, scopes: ['whatsapp_business_management'] } } },
      [
        KNOWN,
        'problem the access token lacks the permission whatsapp_business_messaging',
        'note the access token ends 2030-03-17T17:46:40.000Z',
        ARRIVES,
      ],
    ],
    [
      'a token of which Meta tells nothing',
      { token: fault(100, 'no') },
      [KNOWN, 'note Meta does not say to which app the token belongs, so the webhook was not looked at'],
    ],
    [
      'an app secret of another app',
      { hooks: fault(190, 'Invalid OAuth access token signature.') },
      [KNOWN, /^problem Meta does not show the webhook with the app secret: .*signature/],
    ],
    [
      'a webhook without messages',
      { hooks: hooks(HOOK, [{ name: 'account_update' }]) },
      [KNOWN, 'problem the app is not subscribed to the webhook field messages, so nothing arrives'],
    ],
    ['a webhook whose fields are names', { hooks: hooks(HOOK, ['messages']) }, [KNOWN, ARRIVES]],
    ['no webhook at all', { hooks: { data: [] } }, [KNOWN, /^problem the app is not subscribed/]],
    [
      'a webhook that leads elsewhere',
      { hooks: hooks('https://old.example/hook') },
      [KNOWN, `problem Meta sends what people write to https://old.example/hook, and this server is at ${HOOK}`],
    ],
    [
      'a number with an address of its own',
      { number: { ...number, webhook_configuration: { phone_number: HOOK } }, hooks: hooks('https://old.example/hook') },
      [KNOWN, ARRIVES],
    ],
  ];
  for (const [what, replies, expected] of cases)
    it(what, async () => {
      const found = await look(replies);
      expect(found.length, found.join('\n')).to.equal(expected.length);
      for (const [i, each] of expected.entries()) {
        if (typeof each === 'string') expect(found[i]).to.equal(each);
        else expect(found[i]).to.match(each);
      }
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
    expect(await checked(whatsappWeb, env)).to.deep.equal([IS, 'note no phone was linked yet']);
    await mkdir(join(dir, 'whatsapp-web/session-shop'), { recursive: true });
    const [, login] = await checked(whatsappWeb, { ...env, WHATSAPP_WEB_SESSION: 'shop' });
    expect(login).to.match(/^ok the login "shop" is kept/);
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
