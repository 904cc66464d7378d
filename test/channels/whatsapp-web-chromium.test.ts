import { expect } from 'chai';
import qrcode from 'qrcode';
import { Live, cookieOf, inChromium } from '../support/wweb-live.ts';
import { BICYCLES, NUMBERED, SAID, saidIn } from './everywhere-flow.ts';

const FLOW = `
flow: size
triggers: [{ catch_all: true }]
blocks:
  - { id: size, type: question, text: "Which size?", choices: [Small, Large] }
  - { id: done, type: end, text: "@size it is." }
`;

const THANDI = '27821234567@c.us';

inChromium('whatsapp web: the real library in a real browser', () => {
  let live: Live;
  beforeEach(async () => {
    live = await Live.prepare();
  });
  afterEach(() => live.remove());

  /** Starts a server whose phone is linked already. */
  const linked = async (flow = FLOW): Promise<void> => {
    await live.page({ linked: true });
    await live.start(flow);
    await live.line(/WhatsApp is linked/);
  };
  const receive = (facts: object): Promise<string> => live.phone(`phone.receive(${JSON.stringify(facts)})`);
  const bodies = async (count: number): Promise<unknown[]> => (await live.sent(count)).map(({ body }) => body);

  it('a code that is scanned links the phone; a conversation goes on from there', async () => {
    await live.start(FLOW);
    const line = await live.line(/has to be linked: open/);
    const path = /channels\S+/.exec(line)?.[0] ?? '';
    const cookie = await cookieOf(`${live.app?.url}/${path}`);
    const page = async (): Promise<string> =>
      await (await fetch(`${live.app?.url}/channels/whatsapp-web`, { headers: { cookie } })).text();
    expect(await page()).to.contain(await qrcode.toString('code-1,key,key,secret,1', { type: 'svg', margin: 2 }));
    await live.phone('phone.scan()');
    await live.line(/WhatsApp is linked/);
    expect(await page()).to.contain('The number is +15550001111 (Shop).');
    await receive({ from: THANDI, body: 'hello', name: 'Thandi' });
    expect(await bodies(1)).to.deep.equal(['Which size?\n1. Small\n2. Large']);
    await receive({ from: THANDI, body: '2' });
    expect(await bodies(2)).to.include('Large it is.');
    expect(await live.phone('phone.typing')).to.include(THANDI);
  });

  it('the flow that is the same everywhere shows its buttons and its list as numbered lines here', async () => {
    await linked(BICYCLES);
    await receive({ from: THANDI, body: 'hello' });
    await live.sent(2);
    await receive({ from: THANDI, body: '2' });
    await live.sent(3);
    await receive({ from: THANDI, body: 'Cali' });
    await live.sent(4);
    await receive({ from: THANDI, body: 'Ana' });
    const [welcome, wish, city, ...rest] = await bodies(5);
    expect([wish, city]).to.deep.equal(NUMBERED);
    expect([welcome, ...rest]).to.deep.equal([
      'Welcome to the bicycle shop.',
      'Your name?',
      'Thank you, Ana: Repair in Cali.',
    ]);
    expect(saidIn(live.app?.turns ?? [])).to.deep.equal(SAID);
  });

  it('a browser that is killed in mid-conversation costs no message, and not the server', async () => {
    await linked();
    await receive({ from: THANDI, body: 'hello', id: '3EB0A1' });
    await live.sent(1);
    const before = live.lines.length;
    // What is said while nobody listens is in the chats when the page comes back.
    await live.page({
      linked: true,
      history: [
        { from: THANDI, body: 'hello', id: '3EB0A1' },
        { from: THANDI, body: 'Small', id: '3EB0A2' },
      ],
    });
    await live.kill('browser');
    await live.line(/the browser has died/, before);
    expect((await fetch(`${live.app?.url}/healthz`)).status).to.equal(200);
    await live.line(/WhatsApp is linked/, before);
    expect(await bodies(1)).to.deep.equal(['Small it is.']);
    expect(live.app?.turns.map(({ entry }) => entry.id)).to.deep.equal([
      `false_${THANDI}_3EB0A1`,
      `false_${THANDI}_3EB0A2`,
    ]);
  });

  it('when the process of the library is killed its browser goes, too, and both come back', async () => {
    await linked();
    const before = live.lines.length;
    await live.kill('library');
    await live.line(/the process of WhatsApp Web has ended: SIGKILL/, before);
    await live.line(/WhatsApp is linked/, before);
    await receive({ from: THANDI, body: 'hello' });
    expect(await bodies(1)).to.have.length(1);
    await live.stop();
    expect(await live.browserRuns()).to.equal(false);
  });

  it('a hidden sender is the contact of the number that WhatsApp tells', async () => {
    await linked();
    await live.phone(`phone.numbers['1234567890@lid'] = ${JSON.stringify(THANDI)}`);
    await receive({ from: '1234567890@lid', body: 'hello' });
    expect((await live.sent(1)).map(({ to }) => to)).to.deep.equal(['1234567890@lid']);
    expect(live.app?.turns.map(({ conversation }) => conversation.id)).to.deep.equal(['whatsapp-web:27821234567']);
  });

  it('after a restart of the server the phone is linked without a code; once it is unlinked a code comes', async () => {
    await live.start(FLOW);
    await live.line(/has to be linked/);
    await live.phone('phone.scan()');
    await live.line(/WhatsApp is linked/);
    await live.stop();
    const before = live.lines.length;
    await live.start(FLOW);
    await live.line(/WhatsApp is linked/, before);
    expect(live.lines.slice(before).join('\n')).not.to.contain('has to be linked');
    await live.phone('phone.unlink()');
    await live.line(/The link to the phone is gone: scan the new QR code/, before);
    await live.line(/has to be linked: open/, before);
  });

  it('files, places, chats with another name, and numbers that are none', async () => {
    await linked();
    const to = '27821234567';
    const image = { type: 'image', url: `${live.app?.url}/home.css`, mime: 'image/png', caption: 'A' } as const;
    expect(await live.send({ media: image }, to)).to.deep.equal({ kind: 'sent' });
    expect(await live.send({ location: { latitude: 4.6, longitude: -74, name: 'Shop' } }, to)).to.deep.equal({
      kind: 'sent',
    });
    await live.phone(`phone.lids[${JSON.stringify(THANDI)}] = '77@lid', phone.failNext.push('No LID for user')`);
    expect(await live.send({ text: 'Hi' }, to)).to.deep.equal({ kind: 'sent' });
    await live.phone(`phone.nobody.push('4930000000@c.us')`);
    expect(await live.send({ text: 'Hi' }, '4930000000')).to.include({ kind: 'refused' });
    expect(await live.sent(3)).to.deep.equal([
      { to: THANDI, type: 'image', caption: 'A', mimetype: 'image/png' },
      { to: THANDI, type: 'location', body: '', lat: 4.6, lng: -74, loc: 'Shop' },
      { to: '77@lid', type: 'chat', body: 'Hi' },
    ]);
  });

  it('files that come in, and what a person writes on the phone', async () => {
    await linked();
    await receive({
      from: THANDI,
      body: 'My leg',
      type: 'image',
      file: { mime: 'image/png', name: 'leg.png', data: 'PNG' },
    });
    await live.sent(1);
    const [turn] = live.app?.turns ?? [];
    const message = turn?.entry.kind === 'message' ? turn.entry.message : undefined;
    const url = new URL(message?.attachments?.[0]?.url ?? 'http://none');
    const file = await fetch(`${live.app?.url}${url.pathname}${url.search}`);
    expect([file.headers.get('content-type'), await file.text()]).to.deep.equal(['image/png', 'PNG']);
    await receive({ from: THANDI, own: true, body: 'I take it from here' });
    await live.line(/a person answers on the phone/);
    expect(live.lines.filter((line) => line.includes('answers on the phone'))).to.have.length(1);
  });
});
