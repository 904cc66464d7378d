import { expect } from 'chai';
import { newContact } from '../../src/domain/contact.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { INBOX_LIMIT, Inbox, LANE_LIMIT } from '../../src/inbox/accept.ts';
import { Lanes } from '../../src/inbox/lanes.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

const say = (id: string): Entry => ({ kind: 'message', id, at: Date.now(), message: { text: id } });
const contact = (name: string) => newContact('test', name);

describe('the inbox, when there is too much', () => {
  let store: Store;
  let lanes: Lanes;
  let inbox: Inbox;
  /** Lets every lane come to its end. */
  let release: () => void;
  beforeEach(async () => {
    store = await openStore({ dataDir: ':memory:' });
    const released = new Promise<void>((resolve) => (release = resolve));
    lanes = new Lanes(store, {
      send: async () => {
        await released;
        return { done: [], lost: true };
      },
      turn: () => Promise.reject(new Error('no turn is taken here')),
      bury: () => Promise.reject(new Error('nothing is buried here')),
      call: () => Promise.reject(new Error('nothing is called here')),
      settled: () => undefined,
      failed: () => undefined,
      now: () => store.now(),
    });
    inbox = new Inbox(store, lanes, 'owner');
  });
  afterEach(async () => {
    release();
    await lanes.drain(1000);
    await store.close();
  });

  it('of one contact: what does not fit is not stored, and others are taken', async () => {
    const all = await Promise.all(
      Array.from({ length: INBOX_LIMIT + 20 }, (_, i) => inbox.accept(contact('ana'), say(`m${i}`))),
    );
    expect(all.filter((receipt) => receipt === 'accepted')).to.have.length(INBOX_LIMIT);
    expect(all.filter((receipt) => receipt === 'full')).to.have.length(20);
    expect((await store.load('test:ana'))?.inbox).to.have.length(INBOX_LIMIT);
    expect(await inbox.accept(contact('ben'), say('m'))).to.equal('accepted');
    expect([lanes.size, lanes.waiting]).to.deep.equal([2, 2]);
  });

  it('in all: so many conversations are worked on at once, and one more is not stored', async () => {
    for (let i = 0; i < LANE_LIMIT; i += 1) expect(await inbox.accept(contact(`c${i}`), say('m'))).to.equal('accepted');
    expect(await inbox.accept(contact('late'), say('m'))).to.equal('full');
    expect(await store.load('test:late')).to.equal(null);
    release();
    await lanes.idle();
    expect(await inbox.accept(contact('late'), say('m'))).to.equal('accepted');
  });
});
