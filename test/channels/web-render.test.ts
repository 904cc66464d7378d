import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { FakeWorld } from '../support/fake-host.ts';
import { Gate, Site, brief, parrot } from './web-site.ts';

const LONG = Array.from({ length: 4000 }, (_, number) => `word${number}`).join(' ');
const MANY = Array.from({ length: 25 }, (_, number) => ({ id: `o${number}`, label: `Option ${number}` }));

describe('web chat: what a page is given', function () {
  this.timeout(60_000);
  const opened: Site[] = [];
  const saying = async (...messages: (Outbound | string)[]): Promise<Site> => {
    const site = await Site.open(new FakeWorld(({ say }) => messages.forEach((message) => say(message))));
    opened.push(site);
    return site;
  };
  afterEach(async () => {
    for (const site of opened.splice(0)) await site.close();
  });

  it('cuts a text that is too long for one message; the last piece has the id of the whole', async () => {
    const site = await saying({ text: LONG, buttons: [{ id: 'a', label: 'A' }] }, 'next');
    const { body } = await site.post('shop/start');
    const texts = body.messages.map(({ text }) => text ?? '');
    expect(texts).to.have.length(4);
    expect(texts.slice(0, 3).join(' ')).to.equal(LONG);
    for (const text of texts) expect(text.length).to.be.at.most(16_384);
    const ids = body.messages.map(({ id }) => id);
    const whole = ids[2] ?? '';
    expect(ids.slice(0, 3)).to.deep.equal([`${whole}.1`, `${whole}.2`, whole]);
    expect(body.messages.map((message) => 'buttons' in message)).to.deep.equal([false, false, true, false]);
    const again = await site.post('shop/start', {}, { 'X-Session': body.session });
    expect(again.body.messages).to.deep.equal(body.messages);
    const heard = await (await site.events(body.session)).take(4);
    expect(heard.map(({ data }) => data)).to.deep.equal(body.messages);
  });

  it('tells a page that was cut off between two pieces the whole again', async () => {
    const site = await saying({ text: LONG }, 'next');
    const session = await site.start();
    const heard = await (await site.events(session)).take(4);
    // An event without an id leaves the page where it was.
    expect(heard.map(({ id }) => id)).to.deep.equal(['', '', '2', '3']);
    const on = await site.events(session, { 'Last-Event-ID': '2' });
    expect(brief(await on.take(1))).to.deep.equal(['message next']);
  });

  it('shows too many buttons as a list, in the language of the visitor', async () => {
    const site = await saying({ text: 'Which?', buttons: MANY });
    const { body } = await site.post('shop/start', {}, { 'Accept-Language': 'es-CO' });
    const kept = site.host.world.kept.get(webAddress(body.session));
    if (kept !== undefined) {
      const { conversation } = kept;
      kept.conversation = { ...conversation, contact: { ...conversation.contact, language: 'es-CO' } };
    }
    expect(body.messages[0]).to.deep.include({ text: 'Which?', list: { label: 'Opciones', options: MANY } });
    const heard = await (await site.events(body.session)).take(1);
    expect(heard[0]?.data).to.deep.equal(body.messages[0]);
    const again = await site.post('shop/start', {}, { 'X-Session': body.session });
    expect(again.body.messages).to.deep.equal(body.messages);
  });

  it('says the text of a template, which a page does not have', async () => {
    const site = await saying({
      text: 'Your order is ready.',
      template: { name: 'ready', language: 'en', params: [] },
    });
    const { body } = await site.post('shop/start');
    expect(body.messages[0]).to.include({ text: 'Your order is ready.' }).and.not.have.property('template');
  });

  it('tells at once who does not want to wait what there is, and the rest as events', async () => {
    const gate = new Gate();
    const slow = await Site.open(
      new FakeWorld(async ({ say, commit }) => {
        say('One moment.');
        commit();
        await gate.opened;
        say('Done.');
      }),
    );
    slow.host.patience = 20;
    const started = await slow.post('shop/start', { wait: false });
    expect([started.status, started.body.pending, started.body.messages[0]?.text]).to.deep.equal([
      202,
      true,
      'One moment.',
    ]);
    gate.open();
    const events = await slow.events(started.body.session);
    const heard: string[] = [];
    while (heard.length < 2) heard.push(...[(await events.next()).data.text ?? []].flat());
    expect(heard).to.deep.equal(['One moment.', 'Done.']);
    await slow.close();
  });

  it('goes on after a message of which nothing can be shown', async () => {
    const site = await saying({ media: { type: 'image', url: 'javascript:alert(1)' } }, 'next');
    const { body } = await site.post('shop/start');
    expect(body.messages.map(({ text }) => text)).to.deep.equal(['next']);
    expect(brief(await (await site.events(body.session)).take(1))).to.deep.equal(['message next']);
  });
});

describe('web chat: the words of the page', function () {
  this.timeout(60_000);
  let site: Site;
  before(async () => {
    site = await Site.open(new FakeWorld(parrot));
  });
  after(() => site.close());

  const table: [flow: string, has: string[]][] = [
    ['shop', ['<html lang="en" dir="ltr">', 'placeholder="Write a message"', '<h1 lang="en">']],
    ['tienda', ['<html lang="es" dir="ltr">', 'placeholder="Escribe un mensaje"', '<h1 lang="es-CO">']],
    ['matjar', ['<html lang="en" dir="rtl">', 'placeholder="Write a message"', '<h1 lang="ar">متجر']],
  ];
  for (const [flow, has] of table) {
    it(`${flow}: follow the language of the flow`, async () => {
      const html = await (await site.page(`/w/${flow}`)).text();
      for (const piece of has) expect(html).to.contain(piece);
      expect(html).not.to.contain('{{');
    });
  }
});
