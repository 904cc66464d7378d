import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import { freePort } from '../support/server.ts';
import { until } from '../support/until.ts';
import { FakeBrowser } from '../support/wweb-browser.ts';
import { THANDI, heard, phoneWith } from '../support/wweb-phone.ts';
import { Workspace } from './slack-kit.ts';

const FLOW = `
flow: shop
channels: [whatsapp]
triggers: [{ catch_all: true }]
blocks:
  - { id: what, type: question, text: "What is it?" }
  - { id: when, type: question, text: "When?", rules: [{ equals: now, next: team }], otherwise: { next: when } }
  - { id: team, type: handoff, to: slack, summary: "asks: @what" }
  - { id: back, type: question, text: "The bot again (@team.returned_by)." }
`;

const HOUR = 3_600_000;
const TOKEN = 'a-token-of-an-admin-0123';

describe('whatsapp web: a person of the team, on the phone and in Slack', function () {
  this.timeout(60_000);
  let browser: FakeBrowser;
  let work: Workspace;
  let ahead = 0;
  let count = 0;
  beforeEach(async () => {
    [browser, ahead, count] = [new FakeBrowser(), 0, 0];
    const port = await freePort();
    const here = { PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` };
    const env = { SLACK_SUPPORT_CHANNEL: 'C9', ADMIN_TOKEN: TOKEN, ...here };
    const clock = (): number => Date.now() + ahead;
    work = await Workspace.open('socket', FLOW, { channels: [phoneWith(browser), slack], env, clock });
  });
  afterEach(() => work.close());

  const sent = (): unknown[] => browser.sent.map(({ post }) => (Object(post) as { text?: string }).text);
  const hears = (text: string, own = false): void => {
    count += 1;
    browser.hears(heard(text, Date.now() + ahead, { own, id: `${own}_${THANDI}_${count}` }));
  };
  /** The customer writes; resolves when the turn is over. */
  const customer = async (text: string): Promise<void> => {
    const before = work.server.turns.length;
    hears(text);
    await until('a turn', () => work.server.turns.length > before);
    await work.server.app.idle();
  };
  /** Somebody types on the phone itself. */
  const byHand = async (text: string): Promise<void> => {
    const before = work.server.turns.length;
    hears(text, true);
    await until('the takeover', () => work.server.turns.length > before);
    await work.server.app.idle();
  };

  it('who types on the phone has the conversation: the bot is mute, and back after an hour of silence', async () => {
    await customer('hi');
    await byHand('Hello, this is Ben.');
    await customer('my bike is broken');
    expect(sent()).to.deep.equal(['What is it?']);
    ahead += HOUR - 60_000;
    await byHand('Bring it in.');
    ahead += HOUR - 60_000;
    await customer('thank you');
    expect(sent()).to.deep.equal(['What is it?']);
    ahead += 60_000;
    const before = work.server.turns.length;
    await until('the hour to be over', () => work.server.turns.length > before);
    await customer('a flat tyre');
    expect(sent()).to.deep.equal(['What is it?', 'When?']);
  });

  it('gives the conversation back at once when the API says so', async () => {
    await customer('hi');
    await byHand('Hello, this is Ben.');
    const contact = encodeURIComponent('whatsapp-web:27821234567');
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const url = `${work.server.url}/api/v1/contacts/${contact}/return`;
    expect((await fetch(url, { method: 'POST', headers })).status).to.equal(202);
    await work.server.app.idle();
    await customer('a flat tyre');
    expect(sent()).to.deep.equal(['What is it?', 'When?']);
  });

  it('a file of the team in Slack arrives on the phone as a file, by this server itself', async () => {
    const bytes: string[] = [];
    const usual = browser.answers.send;
    browser.will({
      send: (ask) => {
        // At once: the file goes away with the answer.
        if (ask.post.kind === 'file') bytes.push(readFileSync(ask.post.path, 'utf8'));
        return usual(ask);
      },
    });
    // Below the address of the API, which is all of this machine that the server may ask, but for itself.
    const info = { id: 'F7', url_private: `${work.slack.apiUrl}files/F7`, mimetype: 'image/png', size: 9 };
    work.slack.answers.set('files.info', () => ({ ok: true, file: info }));
    const headers = { 'content-type': 'image/png' };
    work.slack.answers.set('files/F7', () => ({ status: 200, headers, body: 'bytes of F7' }));
    await customer('hi');
    await customer('a flat tyre');
    await customer('now');
    const thread = '1700000100.000001';
    const file = { id: 'F7', name: 'red.png', mimetype: 'image/png', url_private: 'https://files.slack.com/F7' };
    const at = { channel: 'C9', channel_type: 'channel', user: 'U2', thread_ts: thread };
    await work.say('', { ...at, subtype: 'file_share', files: [file] });
    await until('the file', () => bytes[0]);
    expect(bytes).to.deep.equal(['bytes of F7']);
    expect(browser.sent.at(-1)?.post).to.include({ kind: 'file', mime: 'image/png', filename: 'red.png' });
    // Who types on the phone meanwhile changes nothing: the team has it, until it is returned.
    await byHand('and a call from me');
    await customer('great');
    await work.slack.until(() => work.slack.bodies('chat.postMessage').length === 2);
    await work.say('return', at);
    await until('the bot', () => sent().at(-1) === 'The bot again (human).');
  });
});
