import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { checkProject } from '../../src/flow/project.ts';
import { runTest } from '../../src/testing/runtest.ts';
import { readTestFile } from '../../src/testing/testfile.ts';
import { benchPort } from '../../src/wiring/bench.ts';
import { fakeApi } from '../api/kit.ts';
import type { FakeApi } from '../api/kit.ts';
import { libraryOf, localCaller, roomOf } from '../support/simulations.ts';
import { Workspace } from './slack-kit.ts';
import type { Mode } from './slack-kit.ts';

const KEY = 'sk-live-0123456789abcdef';
const LIVE = `
flow: live
triggers: [{ catch_all: true }]
blocks:
  - { id: done, type: end, text: "I am live." }
`;
const ORDERS = (api: string): string => `
flow: orders
channels: [whatsapp, web]
variables: { shop: { type: string, default: Acme } }
blocks:
  - { id: number, type: question, text: "Which order of @shop?", timeout: { after: 10m, next: late } }
  - { id: look, type: webhook, method: GET, url: "${api}/orders/@number", headers: { X-Key: "@secret.shop_key" }, on_failure: broken }
  - { id: told, type: message, text: "It is @extra.status, @shop." }
  - { id: more, type: question, text: "What now?", choices: [Again, Other, Person, Nothing], rules: [ { equals: Again, next: number }, { equals: Person, next: team }, { equals: Nothing, next: bye } ], otherwise: { next: more } }
  - { id: team, type: handoff, to: slack, summary: "about @number" }
  - { id: broken, type: message, text: "Broken.", next: more }
  - { id: late, type: end, text: "Too late." }
  - { id: bye, type: end, text: "Bye." }
`;

