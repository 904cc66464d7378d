import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { openStore } from '../../src/store/index.ts';
import { Meta, NUMBER, SECRET, json } from '../channels/whatsapp-cloud-kit.ts';
import { SlackServer } from '../support/slack-server.ts';
import { freePort } from '../support/server.ts';
import { folder, parley, serve } from './run.ts';
import type { Ran, Serving } from './run.ts';

/** One line of `--format json`. */
interface Row {
  readonly area: string;
  readonly state: string;
  readonly text: string;
  readonly fix?: string;
}

const TOKEN = randomBytes(24).toString('hex');
const FLOW =
  'flow: echo\ntriggers: [{ link: true }]\nblocks: [{ id: m, type: message, text: "you said @message.text" }]\n';

describe('parley doctor', function () {
  this.timeout(60_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(async () => (dir = await folder({ 'quiet/echo.yaml': FLOW })));
  after(() => dir.remove());

  const doctor = async (env: Record<string, string>, ...args: readonly string[]): Promise<Ran> =>
    parley(['doctor', ...args], { cwd: dir.path, env: { PORT: '1', FLOWS_DIR: 'quiet', ...env } });
  const rows = async (env: Record<string, string>): Promise<{ code: number | null; found: string[] }> => {
    const { code, out } = await doctor(env, '--format', 'json');
    const list = JSON.parse(out) as Row[];
    return { code, found: list.map(({ area, state, text }) => `${area}: ${state} ${text}`) };
  };

  it('a fresh clone has no problem, and nothing is made for the looking', async () => {
    const { code, out, err } = await doctor({ DATA_DIR: 'fresh' });
    expect([code, err]).to.deep.equal([0, '']);
    expect(out).to.match(/^Settings\n {2}ok {7}nothing is wrong with them\nMachine\n {2}ok {7}Node is \d/);
    expect(out).to.match(/\n {2}note {5}there is no store in fresh yet, .*\. The first start makes it: npm start\.\n/);
    expect(out).to.match(/\n {2}note {5}Slack is off\. To have it, add slack to CHANNELS and set SLACK_BOT_TOKEN/);
    expect(out).to.match(/\n\d+ ok, \d+ notes?, 0 problems\n$/);
    expect(existsSync(join(dir.path, 'fresh'))).to.equal(false);
  });

  it('wrong settings are each a line, and exit 1', async () => {
    const { code, found } = await rows({ DATA_DIR: 'fresh', PORT: 'x', LOG_FORMAT: 'xml', CHANNELS: 'web,telex' });
    expect(code).to.equal(1);
    expect(found).to.include.members([
      'settings: problem PORT must be a port number from 0 to 65535: "x"',
      'settings: problem LOG_FORMAT must be one of json, pretty: "xml"',
      'channels: problem CHANNELS names "telex", which is no channel',
    ]);
  });

  it('a database that is away is a problem of the store alone', async () => {
    const MONGODB_URI = 'mongodb://127.0.0.1:1/parley?serverSelectionTimeoutMS=300';
    const { code, found } = await rows({
      MONGODB_URI,
      SECRET_KEY: randomBytes(32).toString('base64'),
      ADMIN_TOKEN: TOKEN,
    });
    expect(code).to.equal(1);
    expect(found.filter((line) => line.includes(': problem'))).to.match(/^store: problem /);
    expect(found).to.include('flows: ok 1 flow without errors or warnings');
  });

  it('a store without its keys is not opened', async () => {
    await writeFile(join(dir.path, 'parley.db'), '');
    const { code, found } = await rows({ DATA_DIR: '.' });
    expect(code).to.equal(1);
    expect(found.find((line) => line.startsWith('store:'))).to.match(
      /problem the store was not opened: there is neither SECRET_KEY/,
    );
    expect(existsSync(join(dir.path, 'keys.json'))).to.equal(false);
  });

  it('a guide ends in yes: WhatsApp and Slack work', async () => {
    const [meta, slack] = await Promise.all([Meta.open(), SlackServer.start()]);
    const PUBLIC_URL = 'https://bot.invalid';
    meta.answer = ({ path }, response) =>
      json(
        response,
        200,
        path.includes('/subscriptions')
          ? {
              data: [
                {
                  object: 'whatsapp_business_account',
                  callback_url: `${PUBLIC_URL}/channels/whatsapp-cloud/webhook`,
                  fields: [{ name: 'messages' }],
                },
              ],
            }
          : path.includes('debug_token')
            ? { data: { app_id: '77', scopes: ['whatsapp_business_messaging'], expires_at: 0 } }
            : { display_phone_number: '+1 555', verified_name: 'Acme' },
      );
    const env = {
      DATA_DIR: 'fresh',
      CHANNELS: 'whatsapp-cloud,slack',
      PUBLIC_URL,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_APP_TOKEN: 'xapp-test',
      WHATSAPP_CLOUD_TOKEN: 'the-token',
      WHATSAPP_CLOUD_PHONE_NUMBER_ID: NUMBER,
      WHATSAPP_CLOUD_APP_SECRET: SECRET,
      WHATSAPP_CLOUD_VERIFY_TOKEN: 'verify-me',
      WHATSAPP_CLOUD_API_URL: `${meta.url}/v23.0`,
    };
    try {
      const good = await rows(env);
      expect(good.found.filter((line) => line.includes(': problem'))).to.deep.equal([]);
      expect(good.code).to.equal(0);
      expect(good.found).to.include.members([
        'channels: ok WhatsApp (Cloud API): Meta takes the access token: the number is +1 555 (Acme)',
        `channels: ok WhatsApp (Cloud API): what people write goes to ${PUBLIC_URL}/channels/whatsapp-cloud/webhook`,
        'channels: ok Slack: Slack takes the bot token: parley in the workspace Acme',
        'channels: ok Slack: Slack opens a connection for Socket Mode',
      ]);
      slack.answers.set('auth.test', () => ({ ok: false, error: 'invalid_auth' }));
      const bad = await doctor(env);
      expect(bad.code).to.equal(1);
      expect(bad.out).to.match(/\n {2}problem {2}Slack: The bot token does not work: .* Set SLACK_BOT_TOKEN as/);
      expect(bad.out + bad.err).not.to.match(/xoxb-test|the-token/);
    } finally {
      await Promise.all([meta.close(), slack.close()]);
    }
  });
});

for (const place of ['store', 'server'] as const)
  describe(`parley doctor (on the ${place})`, function () {
    this.timeout(60_000);
    let dir: Awaited<ReturnType<typeof folder>>;
    let server: Serving | undefined;
    let env: Record<string, string>;
    before(async () => {
      dir = await folder({ 'quiet/echo.yaml': FLOW });
      env = { DATA_DIR: join(dir.path, 'data'), FLOWS_DIR: 'quiet', ADMIN_TOKEN: TOKEN, PORT: '1' };
      const ready = await serve({ cwd: dir.path, env: { ...env, PORT: '0' } });
      await ready.stop();
      const store = await openStore({ dataDir: env['DATA_DIR'] ?? '' });
      const body = {
        contact: 'test:ana',
        entry: { kind: 'timer', id: 'm1', at: 1 },
        reason: 'a bug',
        at: '2026-01-05',
      };
      await store.put({ kind: 'dead_letter', id: 'test:ana/m1', order: '1', body });
      await store.close();
      await parley(['secrets', 'set', 'crm_key'], { cwd: dir.path, env, input: 'hush' });
      if (place === 'server') {
        env = { ...env, PORT: String(await freePort()) };
        server = await serve({ cwd: dir.path, env });
      }
    });
    after(async () => {
      await server?.stop();
      await dir.remove();
    });
    const run = (more: Record<string, string> = {}): Promise<Ran> =>
      parley(['doctor'], { cwd: dir.path, env: { ...env, ...more } });

    it('sees the store, the clock, the keys and the dead letter', async () => {
      const { code, out } = await run();
      expect(code).to.equal(1);
      expect(out).to.match(
        place === 'server'
          ? /\n {2}ok {7}the server at http:\S+ runs, and its store answers\n {2}ok {7}the clock agrees/
          : /\n {2}ok {7}the store in \S+ opens; no server has it\n {2}ok {7}the clock is not behind/,
      );
      expect(out).to.match(/\n {2}ok {7}the key opens everything that is encrypted \(\d+ records?\)\n/);
      expect(out).to.match(/\n {2}problem {2}1 dead letter: .*parley dead-letters list/);
      expect(out).to.contain('\n  ok       no conversation is overdue\n');
    });

    it('a token that is not the server’s, or another key, is a problem with its remedy', async () => {
      const { code, out } = await run(
        place === 'server'
          ? { ADMIN_TOKEN: randomBytes(24).toString('hex') }
          : { PORT: '1', SECRET_KEY: randomBytes(32).toString('base64') },
      );
      expect(code).to.equal(1);
      if (place === 'server')
        expect(out).to.match(/problem {2}the server at \S+ refuses the token\. Set ADMIN_TOKEN as/);
      else
        expect(out).to.match(
          /problem {2}\d credentials? or secrets? cannot be opened: the key \w+ is not in SECRET_KEY/,
        );
    });
  });
