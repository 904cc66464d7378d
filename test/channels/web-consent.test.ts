import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import { web } from '../../channels/web/index.ts';
import type { Store } from '../../src/store/store.ts';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { ScriptedChannel } from '../support/scripted.ts';

const WEB_ONLY = `flow: signup
channels: [web]
triggers: [ { link: true }, { keywords: [signup] }, { catch_all: true } ]
settings: { redirect_url: "https://shop.example/done" }
blocks:
  - id: consent
    type: data_authorization
    text: "May we process your data?"
    policy_url: https://shop.example/privacy
  - { id: name, type: question, text: "What is your name?" }
  - { id: bye, type: end, text: "Thank you, @name." }
`;

const WHATSAPP_ONLY = `flow: chat
channels: [whatsapp]
triggers: [ { keywords: [hello] } ]
blocks:
  - { id: hi, type: message, text: "Hello from WhatsApp." }
`;

describe('web process links', function () {
  this.timeout(60_000);
  const phone = new ScriptedChannel();
  const stores: Store[] = [];
  let server: TestApp;
  let ana: Visitor;

  before(async () => {
    server = await startApp(
      { 'signup.yaml': WEB_ONLY, 'chat.yaml': WHATSAPP_ONLY },
      {
        channels: [web, { ...phone.channel, name: 'whatsapp-cloud' }],
        wrapStore: (store) => (stores.push(store), store),
      },
    );
  });
  after(() => server.close());
  beforeEach(() => (ana = new Visitor(server.url)));

  const consents = async (): Promise<readonly object[]> => {
    await server.app.idle();
    const kept = (await stores[0]?.page({ kind: 'consent', limit: 100 })) ?? [];
    return kept.map(({ body }) => body).filter((body) => body['contact'] === `web:${webAddress(ana.session)}`);
  };

  it('TF1: opening the link starts a session; a WhatsApp text does not start a flow that speaks only web', async () => {
    for (const text of ['signup', 'anything', 'hello']) await phone.say(text);
    await server.app.idle();
    expect(phone.sent).to.deep.equal(['Hello from WhatsApp.']);
    expect(await ana.start('signup')).to.deep.equal(['May we process your data?\nhttps://shop.example/privacy']);
  });

  it('TF2: the link of a flow that does not speak web is refused', async () => {
    expect((await fetch(`${server.url}/w/chat`)).status).to.equal(404);
    const started = await fetch(`${server.url}/api/chat/chat/start`, { method: 'POST' });
    expect(started.status).to.equal(404);
  });

  it('TF3: nothing else is asked, and nothing is stored as an answer, before the consent', async () => {
    await ana.start('signup');
    const again = await ana.say('My name is Ana');
    expect(again).to.deep.equal(['Please choose one of these:']);
    const session = (await stores[0]?.load(`web:${webAddress(ana.session)}`))?.session;
    expect(session).to.include({ block: 'consent' });
    expect(session?.variables).not.to.have.any.keys('consent', 'name');
    expect(await consents()).to.deep.equal([]);
  });

  it('TF3: consent is stored with its time, then the questions come', async () => {
    await ana.start('signup');
    const before = Date.now() - 1;
    expect(await ana.say('I agree')).to.deep.equal(['What is your name?']);
    const [kept, ...more] = await consents();
    expect(more).to.deep.equal([]);
    expect(kept).to.include({ accepted: true, channel: 'web', flow: 'signup', block: 'consent' });
    const at = kept !== undefined && 'at' in kept ? Date.parse(String(kept.at)) : 0;
    expect(at).to.be.within(before, Date.now() + 1000);
    expect((await ana.answer('Ana')).redirect_url).to.equal('https://shop.example/done');
  });

  it('TF3: refusal is stored as such and ends the flow', async () => {
    await ana.start('signup');
    expect(await ana.answer('I do not agree')).to.include({ ended: true });
    expect(await consents()).to.have.nested.property('[0].accepted', false);
    expect((await stores[0]?.load(`web:${webAddress(ana.session)}`))?.session).to.equal(null);
  });
});
