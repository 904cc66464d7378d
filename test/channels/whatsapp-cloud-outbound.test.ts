import { expect } from 'chai';
import { Pace } from '../../channels/whatsapp-cloud/pace.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { ANA, Line, change, json, textOf, webhook, closeLines } from './whatsapp-cloud-kit.ts';

const image = { type: 'image', url: 'https://x.example/a.jpg' } as const;

describe('whatsapp cloud: what goes out', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
    line.heard();
  });
  afterEach(closeLines);

  describe('several parts', () => {
    const two: Outbound = { media: { ...image, caption: 'Mine' }, text: 'Yours' };

    it('go on after a retry with the part that did not go out', async () => {
      const usual = line.meta.answer;
      line.meta.answer = (got, response) => {
        if (line.meta.got.length === 2) json(response, 500, {});
        else usual(got, response);
      };
      expect(await line.send(two)).to.have.property('kind', 'retry');
      expect(await line.send(two)).to.deep.equal({ kind: 'sent' });
      expect(line.meta.sent().map((body) => Object(body).type)).to.deep.equal(['image', 'text', 'text']);
    });

    it('that Meta reports on are not sent again, although its answer was lost', async () => {
      line.meta.answer = (_, response) => response.destroy();
      expect(await line.send({ text: 'Hello' })).to.have.property('kind', 'retry');
      const status = { id: 'wamid.out', status: 'sent', recipient_id: ANA, biz_opaque_callback_data: `${ANA}/c/1-1/1` };
      await line.post(webhook(change({ statuses: [status] })));
      expect(await line.send({ text: 'Hello' })).to.deep.equal({ kind: 'sent' });
      expect(line.meta.got).to.have.length(1);
    });
  });

  describe('what a process that died may have sent', () => {
    const delivery = { kind: 'delivery', key: '1-1', cause: 'c/d', flow: 'f', block: 'b' } as const;
    const two = { ...delivery, message: { media: { ...image, caption: 'Mine' }, text: 'Yours' } };
    const to = newContact('whatsapp-cloud', ANA);
    const report = (on: Line, ...parts: readonly number[]): Promise<Response> => {
      const one = (part: number): object => ({
        id: `w${part}`,
        status: 'sent',
        biz_opaque_callback_data: `${ANA}/c/d/1-1/${part}`,
      });
      return on.post(webhook(change({ statuses: parts.map(one) })));
    };
    const owes = (on: Line): void => {
      const kept = on.host.world.kept.get(ANA);
      if (kept !== undefined) kept.conversation = { ...kept.conversation, owed: [two] };
    };
    const sent = (): unknown[] => line.meta.sent().map((body) => Object(body).type);

    it('is waited for, and then sent', async () => {
      expect(await line.channel.send({ ...two, doubtful: true }, to)).to.include({ kind: 'retry', after: 10_000 });
      expect(sent()).to.deep.equal([]);
      expect(await line.channel.send({ ...two, attempts: 1 }, to)).to.deep.equal({ kind: 'sent' });
      expect(sent()).to.deep.equal(['image', 'text']);
    });

    it('is not sent again when Meta has reported it to another process; what it has not reported is', async () => {
      const other = await Line.open({}, line.host);
      owes(line);
      expect((await report(other, 1)).status).to.equal(200);
      expect(await line.channel.send({ ...two, doubtful: true }, to)).to.include({ kind: 'retry' });
      expect(await line.channel.send({ ...two, attempts: 1 }, to)).to.deep.equal({ kind: 'sent' });
      expect(sent()).to.deep.equal(['text']);
    });

    it('is nothing when Meta has reported all of it, in whatever order', async () => {
      const other = await Line.open({}, line.host);
      owes(line);
      await report(other, 2, 1);
      expect(await line.channel.send({ ...two, doubtful: true }, to)).to.deep.equal({ kind: 'sent' });
      expect(sent()).to.deep.equal([]);
    });

    it('is not noted for what nobody owes, nor for keys that are none of ours', async () => {
      const before = line.host.notes.kept.size;
      await report(line, 1);
      for (const biz_opaque_callback_data of ['', '/', 'x', `${ANA}/c/d/1-1/x`, '/////', 7, null])
        await line.post(webhook(change({ statuses: [{ id: 'w', status: 'sent', biz_opaque_callback_data }] })));
      expect(line.host.notes.kept.size).to.equal(before);
    });
  });

  describe('the 24-hour window', () => {
    const HOUR = 3_600_000;
    const template = { name: 'hello', language: 'en', params: [] };

    const after = async (ms: number, message: Outbound): Promise<unknown> => {
      line.host.time += ms;
      return line.send(message);
    };

    it('is open for 24 hours', async () => {
      expect(await after(24 * HOUR - 1, { text: 'Hello' })).to.deep.equal({ kind: 'sent' });
    });

    it('is closed after that, and says what to do', async () => {
      const sent = await after(24 * HOUR, { text: 'Hello' });
      expect(sent).to.have.property('kind', 'refused');
      expect(sent)
        .to.have.property('reason')
        .that.matches(/last wrote at 2026-11-21T00:00:00.000Z.*`template`/);
      expect(line.meta.got).to.deep.equal([]);
    });

    it('does not matter for a template', async () => {
      expect(await after(48 * HOUR, { text: 'Hello', template })).to.deep.equal({ kind: 'sent' });
      expect(line.meta.sent()).to.have.nested.property('[0].type', 'template');
    });

    it('opens when the contact writes', async () => {
      line.host.time += 48 * HOUR;
      expect(await line.say(textOf('I am back'))).to.equal(200);
      expect(await line.send({ text: 'Hello' })).to.deep.equal({ kind: 'sent' });
    });

    it('is closed for somebody who never wrote', async () => {
      expect(await line.send({ text: 'Hello' }, '1-1', '573009999999'))
        .to.have.property('reason')
        .that.contains('has not written yet');
    });

    it('is open for a message that waits for its turn', async () => {
      line.host.time += 48 * HOUR;
      const kept = line.host.world.kept.get(ANA);
      const entry = { kind: 'message', id: 'm2', at: line.host.time, message: { text: 'hi' } } as const;
      if (kept !== undefined) kept.conversation = { ...kept.conversation, inbox: [entry] };
      expect(await line.send({ text: 'Hello' })).to.deep.equal({ kind: 'sent' });
    });

    it('is found below everything the bot has said since', async () => {
      const said = { kind: 'out', at: 0, cause: 'x', key: 'k', message: { text: 'x' } } as const;
      line.host.world.write(ANA, ...Array.from({ length: 300 }, () => said));
      expect(await line.send({ text: 'Hello' })).to.deep.equal({ kind: 'sent' });
    });
  });

  describe('typing', () => {
    const contactOf = { id: `whatsapp-cloud:${ANA}`, channel: 'whatsapp-cloud', address: ANA, fields: {} };
    const settled = async (): Promise<void> => {
      while (line.meta.got.length === 0) await new Promise((resolve) => setImmediate(resolve));
    };

    it('marks the last message as read and shows dots', async () => {
      await line.say(textOf('a', 'wamid.1'), textOf('b', 'wamid.2'));
      line.channel.typing?.(contactOf, true);
      await settled();
      line.channel.typing?.(contactOf, false);
      expect(line.meta.got.map(({ body }) => body)).to.deep.equal([
        { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.2', typing_indicator: { type: 'text' } },
      ]);
    });

    it('is nothing for somebody who has not written here', async () => {
      line.channel.typing?.(contactOf, true);
      await line.send({ text: 'Hello' });
      expect(line.meta.got).to.have.length(1);
    });

    it('only logs when Meta does not take it', async () => {
      await line.say(textOf('a'));
      line.meta.answer = (_, response) => json(response, 400, {});
      line.channel.typing?.(contactOf, true);
      while (line.host.logged.length === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(line.host.logged).to.deep.equal(['typing could not be shown']);
    });
  });
});