for (const mode of ['http', 'socket'] satisfies Mode[]) {
  describe(`slack as a test bench, ${mode}`, function () {
    this.timeout(60_000);
    let shop: FakeApi;
    let work: Workspace;
    const closing: (() => Promise<void>)[] = [];
    before(async () => {
      shop = await fakeApi((request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ status: 'shipped <today> & now', key: request.headers['x-key'] }));
      });
      closing.push(() => shop.close());
    });
    beforeEach(async () => (work = await opened({ SLACK_BENCH_CHANNELS: 'C1, D1', SLACK_BENCH_USERS: 'U2' })));
    afterEach(async () => work.close());
    after(async () => {
      for (const close of closing) await close();
    });

    async function opened(env: Record<string, string>): Promise<Workspace> {
      const { caller, close } = localCaller({ secrets: { shop_key: KEY } });
      closing.push(close);
      const bench = benchPort(roomOf({ library: libraryOf(ORDERS(shop.origin)), caller }));
      // A clock that leaps: Slack's pace of one message a second is no matter of this test.
      let leaps = 0;
      const channel: Channel = {
        ...slack,
        open: (host) => slack.open({ ...host, bench, now: () => host.now() + 1000 * (leaps += 1) }),
      };
      return Workspace.open(mode, LIVE, { channels: [channel], env });
    }

    const posts = (): Record<string, unknown>[] => work.slack.bodies('chat.postMessage');
    const texts = (): string[] => posts().map(({ text }) => String(text));
    /** Waits for so many more posts than there were. */
    const after1 = async (work1: () => Promise<unknown>, more: number): Promise<string[]> => {
      const before = posts().length;
      await work1();
      await work.slack.until(() => posts().length >= before + more);
      return texts().slice(before);
    };
    const start = async (line: string, more = 2, user = 'U1', channel = 'C1'): Promise<string> => {
      await after1(async () => expect(await work.slash(line, channel, user)).to.deep.equal({}), more);
      return `1700000100.${String(posts().findLastIndex((post) => post['thread_ts'] === undefined) + 1).padStart(6, '0')}`;
    };
    const write = (thread: string, text: string, more: object = {}): Promise<boolean> =>
      work.say(text, { channel: 'C1', channel_type: 'channel', thread_ts: thread, ...more });

    it('is for nobody unless the settings say for whom', async () => {
      await work.close();
      work = await opened({});
      const { text } = await work.slash('flows');
      expect(text).to.contain('set SLACK_BENCH_CHANNELS or SLACK_BENCH_USERS').and.contain('you are U1');
    });

    it('is for the channels and people of the settings, with a sentence for others', async () => {
      expect((await work.slash('flows', 'C1', 'U1')).text).to.equal('• `orders`');
      expect((await work.slash('flows', 'C2', 'U2')).text).to.equal('• `orders`');
      const { text } = await work.slash('start orders', 'C2', 'U1');
      expect(text).to.contain('You may not try flows here').and.contain('C2');
      // In a thread of somebody who may, others are not the contact.
      const thread = await start('start orders', 2, 'U2', 'C2');
      await write(thread, 'A1', { channel: 'C2' });
      const [answer] = await after1(() => write(thread, 'A1', { channel: 'C2', user: 'U2' }), 2);
      expect(answer).to.contain('It is shipped');
      expect(shop.asked.filter(({ url }) => url === '/orders/A1').length).to.be.greaterThan(0);
      expect(work.server.turns).to.deep.equal([]);
    });

    it('answers help, and what cannot be read, at once and only to who asked', async () => {
      expect((await work.slash('')).text).to.contain('`/parley start <flow>');
      expect((await work.slash('strat orders')).text).to.contain('did you mean `start`');
      expect((await work.slash('start order')).text).to.contain('did you mean "orders"');
      expect((await work.slash('start orders as slack')).text).to.contain('does not speak slack');
      expect((await work.slash('vars')).text).to.contain('You try no flow here yet');
      expect(posts()).to.deep.equal([]);
    });

    it('says why it cannot begin a thread', async () => {
      work.slack.once('chat.postMessage', () => ({ ok: false, error: 'not_in_channel' }));
      expect((await work.slash('start orders')).text).to.contain('invite it with /invite');
    });

    it('talks in a thread: words, buttons as on the channel, calls, and a quiet trace', async () => {
      const thread = await start('start orders as whatsapp shop=“Two words”');
      expect(texts()[0]).to.match(/^\*orders\* as whatsapp, tried by <@U1>\./);
      expect(posts()[1]).to.include({ channel: 'C1', thread_ts: thread, text: 'Which order of Two words?' });
      const told = await after1(() => write(thread, '!trace on'), 1);
      expect(told).to.deep.equal(['Each answer is followed by how it came about.']);
      const [is, asked, trace = ''] = await after1(() => write(thread, 'A1'), 3);
      expect(is).to.equal('It is shipped &lt;today&gt; &amp; now, Two words.');
      expect(asked).to.contain('What now?');
      // Four choices are a list on WhatsApp, and so a menu here.
      expect(JSON.stringify(posts().at(-2)?.['blocks']))
        .to.contain('"static_select"')
        .and.contain('Nothing');
      expect(JSON.stringify(posts().at(-1)?.['blocks'])).to.match(/^\[\{"type":"context"/);
      expect(trace).to.contain('number = "A1"').and.contain('▸ look (webhook)');
      expect(trace).to.match(/GET http:\S+\/orders\/A1 → 200 in \d+ ms/);
      expect(trace).to.contain('"key":"***"').and.not.contain(KEY);
      const [bye, more = ''] = await after1(() => work.press('Nothing'), 2);
      expect(bye).to.equal('Bye.');
      expect(more).to.contain('rule equals Nothing: matched Nothing').and.contain('the flow is over');
      await work.slack.until(() => work.slack.bodies('chat.update').length === 1);
      expect(JSON.stringify(work.slack.bodies('chat.update'))).to.contain('✓ Nothing');
      expect(work.server.turns).to.deep.equal([]);
    });

    it('knows vars, set, goto, advance, reset and mentions in the thread', async () => {
      const thread = await start('start orders without calls');
      const [vars = ''] = await after1(() => write(thread, '!vars'), 1);
      expect(vars).to.contain('orders › number, waiting for reply').and.contain('shop = "Acme"');
      await after1(() => write(thread, '<@UBOT> set shop=Other number=9', { type: 'app_mention' }), 1);
      expect((await after1(() => write(thread, '!goto number'), 1))[0]).to.equal('Which order of Other?');
      expect((await after1(() => write(thread, '!goto nmber'), 1))[0]).to.contain('did you mean "number"');
      expect((await after1(() => write(thread, '!advance 10m'), 2))[0]).to.equal('Too late.');
      expect((await after1(() => write(thread, '!set a=1'), 1))[0]).to.contain('no flow runs any more');
      expect((await after1(() => write(thread, '!reset'), 1))[0]).to.equal('Which order of Acme?');
      expect((await after1(() => write(thread, '!rest'), 1))[0])
        .to.contain('did you mean `reset`')
        .and.contain('`!!`');
      // What begins with two is said, and a call without a mock fails.
      expect((await after1(() => write(thread, '!!A1'), 2))[0]).to.equal('Broken.');
      expect((await after1(() => write(thread, '!vars'), 1))[0]).to.contain('number = "!A1"');
      const [told] = await after1(() => write(thread, 'Person'), 1);
      expect(told).to.equal('to the team on slack (opened): about !A1');
    });

    it('takes slash commands for the thread that somebody has begun last in the channel', async () => {
      const thread = await start('start orders');
      const [vars] = await after1(async () => {
        expect((await work.slash('vars')).text).to.contain('thread of orders');
      }, 1);
      expect(vars).to.contain('shop = "Acme"');
      expect(posts().at(-1)).to.include({ thread_ts: thread });
      expect((await work.slash('vars', 'C1', 'U2')).text).to.contain('You try no flow here yet');
    });

    it('counts once what Slack brings twice', async () => {
      const thread = await start('start orders');
      const event = {
        type: 'message',
        channel: 'C1',
        channel_type: 'channel',
        user: 'U1',
        text: 'A1',
        ts: work.ts(),
        thread_ts: thread,
      };
      await after1(async () => {
        for (const retry of [0, 1, 2]) await work.event(event, retry);
        await work.event({ ...event, type: 'app_mention' });
        await write(thread, '!vars');
      }, 3);
      expect(texts().filter((text) => text.startsWith('It is'))).to.have.length(1);
    });

    it('posts the conversation as a flow test, which passes', async () => {
      const thread = await start('start orders as whatsapp');
      await after1(() => write(thread, 'A1'), 2);
      await after1(() => work.press('Again'), 1);
      await write(thread, '!save as test a shipped order');
      await work.slack.until(() => work.slack.bodies('files.completeUploadExternal').length === 1);
      const [complete] = work.slack.bodies('files.completeUploadExternal');
      expect(complete).to.include({ channel_id: 'C1', thread_ts: thread });
      const [upload = ''] = work.slack.uploads;
      const yaml = /test: a shipped order\n[\s\S]*?calls: 1\n/.exec(upload)?.[0] ?? upload;
      expect(yaml).to.not.contain(KEY).and.not.contain('does not pass');
      const read = readTestFile(yaml, 'saved.test.yaml');
      if (!('tests' in read)) throw new Error(JSON.stringify(read));
      const { files } = checkProject([{ file: 'orders.yaml', text: ORDERS(shop.origin) }]);
      const flow = files[0]?.flow ?? undefined;
      const result = runTest(read, 0, { current: () => flow, all: () => (flow === undefined ? [] : [flow]) });
      expect(result.failure).to.equal(undefined);
    });

    it('says when the file cannot be posted', async () => {
      const thread = await start('start orders');
      work.slack.once('files.getUploadURLExternal', () => ({ ok: false, error: 'missing_scope' }));
      const [text] = await after1(() => write(thread, '!save as test'), 1);
      expect(text).to.contain('the test could not be posted').and.contain('missing_scope');
    });

    it('works in direct messages with the bot, in a thread of them', async () => {
      const thread = await start('start orders', 2, 'U1', 'D1');
      const [is] = await after1(() => write(thread, 'A1', { channel: 'D1', channel_type: 'im' }), 2);
      expect(is).to.contain('It is shipped');
      expect(posts().at(-1)).to.include({ channel: 'D1', thread_ts: thread });
    });

    it('leaves conversations of real people alone', async () => {
      const thread = work.ts();
      await work.say('<@UBOT> hi', { channel: 'C1', channel_type: 'channel', ts: thread });
      expect(await work.said()).to.deep.equal(['I am live.']);
      await work.say('!vars', { channel: 'D1' });
      expect(await work.said()).to.deep.equal(['I am live.', 'I am live.']);
    });
  });
}
