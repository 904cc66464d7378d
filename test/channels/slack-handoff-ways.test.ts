import { expect } from 'chai';
import { until } from '../support/until.ts';
import { Desk, SUPPORT } from './slack-desk.ts';
import { json } from './whatsapp-cloud-kit.ts';

const HOUR = 3_600_000;

describe('handoff between WhatsApp and Slack: the end of it, and files', function () {
  this.timeout(60_000);

  it('gives the conversation back when nobody has within `return_after`', async () => {
    // By HTTP Slack's signature would be two hours old.
    const desk = await Desk.open('socket');
    try {
      await desk.handedOver();
      desk.pass(2 * HOUR - 60_000);
      await desk.customer('hello?');
      expect(desk.thread()).to.deep.equal(['*Ana:* hello?']);
      expect(desk.got()).to.have.length(2);
      desk.pass(60_000);
      await until('the bot to be back', () => desk.got().length === 3);
      expect(desk.got().at(-1)).to.equal('The bot again (timer).');
      await until('the button to go', () => desk.work.slack.bodies('chat.update').length === 1);
      expect(desk.thread().at(-1)).to.contain('The bot has the conversation again');
      expect(JSON.stringify(desk.work.slack.bodies('chat.update'))).to.not.contain('Return to the bot');
      expect((await desk.work.slash('return', SUPPORT)).text).to.equal('The team has no conversation.');
    } finally {
      await desk.close();
    }
  });

  it('brings the bytes of a file to the other side, both ways', async () => {
    const desk = await Desk.open('socket', { SLACK_SUPPORT_CHANNEL: SUPPORT, OUTBOUND_ALLOW: '127.0.0.1' });
    try {
      const { meta, work } = desk;
      const usual = meta.answer;
      meta.answer = (got, response) => {
        if (got.path.startsWith('/v23.0/777'))
          json(response, 200, { url: `${meta.url}/file`, mime_type: 'image/jpeg' });
        else if (got.path === '/file') response.end('a red bicycle');
        else usual(got, response);
      };
      work.slack.answers.set('files.info', () => ({
        ok: true,
        file: { id: 'F7', url_private: `${work.slack.url}/files/F7`, mimetype: 'image/png', size: 9 },
      }));
      await desk.handedOver();
      await desk.customer({ type: 'image', image: { id: '777', mime_type: 'image/jpeg' } });
      expect(await desk.fetched(JSON.stringify(desk.posts().at(-1)?.['blocks']))).to.deep.equal([
        'image/jpeg',
        'a red bicycle',
      ]);
      const file = { id: 'F7', name: 'red.png', mimetype: 'image/png', url_private: 'https://files.slack.com/F7' };
      await desk.team('', { subtype: 'file_share', files: [file] });
      expect(await desk.fetched(desk.got().at(-1) ?? '')).to.deep.equal(['image/png', 'bytes of /files/F7']);
    } finally {
      await desk.close();
    }
  });
});
