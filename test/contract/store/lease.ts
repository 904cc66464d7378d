import { expect } from 'chai';
import { ANA, LONG, SHORT, acceptOf, claim, commitOf, delivery, finish, hold, idsOf, session, take } from './kit.ts';
import type { Setting } from './kit.ts';

/** `renew` and `claim`: who may move a conversation, and when somebody has to. */
export function leaseSuite(on: Setting): void {
  describe('renew', () => {
    it('prolongs leases', async () => {
      const held = await hold(on.store, 'm1', { leaseMs: SHORT });
      expect(await on.store.renew([{ id: ANA, token: held.token }], LONG)).to.deep.equal([]);
      await on.pass(SHORT + 1);
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
      await take(on.store, held);
    });

    it('answers those that were lost, and prolongs the others', async () => {
      const ana = await hold(on.store, 'm1', { leaseMs: SHORT });
      await on.pass(SHORT + 1);
      expect(idsOf(await claim(on.store))).to.deep.equal([ANA]);
      const ben = await hold(on.store, 'm1', { conversation: 'test:ben', leaseMs: SHORT });
      const leases = [
        { id: ANA, token: ana.token },
        { id: 'test:ben', token: ben.token },
        { id: 'test:nobody', token: 'x' },
      ];
      expect(await on.store.renew(leases, LONG)).to.have.members([ANA, 'test:nobody']);
      await on.pass(SHORT + 1);
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
    });

    it('takes nothing for no leases', async () => {
      expect(await on.store.renew([], LONG)).to.deep.equal([]);
    });
  });

  describe('claim', () => {
    it('takes a conversation whose owner fell silent, with a new token', async () => {
      const old = await hold(on.store, 'm1', { leaseMs: SHORT });
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
      await on.pass(SHORT + 1);
      const [held] = await claim(on.store);
      if (held === undefined) throw new Error('nothing was claimed');
      expect(held.token).not.to.equal(old.token);
      expect(held.conversation).to.deep.equal(old.conversation);
      expect(await on.store.commit(commitOf(old))).to.deep.equal({ kind: 'lost' });
      await take(on.store, held);
    });

    it('takes what was committed but not settled, for what it owes', async () => {
      await take(on.store, await hold(on.store, 'm1', { leaseMs: SHORT }), { owe: [delivery('a')] });
      await on.pass(SHORT + 1);
      expect((await claim(on.store))[0]?.conversation.owed).to.deep.equal([delivery('a')]);
    });

    it('leaves alone what was abandoned with nothing to do', async () => {
      await take(on.store, await hold(on.store, 'm1', { leaseMs: SHORT }), { wakeAt: on.now() + LONG });
      await hold(on.store, 'm1', { conversation: 'test:ben', leaseMs: SHORT });
      await on.pass(SHORT + 1);
      expect(idsOf(await claim(on.store, 1))).to.deep.equal(['test:ben']);
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
      await hold(on.store, 'm2');
    });

    it('takes a conversation when its wake time comes, and not before', async () => {
      await finish(on.store, 'm1', { session: session(), wakeAt: on.now() + SHORT });
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
      await on.pass(SHORT + 1);
      const [held] = await claim(on.store);
      expect(held?.conversation.session).to.deep.equal(session());
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
    });

    it('wakes before a postponed delivery if that time comes first', async () => {
      const postponed = delivery('a', { notBefore: on.now() + LONG });
      await finish(on.store, 'm1', { wakeAt: on.now() + SHORT, owe: [postponed] });
      await on.pass(SHORT + 1);
      expect(idsOf(await claim(on.store))).to.deep.equal([ANA]);
    });

    it('forgets a wake time that a later turn took away', async () => {
      await finish(on.store, 'm1', { wakeAt: on.now() + SHORT });
      await finish(on.store, 'm2', { wakeAt: null });
      await on.pass(SHORT + 1);
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
    });

    it('takes the earliest first, and no more than asked for', async () => {
      const at = on.now() + SHORT;
      for (const [name, after] of [
        ['c', 30],
        ['a', 10],
        ['d', 40],
        ['b', 20],
      ] as const) {
        await finish(on.store, 'm1', { wakeAt: at + after }, `test:${name}`);
      }
      await on.pass(SHORT + 50);
      expect(idsOf(await claim(on.store, 0))).to.deep.equal([]);
      expect(idsOf(await claim(on.store, 3))).to.deep.equal(['test:a', 'test:b', 'test:c']);
      expect(idsOf(await claim(on.store, 3))).to.deep.equal(['test:d']);
    });

    it('takes only what is on the channels it is asked for', async () => {
      const ids = ['test:a', 'test-two:b', 'other:c', 'test:d:e'];
      for (const conversation of ids) await on.store.accept(acceptOf('m1', { conversation, leave: true }));
      const on_ = async (...channels: string[]): Promise<string[]> =>
        idsOf(await on.store.claim({ owner: 'one', leaseMs: LONG, limit: 10, channels })).sort();
      expect(await on_()).to.deep.equal([]);
      expect(await on_('tes', 'est', 't.*', 'test:a')).to.deep.equal([]);
      expect(await on_('test', 'nobody')).to.deep.equal(['test:a', 'test:d:e']);
      expect(idsOf(await claim(on.store)).sort()).to.deep.equal(['other:c', 'test-two:b']);
    });

    it('holds what it took: entries queue, and it can be taken again when that lease is over', async () => {
      await finish(on.store, 'm1', { wakeAt: on.now() + SHORT });
      await on.pass(SHORT + 1);
      expect(await on.store.claim({ owner: 'two', leaseMs: SHORT, limit: 1 })).to.have.length(1);
      expect(await on.store.accept(acceptOf('m2'))).to.deep.equal({ kind: 'queued' });
      await on.pass(SHORT + 1);
      expect((await claim(on.store))[0]?.conversation.inbox).to.have.length(1);
    });
  });
}
