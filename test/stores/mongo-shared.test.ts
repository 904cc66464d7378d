import { setTimeout as pass } from 'node:timers/promises';
import { expect } from 'chai';
import type { Stored } from '../../src/store/mongo/record.ts';
import type { Store } from '../../src/store/store.ts';
import {
  ANA,
  SHORT,
  acceptOf,
  claim,
  commitOf,
  delivery,
  finish,
  hold,
  idsOf,
  session,
  take,
} from '../contract/store/kit.ts';
import { describeMongo, line } from './mongo-kit.ts';

describeMongo('mongo store: two stores on one database', (database) => {
  let time: number;
  const clock = (): number => time;
  beforeEach(() => {
    time = 1_800_000_000_000;
  });
  let one: Store;
  let two: Store;
  beforeEach(async () => {
    [one, two] = await Promise.all([database.open({ clock }), database.open({ clock })]);
  });

  it('takes over when a lease has run out, and refuses the owner that comes back', async () => {
    const old = await hold(one, 'm1', { leaseMs: SHORT });
    expect(idsOf(await claim(two))).to.deep.equal([]);
    time += SHORT + 1;
    const [held] = await claim(two);
    if (held === undefined) throw new Error('nothing was taken over');
    expect(held.conversation).to.deep.equal(old.conversation);
    expect(await one.commit(commitOf(old))).to.deep.equal({ kind: 'lost' });
    expect(await one.settle({ id: ANA, token: old.token, done: [] })).to.deep.equal({ kind: 'lost' });
    expect(await one.renew([{ id: ANA, token: old.token }], SHORT)).to.deep.equal([ANA]);
    await take(two, held);
  });

  it('believes nothing that it knew of a conversation when the other store has moved it meanwhile', async () => {
    const later = { ...delivery('d1'), notBefore: time + 1000 };
    const held = await take(one, await hold(one), { owe: [delivery('d1')] });
    await one.settle({ id: ANA, token: held.token, done: [], postponed: later });
    time += 2000;
    const [taken] = await claim(two);
    if (taken === undefined) throw new Error('nothing was taken over');
    await two.settle({ id: ANA, token: taken.token, done: ['d1'] });
    expect((await hold(one, 'm2')).conversation).to.deep.include({ owed: [], revision: 1 });
    expect((await two.accept(acceptOf('m3'))).kind).to.equal('queued');
  });

  it('goes on with what the other store has stored, turn by turn', async () => {
    for (let n = 0; n < 12; n += 1) {
      const store = n % 3 === 0 ? two : one;
      const held = await hold(store, `m${n}`);
      expect(held.conversation).to.deep.equal(await two.load(ANA));
      const comesMeanwhile = n % 4 === 1;
      if (comesMeanwhile) await two.accept(acceptOf(`late${n}`));
      const turn = { session: session({ visits: n }), owe: [delivery(`d${n}`)], lines: [line(2 * n), line(2 * n + 1)] };
      const taken = await take(store, held, turn);
      expect(taken.conversation).to.deep.equal(await two.load(ANA));
      const settled = await store.settle({ id: ANA, token: held.token, done: [`d${n}`] });
      expect(settled.kind).to.equal(comesMeanwhile ? 'more' : 'released');
      if (settled.kind !== 'more') continue;
      expect(settled.conversation).to.deep.equal(await two.load(ANA));
      await take(store, { ...held, conversation: settled.conversation });
      expect(await store.settle({ id: ANA, token: held.token, done: [] })).to.deep.equal({ kind: 'released' });
    }
    expect(await one.load(ANA)).to.deep.include({ revision: 15, lines: 24, inbox: [], owed: [] });
    expect((await one.transcript(ANA, { after: 0, limit: 99 })).map(({ seq }) => seq)).to.have.length(24);
  });

  it('takes each of 300 parallel entries of a contact once, whichever store it comes to', async () => {
    const asked = Array.from({ length: 300 }, (_, n) => `m${n}`).flatMap((id) => [
      one.accept(acceptOf(id)),
      two.accept(acceptOf(id, { owner: 'two' })),
    ]);
    const kinds = (await Promise.all(asked)).map((accepted) => accepted.kind);
    expect(kinds.filter((kind) => kind === 'held')).to.have.length(1);
    expect(kinds.filter((kind) => kind === 'queued')).to.have.length(299);
    expect(kinds.filter((kind) => kind === 'duplicate')).to.have.length(300);
    const inbox = (await one.load(ANA))?.inbox.map((entry) => entry.id) ?? [];
    expect(inbox).to.have.length(300);
    expect(new Set(inbox).size).to.equal(300);
  });

  it('knows every id of 8 days, also those that left the conversation, in both stores', async () => {
    for (let n = 0; n < 450; n += 1) await finish(one, `m${n}`);
    const seen = (await database.db()).collection('seen');
    expect(await seen.countDocuments()).to.equal(200);
    const stored = await (await database.db()).collection<Stored>('conversations').findOne({ _id: ANA });
    expect(stored?.seen).to.have.length(250);
    for (const store of [one, two]) {
      for (const id of ['m0', 'm99', 'm100', 'm199', 'm200', 'm249', 'm250', 'm449']) {
        expect(await store.accept(acceptOf(id)), id).to.deep.equal({ kind: 'duplicate' });
      }
    }
    expect((await two.accept(acceptOf('m450'))).kind).to.equal('held');
    time += 9 * 86_400_000;
    expect(await one.purge({ lines: 0, seen: time })).to.equal(200);
    expect(await one.accept(acceptOf('m200'))).to.deep.equal({ kind: 'duplicate' });
    expect((await one.accept(acceptOf('m199'))).kind).not.to.equal('duplicate');
  });

  it('knows an id that has left the conversation also in a store that only took over', async () => {
    for (let n = 0; n < 320; n += 1) await finish(one, `m${n}`);
    await finish(one, 'last', { wakeAt: time + 1 });
    time += 2;
    const [held] = await claim(two);
    if (held === undefined) throw new Error('nothing was due');
    await take(two, held, { consumed: [], wakeAt: null });
    expect(await two.settle({ id: ANA, token: held.token, done: [] })).to.deep.equal({ kind: 'released' });
    expect(await two.accept(acceptOf('m0'))).to.deep.equal({ kind: 'duplicate' });
    expect((await two.accept(acceptOf('new'))).kind).to.equal('held');
  });

  it('lets no id slip through while ids leave the conversation', async () => {
    const ids = Array.from({ length: 400 }, (_, n) => `m${n}`);
    let taken = 0;
    const copies = async (): Promise<void> => {
      while (taken < ids.length) {
        // Ids around the edge of what the conversation keeps are the ones that move.
        for (const back of [99, 100, 101, 199, 200, 299, 300]) {
          const id = ids[taken - back];
          if (id !== undefined) expect((await two.accept(acceptOf(id))).kind).to.equal('duplicate');
        }
        await pass(1);
      }
    };
    const working = (async () => {
      for (const id of ids) {
        await finish(one, id);
        taken += 1;
      }
    })();
    await Promise.all([working, copies()]);
    expect((await one.load(ANA))?.revision).to.equal(400);
  });

  it('moves lines away and reads them in order, whoever moved them', async () => {
    let held = await hold(one);
    for (let n = 1; n <= 250; n += 5) {
      const lines = [0, 1, 2, 3, 4].map((more) => line(n + more));
      held = await take(one, held, { consumed: [], lines });
    }
    const db = await database.db();
    expect(await db.collection('lines').countDocuments()).to.equal(40);
    const seqs = async (after: number, limit: number) =>
      (await two.transcript(ANA, { after, limit })).map(({ seq }) => seq);
    expect(await seqs(0, 1_000)).to.deep.equal(Array.from({ length: 250 }, (_, n) => n + 1));
    expect(await seqs(197, 6)).to.deep.equal([198, 199, 200, 201, 202, 203]);
    expect(await seqs(98, 4)).to.deep.equal([99, 100, 101, 102]);
    expect(await seqs(248, 9)).to.deep.equal([249, 250]);
    expect(await two.purge({ lines: 231, seen: 0 })).to.equal(46);
    expect((await seqs(0, 1_000))[0]).to.equal(231);
    await take(one, held, { consumed: [], lines: [line(251)] });
    expect(await seqs(249, 9)).to.deep.equal([250, 251]);
  });
});
