import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import { missingNeeds } from '../../src/channel/needs.ts';
import { Workspace } from './slack-kit.ts';
import type { Mode } from './slack-kit.ts';

const FLOW = `
flow: sizes
triggers: [{ catch_all: true }]
blocks:
  - { id: size, type: question, text: "Which size, @contact.name?", choices: [Small, Large] }
  - { id: done, type: end, text: "@size it is." }
`;

const CITIES = Array.from({ length: 30 }, (_, i) => `City ${i + 1}`);
const LIST = `
flow: cities
triggers: [{ catch_all: true }]
blocks:
  - { id: city, type: question, text: "Which city?", choices: [${CITIES.join(', ')}] }
  - { id: done, type: end, text: "@city it is." }
`;

const CHANNEL = { channel: 'C1', channel_type: 'channel' };
const ASKED = 'Which size, Ana?\n1. Small\n2. Large';

for (const mode of ['http', 'socket'] satisfies Mode[]) {
  describe(`the slack channel, ${mode}`, function () {
    this.timeout(60_000);
    let work: Workspace;
    beforeEach(async () => (work = await Workspace.open(mode, FLOW)));
    afterEach(() => work.close());

    it('talks in direct messages: buttons are shown, pressed, and shown as pressed', async () => {
      expect(await work.say('hi')).to.equal(true);
      expect(await work.said()).to.deep.equal([ASKED]);
      const [asked] = work.slack.bodies('chat.postMessage');
      expect(asked).to.include({ channel: 'D1' }).and.not.to.have.property('thread_ts');
      expect(await work.press('Large')).to.equal(true);
      expect(await work.said()).to.deep.equal([ASKED, 'Large it is.']);
      await work.slack.until(() => work.slack.bodies('chat.update').length === 1);
      const [update] = work.slack.bodies('chat.update');
      expect(update).to.include({ channel: 'D1', ts: '1700000100.000001' });
      const [section, context] = (update?.['blocks'] ?? []) as { type: string; elements?: object[] }[];
      expect(section).to.include({ type: 'section' });
      expect(context).to.deep.equal({ type: 'context', elements: [{ type: 'mrkdwn', text: '✓ Large' }] });
      expect(work.slack.calls.every((call) => call.authorization.startsWith('Bearer x'))).to.equal(true);
    });

    it('works on an event once, by its id as by its message', async () => {
      const event = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text: 'hi', ts: work.ts() };
      const envelope = work.envelope(event);
      expect(await work.give('events_api', envelope)).to.equal(true);
      // The same event with other contents, and the same message as another event: Slack sends neither, but who knows.
      const changed = { ...envelope, event: { ...event, text: '2', ts: work.ts() } };
      expect(await work.give('events_api', changed, 1)).to.equal(true);
      expect(await work.event(event)).to.equal(true);
      expect(await work.said()).to.deep.equal([ASKED]);
    });

    it('takes a typed number or label instead of a press', async () => {
      await work.say('hi');
      await work.said();
      await work.say('2');
      expect((await work.said()).at(-1)).to.equal('Large it is.');
    });

    it('knows the name and the language of a person, and asks Slack once', async () => {
      await work.say('hi');
      await work.said();
      await work.say('Small');
      await work.said();
      const [turn] = work.server.turns;
      expect(turn?.conversation.contact).to.include({ id: 'slack:D1:U1', name: 'Ana', language: 'es-CO' });
      expect(work.slack.bodies('users.info')).to.have.length(1);
    });

    it('talks in a thread from the mention on, and hears there what does not name it while a flow runs', async () => {
      await work.say('hello everybody', CHANNEL);
      const thread = work.ts();
      await work.say('<@UBOT> hi', { ...CHANNEL, ts: thread });
      expect(await work.said()).to.deep.equal([ASKED]);
      const [asked] = work.slack.bodies('chat.postMessage');
      expect(asked).to.include({ channel: 'C1', thread_ts: thread });
      // Somebody else answers in the thread: the thread is the conversation.
      await work.say('Small', { ...CHANNEL, thread_ts: thread, user: 'U2' });
      expect((await work.said()).at(-1)).to.equal('Small it is.');
      // The flow is over, so people may go on talking to each other.
      await work.say('thanks!', { ...CHANNEL, thread_ts: thread, user: 'U2' });
      expect(await work.said()).to.have.length(2);
      await work.say('<@UBOT> again', { ...CHANNEL, thread_ts: thread });
      expect(await work.said()).to.have.length(3);
    });

    it('shows who pressed in a thread', async () => {
      const thread = work.ts();
      await work.say('<@UBOT> hi', { ...CHANNEL, ts: thread });
      await work.said();
      await work.press('Small', 'U2');
      expect((await work.said()).at(-1)).to.equal('Small it is.');
      await work.slack.until(() => work.slack.bodies('chat.update').length === 1);
      expect(JSON.stringify(work.slack.bodies('chat.update'))).to.contain('✓ Small – <@U2>');
    });

    it('counts a mention once, though Slack sends it as two events', async () => {
      const ts = work.ts();
      const said = { channel: 'C1', user: 'U1', text: '<@UBOT> hi', ts };
      expect(await work.event({ type: 'message', channel_type: 'channel', ...said })).to.equal(true);
      expect(await work.event({ type: 'app_mention', ...said })).to.equal(true);
      expect(await work.said()).to.have.length(1);
      expect(work.server.turns.map(({ entry }) => entry.id)).to.deep.equal([`C1:${ts}`]);
    });

    it('counts a repeated event once, and acknowledges it', async () => {
      const event = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text: 'hi', ts: work.ts() };
      for (const retry of [0, 1, 2, 3]) expect(await work.event(event, retry)).to.equal(true);
      expect(await work.said()).to.have.length(1);
    });

    it('acknowledges nothing that was not stored', async () => {
      work.server.app.inbox.close().catch(() => undefined);
      const event = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text: 'hi', ts: work.ts() };
      expect(await work.giveInVain('events_api', work.envelope(event))).to.equal(true);
      expect(await work.said()).to.deep.equal([]);
    });

    it('takes a press on an old message as a choice like any other', async () => {
      await work.say('hi');
      await work.said();
      const old = work.pressed('Small');
      await work.say('Large');
      await work.said();
      expect(await work.give('interactive', old)).to.equal(true);
      // No flow runs any more: the press is a message, and starts one.
      expect(await work.said()).to.deep.equal([ASKED, 'Large it is.', ASKED]);
      expect(work.server.turns.at(-1)?.entry).to.have.nested.property('message.choice');
    });

    it('takes the same press once', async () => {
      await work.say('hi');
      await work.said();
      const press = work.pressed('Small');
      for (const _ of [1, 2]) expect(await work.give('interactive', press)).to.equal(true);
      expect(await work.said()).to.deep.equal([ASKED, 'Small it is.']);
    });

    it('counts a choice also when the message cannot be changed', async () => {
      await work.say('hi');
      await work.said();
      work.slack.once('chat.update', () => ({ ok: false, error: 'message_not_found' }));
      expect(await work.press('Small')).to.equal(true);
      expect((await work.said()).at(-1)).to.equal('Small it is.');
    });

    it('says so when nothing answers a command', async () => {
      const command = { command: '/nobody', text: 'x', user_id: 'U1', channel_id: 'C1', team_id: 'T1' };
      if (mode === 'http') {
        const body = new URLSearchParams(command).toString();
        const answer = await work.form(body);
        expect([answer.status, await answer.text()]).to.deep.equal([200, 'Nothing here answers /nobody.']);
      } else {
        const id = work.slack.envelope('slash_commands', command);
        await work.slack.until(() => work.slack.acks.has(id));
        expect(work.slack.acks.get(id)).to.deep.equal({ text: 'Nothing here answers /nobody.' });
      }
    });

    it('acknowledges what is not for it', async () => {
      const pressed = { type: 'block_actions', team: { id: 'T1' }, user: { id: 'U1' }, channel: { id: 'C1' } };
      const other = { ...pressed, actions: [{ type: 'button', action_id: 'other', block_id: 'b', value: 'x' }] };
      expect(await work.give('interactive', other)).to.equal(true);
      expect(
        await work.event({ type: 'reaction_added', user: 'U1', item: { type: 'message', channel: 'C1' } }),
      ).to.equal(true);
      expect(await work.event({ type: 'member_joined_channel', user: 'UBOT', channel: 'C1' })).to.equal(true);
      expect(await work.event({ type: 'app_uninstalled' })).to.equal(true);
      expect(await work.said()).to.deep.equal([]);
    });
  });

  describe(`a long list on slack, ${mode}`, function () {
    this.timeout(60_000);
    it('is a menu, and what is picked comes back', async () => {
      const work = await Workspace.open(mode, LIST);
      try {
        await work.say('hi');
        await work.said();
        const blocks = JSON.stringify(work.slack.bodies('chat.postMessage')[0]?.['blocks']);
        expect(blocks).to.contain('"static_select"').and.to.contain('City 30');
        await work.press('City 17');
        expect((await work.said()).at(-1)).to.equal('City 17 it is.');
      } finally {
        await work.close();
      }
    });
  });
}

describe('a server without slack', function () {
  this.timeout(60_000);
  const [BOT, OR] = ['SLACK_BOT_TOKEN', '(SLACK_SIGNING_SECRET or SLACK_APP_TOKEN)'];
  for (const [given, missing] of [
    [[], [BOT, OR]],
    [['SLACK_BOT_TOKEN'], [OR]],
    [['SLACK_SIGNING_SECRET'], [BOT]],
    [['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'], []],
    [['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'], []],
  ] as const)
    it(`with ${given.join(' and ') || 'nothing'} set, lacks ${missing.join(' and ') || 'nothing'}`, () => {
      const env = Object.fromEntries(given.map((name) => [name, 'x']));
      expect(missingNeeds(slack, { SLACK_APP_TOKEN: '', ...env })).to.deep.equal(missing);
    });

  it('does not load bolt', async function () {
    this.timeout(30_000);
    const script = `
      const { CHANNELS } = await import('./channels/index.ts');
      const { createRequire } = await import('node:module');
      const loaded = Object.keys(createRequire(process.cwd() + '/x.js').cache);
      console.log(CHANNELS.has('slack'), loaded.filter((file) => file.includes('@slack')).length);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout.trim()).to.equal('true 0');
  });
});
