import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { benchPort } from '../../src/wiring/bench.ts';
import { libraryOf, localCaller, roomOf } from '../support/simulations.ts';
import { Workspace } from './slack-kit.ts';
import type { Mode } from './slack-kit.ts';

const LIVE = `
flow: live
triggers: [{ catch_all: true }]
blocks:
  - { id: done, type: end, text: "I am live." }
`;
const VISIT = `
flow: visit
variables: { town: { type: string, default: Cali } }
blocks:
  - { id: ask, type: question, text: "When, in @town?", timeout: { after: 10m, next: late } }
  - { id: pay, type: message, text: "Pay by @(size(resume.url) > 0)." }
  - { id: paid, type: wait_for_event, events: [paid], timeout: { after: 1h, next: late } }
  - { id: thanks, type: message, text: "Paid: @(paid.data.amount) by @paid.via." }
  - { id: team, type: handoff, to: slack, summary: "on @ask" }
  - { id: bye, type: end, text: "Back (@team.returned_by)." }
  - { id: late, type: end, text: "Too late." }
`;

/** What is typed, how many messages come of it, and what is in them, in order. */
type Step = readonly [typed: string, messages: number, ...says: (string | RegExp)[]];

/** Every command, in a conversation in which each has something to do. */
const STEPS: readonly Step[] = [
  ['help', 1, /save as test/],
  ['flows', 1, /• `visit`/],
  ['start visit', 1, /Another flow gets a thread of its own/],
  ['trace on', 1, 'Each answer is followed by how it came about.'],
  ['set town=Lima', 1, /the bot says nothing/],
  ['goto ask', 2, 'When, in Lima?', /▸ ask \(question\)/],
  ['trace off', 1, 'Answers stand alone again.'],
  ['advance 5m', 1, 'the bot says nothing'],
  ['vars', 1, /visit › ask, waiting for reply.*\ntown = "Lima"/s],
  ['advance 5m', 2, 'Too late.', /the flow is over/],
  ['reset', 1, 'When, in Cali?'],
  ['goto pay', 1, 'Pay by true.'],
  ['event paid amount=5', 2, 'Paid: 5 by event.', /to the team on slack \(opened\): on/],
  ['handback', 2, 'Back (human).', /to the team on slack \(closed\)/],
  ['reset', 1, 'When, in Cali?'],
  ['goto pay', 1, 'Pay by true.'],
  ['resume amount=7', 2, 'Paid: 7 by resume.', /to the team on slack \(opened\): on/],
];

for (const mode of ['http', 'socket'] satisfies Mode[]) {
  describe(`slack as a test bench, every command, ${mode}`, function () {
    this.timeout(60_000);
    let work: Workspace;
    let close: () => Promise<void>;
    beforeEach(async () => {
      const local = localCaller();
      close = local.close;
      const bench = benchPort(roomOf({ library: libraryOf(VISIT), caller: local.caller }));
      // A clock that leaps: Slack's pace of one message a second is no matter of this test.
      let leaps = 0;
      const open: Channel['open'] = (host) =>
        slack.open({ ...host, bench, now: () => host.now() + 1000 * (leaps += 1) });
      work = await Workspace.open(mode, LIVE, {
        channels: [{ ...slack, open }],
        env: { SLACK_BENCH_CHANNELS: 'C1' },
      });
    });
    afterEach(async () => {
      await work.close();
      await close();
    });

    const texts = (): string[] => work.slack.bodies('chat.postMessage').map(({ text }) => String(text));
    /** Does something, and answers the messages that come of it. */
    const after = async (count: number, act: () => Promise<unknown>): Promise<string[]> => {
      const before = texts().length;
      await act();
      await work.slack.until(() => texts().length >= before + count);
      return texts().slice(before);
    };
    const saysAll = (said: readonly string[], says: readonly (string | RegExp)[], typed: string): void => {
      for (const [i, wanted] of says.entries()) {
        if (typeof wanted === 'string') expect(said[i], typed).to.equal(wanted);
        else expect(said.slice(i).join('\n'), typed).to.match(wanted);
      }
    };

    it('typed in the thread, with an exclamation mark', async () => {
      await after(2, () => work.slash('start visit'));
      const reply = { channel: 'C1', channel_type: 'channel', thread_ts: '1700000100.000001' };
      for (const [typed, count, ...says] of STEPS)
        saysAll(await after(count, () => work.say(`!${typed}`, reply)), says, typed);
      await work.say('!save as test', reply);
      await work.slack.until(() => work.slack.uploads.length === 1);
      expect(work.slack.uploads[0]).to.contain('flow: visit').and.contain('resume');
    });

    it('typed as /parley, for the thread that was begun last', async () => {
      await after(2, () => work.slash('start visit'));
      for (const [typed, count, ...says] of STEPS.slice(3)) {
        const said = await after(count, async () =>
          expect((await work.slash(typed)).text).to.equal('The answer is in your thread of visit.'),
        );
        saysAll(said, says, typed);
      }
      await work.slash('save as test the visit');
      await work.slack.until(() => work.slack.uploads.length === 1);
      expect(work.slack.uploads[0]).to.contain('the visit');
    });

    it('begins where it is told, as the channel it is told, with the variables it is told', async () => {
      const [root, said] = await after(2, () => work.slash('start visit at pay as whatsapp town="Santa Fe"'));
      expect(root).to.contain('*visit* as whatsapp');
      expect(said).to.equal('Pay by true.');
      const reply = { channel: 'C1', channel_type: 'channel', thread_ts: '1700000100.000001' };
      expect((await after(1, () => work.say('!vars', reply))).join()).to.contain('town = "Santa Fe"');
      expect((await work.slash('start visit at nowhere')).text).to.contain('nowhere');
    });
  });
}
