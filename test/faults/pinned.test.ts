import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { web } from '../../channels/web/index.ts';
import { describeMongo } from '../stores/mongo-kit.ts';
import { Visitor, noting, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { ScriptedChannel } from '../support/scripted.ts';

const TOKEN = 'an-admin-token-for-both';

const FLOWS = {
  'ask.yaml': `flow: ask
triggers: [ { catch_all: true } ]
variables: { amount: { type: integer, default: 0 } }
blocks:
  - { id: q, type: question, text: "Quick!", timeout: { after: 1s, next: late } }
  - { id: late, type: message, text: "Pay at @resume.url" }
  - { id: park, type: wait_for_event, timeout: { after: 1h, next: bye } }
  - { id: bye, type: end, text: "Paid @amount" }
`,
  'ping.yaml': `flow: ping
variables: { who: { type: string } }
blocks:
  - { id: ping, type: question, text: "Ping from @who" }
`,
  'tell.yaml': `flow: tell
blocks:
  - { id: other, type: start_flow, flow: ping, contact: "scripted:ana", variables: { who: a visitor } }
  - { id: told, type: end, text: "Told" }
`,
};

/** Waits for something to become true; what never does fails the test by its time limit. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10);
}

describeMongo('a channel that lives in one of many processes', (database) => {
  const scripted = new ScriptedChannel('unseen');
  const asked: string[] = [];
  const open = (channels: readonly (typeof web)[]): Promise<TestApp> =>
    startApp(FLOWS, {
      channels,
      mongo: database.uri,
      leaseMs: 2000,
      env: { ADMIN_TOKEN: TOKEN, SECRET_KEY: Buffer.alloc(32, 7).toString('base64') },
      wrapStore: (store) => (channels.length === 1 ? noting(store, asked) : store),
    });
  let phone: TestApp;
  let other: TestApp;
  before(async () => {
    phone = await open([web, scripted.channel]);
    other = await open([web]);
  });
  after(async () => {
    await phone.close();
    await other.close();
  });

  const post = async (path: string, body: object): Promise<number> => {
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
    const response = await fetch(other.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    await response.text();
    return response.status;
  };

  /** Conversations of this channel that the other process has moved; there must be none. */
  const moved = (): string[] =>
    other.turns.map(({ conversation }) => conversation.id).filter((id) => id.startsWith('scripted:'));

  it('has its conversations run there, whichever process hears of them, and waits for it to come back', async function () {
    this.timeout(180_000);
    await scripted.say('hi');
    await until(() => scripted.sent.length === 2);
    expect(scripted.sent[0]).to.equal('Quick!');
    const token = scripted.sent[1]?.split('/').at(-1) ?? '';
    expect(await post(`/api/v1/resume/${token}`, { variables: { amount: 7 } })).to.be.below(300);
    await until(() => scripted.sent.length === 3);
    const start = { flow: 'ping', variables: { who: 'the API' } };
    expect(await post('/api/v1/contacts/scripted:ana/start', start)).to.be.below(300);
    await until(() => scripted.sent.length === 4);
    const visitor = new Visitor(other.url);
    expect(await visitor.start('tell')).to.deep.equal(['Told']);
    await until(() => scripted.sent.length === 5);
    expect(scripted.sent.slice(2)).to.deep.equal(['Paid 7', 'Ping from the API', 'Ping from a visitor']);

    await phone.close();
    asked.length = 0;
    expect(await post('/api/v1/contacts/scripted:ana/start', start)).to.be.below(300);
    // Long enough for the other one to have looked for what is due, with the entry waiting and nobody holding it.
    await until(() => asked.filter((verb) => verb === 'claim').length > 3);
    expect(moved()).to.deep.equal([]);
    expect(scripted.sent).to.have.length(5);
    phone = await open([web, scripted.channel]);
    await until(() => scripted.sent.length === 6);
    expect(scripted.sent[5]).to.equal('Ping from the API');
    expect(moved()).to.deep.equal([]);
  });
});