describe('whatsapp cloud: pace', function () {
  this.timeout(60_000);
  let now = 0;
  beforeEach(() => {
    now = 1_000_000;
  });
  const paced = (perSecond: number): Pace => new Pace(perSecond, () => now);

  it('sends so many messages a second to everybody together', () => {
    const pace = paced(20);
    const waits = Array.from({ length: 4 }, (_, i) => {
      const wait = pace.wait(`c${i}`);
      pace.count(`c${i}`);
      return wait;
    });
    expect(waits).to.deep.equal([0, 50, 100, 150]);
    now += 200;
    expect(pace.wait('c9')).to.equal(0);
  });

  it('sends 45 messages to one contact in a row, then one in 6 s', () => {
    const pace = paced(1000);
    for (let i = 0; i < 45; i += 1) {
      now += 1;
      expect(pace.wait('ana')).to.equal(0);
      pace.count('ana');
    }
    expect(pace.wait('ana')).to.be.greaterThan(5000).and.lessThan(6001);
    expect(pace.wait('bob')).to.be.lessThan(2);
    now += 6000;
    expect(pace.wait('ana')).to.equal(0);
    pace.count('ana');
    expect(pace.wait('ana')).to.be.greaterThan(5000);
  });

  it('holds everything back when Meta says so', () => {
    const pace = paced(80);
    pace.hold(5000);
    pace.hold(1000);
    expect(pace.wait('ana')).to.equal(5000);
  });
});
