import { expect } from 'chai';
import { parseJson } from '../../src/domain/parse-json.ts';
import { Desk, ROOT, SUPPORT } from './slack-desk.ts';
import type { Mode } from './slack-kit.ts';
import { ANA } from './whatsapp-cloud-kit.ts';

for (const mode of ['http', 'socket'] satisfies Mode[]) {
  describe(`handoff between WhatsApp and Slack, ${mode}`, function () {
    this.timeout(60_000);
    let desk: Desk;
    beforeEach(async () => (desk = await Desk.open(mode)));
    afterEach(() => desk.close());

    it('is a whole conversation: opened, both ways with files, returned', async () => {
      await desk.handedOver();
      const [root] = desk.posts();
      expect(root).to.include({ channel: SUPPORT }).and.not.to.have.property('thread_ts');
      const blocks = JSON.stringify(root?.['blocks']);
      expect(root?.['text']).to.equal(`*Ana* (whatsapp-cloud:${ANA}) needs a person.\nasks: my &lt;bike&gt; is broken`);
      expect(blocks).to.contain('Ana: hi').and.contain('bot: What is it?').and.contain('bot: A colleague takes over.');
      expect(blocks).to.contain('Return to the bot');
      expect(desk.got()).to.deep.equal(['What is it?', 'A colleague takes over.']);

      expect(await desk.team('Hello Ana, which one? <https://x.co>')).to.equal(true);
      await desk.customer('the red one & this');
      await desk.customer({ type: 'image', image: { id: '777', mime_type: 'image/jpeg', caption: 'look' } });
      expect(desk.got().at(-1)).to.equal('Hello Ana, which one? https://x.co');
      const [said, caption = '', picture = ''] = desk.thread();
      expect(said).to.equal('*Ana:* the red one &amp; this');
      expect(caption).to.contain('*Ana:* look');
      expect(picture).to.contain('*Ana:*').and.contain('https://bot.example/channels/whatsapp-cloud/');

      const file = { id: 'F7', name: 'red.png', mimetype: 'image/png', url_private: 'https://files.slack.com/F7' };
      await desk.team('like this?', { subtype: 'file_share', files: [file] });
      expect(desk.got().slice(-2)[0]).to.equal('like this?');
      expect(desk.got().at(-1)).to.match(/^https:\/\/bot\.example\/channels\/slack\/files\/F7\?signature=/);
      await desk.team('// does anybody know this bike?');
      expect(desk.got().at(-1)).to.contain('/F7?');

      await desk.team('return');
      expect(desk.got().at(-1)).to.equal('The bot again (human).');
      expect(desk.thread().at(-1)).to.contain('The bot has the conversation again').and.contain('Ana');
      const update = desk.work.slack.bodies('chat.update').at(-1);
      expect(update).to.include({ channel: SUPPORT, ts: ROOT });
      expect(JSON.stringify(update?.['blocks'])).to.not.contain('Return to the bot');
      expect(desk.whispers()).to.deep.equal([]);
    });

    it('what Slack brings again reaches the customer once', async () => {
      await desk.handedOver();
      const at = { channel: SUPPORT, channel_type: 'channel', user: 'U2', thread_ts: ROOT, ts: desk.work.ts() };
      for (const [type, retry] of [
        ['message', 0],
        ['message', 1],
        ['app_mention', 0],
        ['message', 2],
      ] as const)
        expect(await desk.work.event({ type, text: '<@UBOT> once', ...at }, retry)).to.equal(true);
      await desk.work.server.app.idle();
      expect(desk.got().filter((text) => text === 'once')).to.have.length(1);
    });

    it('tells who writes when the bot has the conversation again, and sends nothing', async () => {
      await desk.handedOver();
      await desk.team('Return.');
      const before = desk.got().length;
      await desk.team('are you there?');
      await desk.team('return');
      expect(desk.got()).to.have.length(before);
      expect(desk.whispers()).to.deep.equal([
        'This was not sent: the bot has the conversation with Ana again.',
        'The bot has the conversation with Ana already.',
      ]);
      await desk.customer('hi bot');
      expect(desk.thread()).to.have.length(1);
    });

    it('is given back by the button, and by /parley return, which asks which', async () => {
      await desk.handedOver();
      expect(await desk.work.press('Return to the bot', 'U2')).to.equal(true);
      await desk.work.server.app.idle();
      expect(desk.got().at(-1)).to.equal('The bot again (human).');
      expect((await desk.work.slash('return', SUPPORT)).text).to.equal('The team has no conversation.');
      // The flow is over with the next answer, and begins anew with the one after that.
      await desk.customer('ok');
      await desk.customer('hi');
      await desk.customer('again');
      expect((await desk.work.slash('return', 'C1')).text).to.equal(`Conversations are returned in <#${SUPPORT}>.`);
      const { text, blocks } = await desk.work.slash('return', SUPPORT);
      expect(text).to.equal('Which conversation does the bot get back?');
      const thread = /"value":"(parley-return:[\d.]+)"/.exec(JSON.stringify(blocks))?.[1] ?? '';
      expect(JSON.stringify(blocks)).to.contain('"Ana"');
      const pressed = {
        type: 'block_actions',
        team: { id: 'T1' },
        user: { id: 'U2' },
        channel: { id: SUPPORT },
        container: { type: 'message', message_ts: '1700009999.000001', channel_id: SUPPORT, is_ephemeral: true },
        actions: [
          { type: 'button', action_id: 'parley:pick:return:0', block_id: 'b', value: thread, action_ts: '1.2' },
        ],
      };
      expect(await desk.work.give('interactive', pressed)).to.equal(true);
      await desk.work.server.app.idle();
      expect(desk.got().at(-1)).to.equal('The bot again (human).');
      // The first thread is not the one that counts any more.
      await desk.customer('ok');
      await desk.customer('hi');
      await desk.customer('third time');
      await desk.team('hello?');
      expect(desk.whispers().at(-1)).to.contain('goes on in another thread');
    });

    it('says in the thread what did not reach the customer, and why', async () => {
      await desk.handedOver();
      const error = { code: 131047, message: 'Re-engagement message', type: 'OAuthException' };
      desk.meta.failWith({ status: 400, body: { error } });
      await desk.team('are you still there?');
      await desk.work.slack.until(() => desk.thread().length === 1);
      expect(desk.thread()[0]).to.contain('This did not reach Ana').and.contain('24-hour window is closed');
    });

    it('says in the thread what Meta reports as failed after it had taken it', async () => {
      await desk.handedOver();
      await desk.team('are you there?');
      const { biz_opaque_callback_data } = Object(desk.meta.got.at(-1)?.body) as { biz_opaque_callback_data?: string };
      const errors = [{ code: 131026, title: 'Message undeliverable' }];
      await desk.status({ id: 'wamid.out', status: 'failed', recipient_id: ANA, biz_opaque_callback_data, errors });
      await desk.work.slack.until(() => desk.thread().length === 1);
      expect(desk.thread()[0]).to.contain('This did not reach Ana: The contact cannot be reached on WhatsApp');
    });

    it('opens one thread when the answer of Slack is lost', async () => {
      desk.work.slack.once('chat.postMessage', ({ metadata }) => {
        const messages = [{ ts: '1700000200.000009', metadata }];
        desk.work.slack.answers.set('conversations.history', () => ({ ok: true, messages }));
        return { status: 200, lost: true };
      });
      await desk.customer('hi');
      await desk.customer('broken');
      await desk.work.slack.until(() => desk.work.slack.bodies('conversations.history').length > 0);
      await desk.customer('hello?');
      await desk.work.slack.until(() => desk.posts().length === 2);
      expect(desk.posts()[1]).to.include({ thread_ts: '1700000200.000009', text: '*Ana:* hello?' });
    });

    it('acknowledges nothing that was not stored', async () => {
      await desk.handedOver();
      desk.work.server.app.inbox.close().catch(() => undefined);
      const event = {
        type: 'message',
        channel: SUPPORT,
        channel_type: 'channel',
        user: 'U2',
        text: 'lost?',
        ts: desk.work.ts(),
        thread_ts: ROOT,
      };
      expect(await desk.work.giveInVain('events_api', desk.work.envelope(event))).to.equal(true);
    });

    it('leaves other threads of the channel to the bot', async () => {
      await desk.handedOver();
      await desk.team('lunch?', { thread_ts: '1600000000.000100' });
      expect(desk.got()).to.have.length(2);
      expect(desk.whispers()).to.deep.equal([]);
    });
  });
}

describe('handoff to Slack without a support channel', function () {
  this.timeout(60_000);
  it('is refused with what to set, and the conversation is not stuck', async () => {
    const desk = await Desk.open('http', {});
    try {
      await desk.customer('hi');
      await desk.customer('help');
      await desk.customer('anybody?');
      expect(desk.posts()).to.deep.equal([]);
      expect(desk.got()).to.deep.equal(['What is it?', 'A colleague takes over.']);
      expect(parseJson(JSON.stringify(await desk.work.slash('return', SUPPORT)))).to.deep.include({
        text: 'The team takes no conversations here: SLACK_SUPPORT_CHANNEL is not set.',
      });
    } finally {
      await desk.close();
    }
  });
});
