import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';
import { noting, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { ScriptedChannel } from '../support/scripted.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const FLOW = `flow: f
triggers: [ { keywords: [start] } ]
settings: { expire_after: 30d }
blocks:
  - { id: q, type: question, text: "Quick!", timeout: { after: 30m, next: nap } }
  - { id: nap, type: delay, for: 1h }
  - { id: late, type: question, text: "Too late" }
`;

describe('clocks that jump', function () {
  this.timeout(180_000);
  const scripted = new ScriptedChannel('unseen');
  let time = 1_800_000_000_000;
  const asked: string[] = [];
  let server: TestApp;
  before(async () => {
    const wrapStore = (store: Store): Store => noting(store, asked);
    server = await startApp({ 'f.yaml': FLOW }, { channels: [scripted.channel], clock: () => time, wrapStore });
  });
  after(() => server.close());

  /** What the contact has heard after so many milliseconds by the store's clock, and a look for what is due. */
  const heardAfter = async (ms: number): Promise<string[]> => {
    time += ms;
    asked.length = 0;
    while (!asked.includes('claim')) await pause(10);
    // The look is over when the next one begins.
    asked.length = 0;
    while (!asked.includes('claim')) await pause(10);
    await server.app.idle();
    return scripted.sent;
  };

  it('fire nothing early and nothing twice', async () => {
    await scripted.say('start');
    expect(await heardAfter(0), 'at the start').to.deep.equal(['Quick!']);
    expect(await heardAfter(-HOUR), 'an hour back').to.deep.equal(['Quick!']);
    expect(await heardAfter(HOUR + 29 * MINUTE), 'a minute before its time').to.deep.equal(['Quick!']);
    expect(await heardAfter(2 * MINUTE), 'the timeout; the delay begins').to.deep.equal(['Quick!']);
    expect(server.turns.filter(({ entry }) => entry.kind === 'timer')).to.have.length(1);
    expect(await heardAfter(-3 * HOUR), 'back before it began').to.deep.equal(['Quick!']);
    expect(await heardAfter(3 * HOUR + 59 * MINUTE), 'a minute before its time').to.deep.equal(['Quick!']);
    expect(await heardAfter(48 * HOUR), 'two days on').to.deep.equal(['Quick!', 'Too late']);
    expect(await heardAfter(-24 * HOUR), 'one of them back').to.deep.equal(['Quick!', 'Too late']);
    expect(server.turns.filter(({ entry }) => entry.kind === 'timer')).to.have.length(2);
  });
});
