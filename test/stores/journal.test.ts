import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openDriver } from '../../src/store/driver.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import type { Held, Store } from '../../src/store/store.ts';
import { acceptOf, claim, commitOf, idsOf, message } from '../contract/store/kit.ts';

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const CONTACTS = Array.from({ length: 12 }, (_, n) => `test:c${n}`);
const WORDS = 'a chat that goes on and on, '.repeat(150);

describe('the journal of the embedded store', function () {
  this.timeout(60_000);
  let dir: string;
  let time: number;
  const opened: Store[] = [];
  const open = async (name: string): Promise<Store> => {
    const store = await openEmbedded({ dir: join(dir, name), clock: () => time });
    opened.push(store);
    return store;
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-journal-'));
    time = 1_800_000_000_000;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    rmSync(dir, { recursive: true });
  });

  /** The files as they are while the store is open, which is what a process leaves behind that was killed. */
  const copied = async (name: string): Promise<Store> => {
    for (const end of ['', '-wal']) cpSync(join(dir, 'live', `parley.db${end}`), join(dir, name, `parley.db${end}`));
    return open(name);
  };
  const rows = (name: string): { journal: number; conversations: number } => {
    const driver = openDriver(join(dir, name, 'parley.db'));
    const count = (table: string): number =>
      driver.prepare<{ readonly n: number }>(`SELECT count(*) AS n FROM ${table}`).all()[0]?.n ?? 0;
    const counts = { journal: count('journal'), conversations: count('conversation') };
    driver.close();
    return counts;
  };

  /** All that can be asked of a store. */
  const all = async (store: Store): Promise<unknown> => {
    const loaded = await Promise.all(CONTACTS.map((id) => store.load(id)));
    const lines = await Promise.all(CONTACTS.map((id) => store.transcript(id, { after: 0, limit: 1e6 })));
    const some = await Promise.all(CONTACTS.map((id) => store.transcript(id, { after: 7, limit: 5 })));
    const notes = await Promise.all(CONTACTS.map((id) => store.get('note', id)));
    return { loaded, lines, some, notes };
  };

  /** One more thing that happens to a store, about 4 KB of it. */
  const happen = async (store: Store, n: number, random: (below: number) => number, held: Map<string, Held>) => {
    const conversation = CONTACTS[random(CONTACTS.length)] ?? '';
    const current = held.get(conversation);
    const kind = random(8);
    if (kind === 0) return store.put({ kind: 'note', id: conversation, order: `${n}`, body: { n } });
    if (kind === 1) return store.remove('note', conversation);
    if (current === undefined || kind < 4) {
      const accepted = await store.accept(acceptOf(`m${n}`, { conversation, entry: message(`m${n}`, WORDS) }));
      if (accepted.kind === 'held') held.set(conversation, accepted.held);
      return accepted;
    }
    if (kind === 7) {
      const settled = await store.settle({ id: conversation, token: current.token, done: [] });
      if (settled.kind !== 'more') held.delete(conversation);
      return settled;
    }
    const loaded = await store.load(conversation);
    if (loaded === null) throw new Error(`${conversation} is gone`);
    const line = { kind: 'out', at: time, cause: `m${n}`, key: `${n}`, message: { text: WORDS } } as const;
    return store.commit(commitOf({ ...current, conversation: loaded }, { lines: [line, line] }));
  };

  for (const seed of [1, 2, 3]) {
    it(`is read again after a kill, whatever of it the tables have (${seed})`, async () => {
      const live = await open('live');
      const random = numbers(seed);
      const held = new Map<string, Held>();
      for (let n = 0; n < 900; n += 1, time += 250) {
        await happen(live, n, random, held);
        if (n % 90 !== 89) continue;
        const copy = await copied(`copy${n}`);
        expect(await all(copy)).to.deep.equal(await all(live));
      }
      const kept = [...held.keys()].toSorted();
      expect(kept).not.to.deep.equal([]);
      const last = await copied('last');
      for (const id of CONTACTS) {
        const [known] = (await live.load(id))?.inbox ?? [];
        if (known === undefined) continue;
        const again = await last.accept(acceptOf(known.id, { conversation: id }));
        expect(again).to.deep.equal({ kind: 'duplicate' });
      }
      const order = { kind: 'note', limit: 99 };
      expect(await last.page(order)).to.deep.equal(await live.page(order));
    });
  }

  it('is folded little by little, and what is long over leaves it', async () => {
    const live = await open('live');
    const random = numbers(4);
    const held = new Map<string, Held>();
    for (let n = 0; n < 1200; n += 1) await happen(live, n, random, held);
    const { journal, conversations } = rows('live');
    expect(conversations).to.equal(CONTACTS.length);
    // 4 KB each: a good MB waits, and what is behind it goes 32 rows at a time.
    expect(journal).to.be.within(100, 600);
  });

  it('gets empty while somebody looks for work, so that little is left to read at the next start', async () => {
    const live = await open('live');
    for (let n = 0; n < 100; n += 1) await live.accept(acceptOf('m1', { conversation: `test:x${n}` }));
    expect(rows('live').conversations).to.equal(0);
    for (let look = 0; look < 4; look += 1) expect(idsOf(await claim(live))).to.deep.equal([]);
    expect(rows('live').conversations).to.equal(100);
    expect(rows('live').journal).to.be.below(40);
  });

  it('knows what is due before the tables do, in the order of its time', async () => {
    const live = await open('live');
    for (const [index, name] of ['late', 'early', 'never'].entries()) {
      const conversation = `test:${name}`;
      const accepted = await live.accept(acceptOf('m1', { conversation }));
      if (accepted.kind !== 'held') throw new Error(accepted.kind);
      const wakeAt = [time + 2000, time + 1000, null][index] ?? null;
      await live.commit(commitOf(accepted.held, { wakeAt }));
      await live.settle({ id: conversation, token: accepted.held.token, done: [] });
    }
    time += 5000;
    expect(idsOf(await claim(live))).to.deep.equal(['test:early', 'test:late']);
  });
});
