import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { keysInUse, rotateSome } from '../../src/integrations/rotate.ts';
import { openSecrets } from '../../src/wiring/secrets.ts';
import type { SecretBox } from '../../src/wiring/secrets.ts';
import { openStore } from '../../src/store/index.ts';
import { FakeDocuments, newKey } from './kit.ts';

const HOLDER = {
  id: 'shop',
  fields: [{ identifier: 'api_key', type: 'password', required: true }],
  origins: ['https://api.example'],
} as const;

/** A whole rotation, and how many steps it took. */
async function rotate(box: SecretBox, limit: number): Promise<{ rewrapped: number; current: number; steps: number }> {
  const sums = { rewrapped: 0, current: 0, steps: 0 };
  for (let after: string | undefined = ''; after !== undefined;) {
    const step = await rotateSome(box, { limit, after });
    sums.rewrapped += step.rewrapped;
    sums.current += step.current;
    sums.steps += 1;
    after = step.next;
  }
  return sums;
}

async function fill(box: SecretBox, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await box.credentials.add(HOLDER, `c${i}`, { api_key: `key-${i}` });
    await box.secrets.set(`s${i}`, `secret-${i}`);
  }
}

describe('rotating the keys (S19)', () => {
  const [old, next] = [newKey(), newKey()];
  let documents: FakeDocuments;
  let time = 0;
  const open = (keys: string): SecretBox => openSecrets(documents, keys, () => (time += 1));
  beforeEach(() => (documents = new FakeDocuments()));

  it('puts every record under the newest key, and the old one can go', async () => {
    await fill(open(old), 25);
    const box = open(`${next},${old}`);
    expect(await rotate(box, 10)).to.deep.equal({ rewrapped: 50, current: 0, steps: 6 });
    const [newest, older] = box.ring.ids();
    expect(await keysInUse(documents, box.ring)).to.deep.equal([
      { id: newest, current: true, inRing: true, records: 50 },
      { id: older, current: false, inRing: true, records: 0 },
    ]);
    const alone = open(next);
    for (let i = 0; i < 25; i += 1) {
      expect(await alone.credentials.read('shop', `c${i}`)).to.deep.include({ values: { api_key: `key-${i}` } });
      expect(await alone.secrets.read(`s${i}`)).to.deep.include({ value: `secret-${i}` });
    }
  });

  it('does nothing the second time', async () => {
    await fill(open(old), 3);
    const box = open(`${next},${old}`);
    await rotate(box, 100);
    const before = new Map(documents.kept);
    expect(await rotate(box, 100)).to.deep.include({ rewrapped: 0, current: 6 });
    expect(documents.kept).to.deep.equal(before);
  });

  it('F12: goes on where it was broken off; everything opens in between', async () => {
    await fill(open(old), 5);
    const box = open(`${next},${old}`);
    let puts = 0;
    documents.beforePut = () => {
      puts += 1;
      if (puts === 4) throw new Error('the power went away');
    };
    expect(await rotate(box, 100).catch((error: unknown) => String(error))).to.contain('the power went away');
    documents.beforePut = () => undefined;
    const again = open(`${next},${old}`);
    for (let i = 0; i < 5; i += 1) {
      expect((await again.credentials.read('shop', `c${i}`)).kind).to.equal('values');
      expect((await again.secrets.read(`s${i}`)).kind).to.equal('value');
    }
    expect(await rotate(again, 100)).to.deep.include({ rewrapped: 7, current: 3 });
  });

  it('fails no reading while it goes on, in this process or in one with the old ring', async () => {
    const store = await openStore({ dataDir: ':memory:' });
    const before = openSecrets(store, `${old},${next}`, () => (time += 1));
    await fill(before, 150);
    const box = openSecrets(store, `${next},${old}`, () => (time += 1));
    const rotation = { over: false };
    let reads = 0;
    const reading = async (reader: SecretBox): Promise<void> => {
      for (; !rotation.over || reads < 300; reads += 1) {
        const i = (reads * 7) % 150;
        expect(await reader.credentials.read('shop', `c${i}`)).to.deep.include({ values: { api_key: `key-${i}` } });
        expect(await reader.secrets.read(`s${i}`)).to.deep.include({ value: `secret-${i}` });
        await setImmediate();
      }
    };
    const readers = [reading(before), reading(box)];
    expect(await rotate(box, 20)).to.deep.include({ rewrapped: 300 });
    rotation.over = true;
    await Promise.all(readers);
    await store.close();
  });

  it('does not undo what is changed meanwhile', async () => {
    await fill(open(old), 2);
    const box = open(`${next},${old}`);
    const changes: Promise<unknown>[] = [];
    documents.beforePut = () => {
      if (changes.length > 0) return;
      changes.push(
        box.credentials.rename('shop', 'c0', 'renamed'),
        box.credentials.remove('shop', 'c1'),
        box.secrets.set('s0', 'changed'),
      );
    };
    await rotate(box, 100);
    await Promise.all(changes);
    const names = (await box.credentials.list()).map(({ name }) => name);
    expect(names).to.deep.equal(['renamed']);
    expect(await box.secrets.read('s0')).to.deep.include({ value: 'changed' });
    await rotate(box, 100);
    expect((await open(next).credentials.read('shop', 'renamed')).kind).to.equal('values');
  });

  it('names what it cannot open, and does the rest', async () => {
    await fill(open(newKey()), 1);
    await open(old).secrets.set('good', 'v');
    await open(old).secrets.set('bad', 'v');
    await documents.change('secret', 'bad', (kept) => ({ ...kept, id: 'worse' }));
    const box = open(`${next},${old}`);
    const steps = [await rotateSome(box, { limit: 100 })];
    steps.push(await rotateSome(box, { limit: 100, after: steps[0]?.next ?? '' }));
    const stuck = steps.flatMap((step) => step.stuck).map(({ kind, id, reason }) => `${kind} ${id} ${reason}`);
    expect(stuck.sort()).to.deep.equal(['credential shop/c0 lost_key', 'secret s0 lost_key', 'secret worse tampered']);
    expect(steps.reduce((sum, step) => sum + step.rewrapped, 0)).to.equal(2);
    const uses = await keysInUse(documents, box.ring);
    expect(uses.filter(({ inRing }) => !inRing).map(({ records }) => records)).to.deep.equal([2]);
  });

  for (const cursor of ['nonsense', 'secret:', 'credential:zzz', ':', 'secret:000:a'])
    it(`takes the cursor "${cursor}" for what it is`, async () => {
      await fill(open(old), 1);
      expect(await rotateSome(open(old), { limit: 10, after: cursor })).to.deep.include({ rewrapped: 0, stuck: [] });
    });
});
