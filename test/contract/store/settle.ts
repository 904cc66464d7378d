import { expect } from 'chai';
import type { Held } from '../../../src/store/store.ts';
import { ANA, LONG, REQUEST, SHORT, acceptOf, claim, delivery, finish, hold, idsOf, session, take } from './kit.ts';
import type { Setting } from './kit.ts';

/** `settle`: finished effects go, and the lease goes back unless there is more to do now. */
export function settleSuite(on: Setting): void {
  const owing = async (...keys: string[]): Promise<Held> =>
    take(on.store, await hold(on.store), { owe: keys.map((key) => delivery(key)) });

  describe('settle', () => {
    it('gives the lease back when all is done', async () => {
      const { token } = await owing('a', 'b');
      expect(await on.store.settle({ id: ANA, token, done: ['a', 'b'] })).to.deep.equal({ kind: 'released' });
      expect((await on.store.load(ANA))?.owed).to.deep.equal([]);
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
      await hold(on.store, 'm2', { owner: 'two' });
    });

    it('keeps the lease while something owed can go now', async () => {
      const { token } = await owing('a', 'b');
      const settled = await on.store.settle({ id: ANA, token, done: ['a'] });
      expect(settled).to.deep.equal({ kind: 'more', conversation: await on.store.load(ANA) });
      expect((await on.store.load(ANA))?.owed).to.deep.equal([delivery('b')]);
      expect(await on.store.settle({ id: ANA, token, done: ['b'] })).to.deep.equal({ kind: 'released' });
    });

    it('waits for a postponed delivery when a call is owed behind it, whatever came in', async () => {
      const held = await hold(on.store);
      const postponed = delivery('a', { attempts: 1, notBefore: on.now() + LONG });
      const call = { kind: 'call', key: 'c', cause: 'm1', flow: 'f', block: 'b', request: REQUEST } as const;
      const { token } = await take(on.store, held, { owe: [delivery('a'), call], wakeAt: on.now() });
      await on.store.accept(acceptOf('m2'));
      expect(await on.store.settle({ id: ANA, token, done: [], postponed })).to.deep.equal({ kind: 'released' });
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
    });

    it('keeps and prolongs the lease when entries came in, and answers them', async () => {
      const held = await hold(on.store, 'm1', { leaseMs: SHORT });
      await on.store.accept(acceptOf('m2'));
      const { token } = await take(on.store, held);
      await on.pass(SHORT / 2);
      const settled = await on.store.settle({ id: ANA, token, done: [] });
      if (settled.kind !== 'more') throw new Error(settled.kind);
      expect(settled.conversation.inbox.map((entry) => entry.id)).to.deep.equal(['m2']);
      await on.pass(SHORT / 2 + 1);
      expect(await on.store.accept(acceptOf('m3'))).to.deep.equal({ kind: 'queued' });
      expect((await take(on.store, { token, conversation: settled.conversation })).conversation.revision).to.equal(2);
    });

    it('keeps the lease when the wake time has gone by', async () => {
      const { token } = await take(on.store, await hold(on.store), { wakeAt: on.now() - 1, session: session() });
      expect((await on.store.settle({ id: ANA, token, done: [] })).kind).to.equal('more');
    });

    it('puts a delivery off until its time, and those behind it too', async () => {
      const { token } = await owing('a', 'b');
      const postponed = delivery('a', { attempts: 1, notBefore: on.now() + SHORT });
      expect(await on.store.settle({ id: ANA, token, done: [], postponed })).to.deep.equal({ kind: 'released' });
      expect((await on.store.load(ANA))?.owed).to.deep.equal([postponed, delivery('b')]);
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
      await on.pass(SHORT + 1);
      expect((await claim(on.store))[0]?.conversation.owed).to.deep.equal([postponed, delivery('b')]);
    });

    it('removes what is done before what is put off', async () => {
      const { token } = await owing('a', 'b');
      const postponed = delivery('b', { attempts: 1, notBefore: on.now() + LONG });
      expect(await on.store.settle({ id: ANA, token, done: ['a'], postponed })).to.deep.equal({ kind: 'released' });
      expect((await on.store.load(ANA))?.owed).to.deep.equal([postponed]);
    });

    it('never brings back a delivery that is done', async () => {
      const { token } = await owing('a');
      const postponed = delivery('a', { notBefore: on.now() + LONG });
      await on.store.settle({ id: ANA, token, done: ['a'], postponed });
      expect((await on.store.load(ANA))?.owed).to.deep.equal([]);
    });

    it('goes on at once when the time of the postponed delivery has come', async () => {
      const { token } = await owing('a');
      const postponed = delivery('a', { attempts: 1, notBefore: on.now() - 1 });
      expect((await on.store.settle({ id: ANA, token, done: [], postponed })).kind).to.equal('more');
    });

    it('lets a message through while a delivery is put off', async () => {
      const { token } = await owing('a');
      await on.store.settle({ id: ANA, token, done: [], postponed: delivery('a', { notBefore: on.now() + LONG }) });
      const { conversation } = await hold(on.store, 'm2');
      expect(conversation.owed).to.have.length(1);
      expect(conversation.inbox).to.have.length(1);
    });

    it('is lost without the lease, and removes nothing', async () => {
      const { token } = await owing('a');
      expect(await on.store.settle({ id: ANA, token: 'other', done: ['a'] })).to.deep.equal({ kind: 'lost' });
      expect(await on.store.settle({ id: 'test:nobody', token, done: [] })).to.deep.equal({ kind: 'lost' });
      expect((await on.store.load(ANA))?.owed).to.have.length(1);
      await on.store.settle({ id: ANA, token, done: ['a'] });
      expect(await on.store.settle({ id: ANA, token, done: [] })).to.deep.equal({ kind: 'lost' });
    });

    it('leaves revision, session and transcript alone', async () => {
      await finish(on.store, 'm1', { session: session(), lines: [{ kind: 'started', at: 1, cause: 'm1', flow: 'f' }] });
      const stored = await on.store.load(ANA);
      expect(stored).to.deep.include({ revision: 1, lines: 1, session: session() });
    });
  });
}
