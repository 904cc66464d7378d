import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { ScriptedChannel } from '../support/scripted.ts';

const HOUR = 3_600_000;

const FLOW = `flow: f
triggers: [ { catch_all: true } ]
settings: { expire_after: 30d }
variables: { amount: { type: integer, default: 0 } }
blocks:
  - { id: link, type: message, text: "@resume.url" }
  - { id: park, type: wait_for_event, timeout: { after: 1h, next: late } }
  - { id: told, type: question, text: "Paid @amount", next: told }
  - { id: late, type: question, text: "Too late", next: late }
`;

describe('a resume that is not alone, or too late', function () {
  this.timeout(180_000);
  const scripted = new ScriptedChannel('unseen');
  let time = 1_800_000_000_000;
  let server: TestApp;
  before(async () => {
    server = await startApp({ 'f.yaml': FLOW }, { channels: [scripted.channel], clock: () => time });
  });
  after(() => server.close());

  /** A contact who waits for the resume; answers its address. */
  const waiting = async (contact: string): Promise<string> => {
    const before = scripted.sent.length;
    await scripted.say('hi', contact);
    while (scripted.sent.length === before) await pause(5);
    await server.app.idle();
    return `${server.url}${new URL(scripted.sent.at(-1) ?? '').pathname}`;
  };
  const resume = async (url: string): Promise<number> => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: '{"variables":{"amount":7}}' });
    await response.text();
    return response.status;
  };
  const causes = async (contact: string): Promise<string[]> => {
    await server.app.idle();
    return server.turns
      .filter(({ conversation }) => conversation.contact.address === contact)
      .map(({ entry }) => entry.kind);
  };

  it('a message at the same moment: both count, one after the other, and the token once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const contact = `c${round}`;
      const url = await waiting(contact);
      const [first, , second] = await Promise.all([resume(url), scripted.say('hello?', contact), resume(url)]);
      expect([first, second]).to.have.members([200, 409]);
      expect(await causes(contact)).to.have.members(['message', 'message', 'resume']);
    }
    expect(scripted.sent.filter((text) => text === 'Paid 7').length).to.be.at.least(20);
    expect(scripted.sent).not.to.include('Too late');
  });

  it('after its time: 409, before and after the timeout has fired', async () => {
    const url = await waiting('dan');
    time += HOUR + 1;
    expect(await resume(url)).to.equal(409);
    while (scripted.sent.at(-1) !== 'Too late') await pause(10);
    expect(await resume(url)).to.equal(409);
    expect(await causes('dan')).to.deep.equal(['message', 'timer']);
  });
});
