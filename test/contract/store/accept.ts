import { expect } from 'chai';
import { ANA, LONG, REQUEST, SHORT, acceptOf, claim, delivery, finish, hold, idsOf, message, take } from './kit.ts';
import type { Setting } from './kit.ts';

/** `accept`: one atomic write that refuses ids seen before, appends, and takes the lease if it is free. */
export function acceptSuite(on: Setting): void {
  describe('accept', () => {
    it('makes a new conversation, with the lease and the entry in its inbox', async () => {
      const request = acceptOf('m1');
      const { token, conversation } = await hold(on.store);
      expect(token).to.be.a('string').and.not.equal('');
      expect(conversation).to.deep.equal({
        id: ANA,
        contact: request.contact,
        session: null,
        inbox: [request.entry],
        owed: [],
        revision: 0,
        lines: 0,
      });
      expect(await on.store.load(ANA)).to.deep.equal(conversation);
    });

    it('queues while somebody holds the lease, even the same owner', async () => {
      await hold(on.store);
      expect(await on.store.accept(acceptOf('m2'))).to.deep.equal({ kind: 'queued' });
      expect(await on.store.accept(acceptOf('m3', { owner: 'two' }))).to.deep.equal({ kind: 'queued' });
      expect((await on.store.load(ANA))?.inbox.map((entry) => entry.id)).to.deep.equal(['m1', 'm2', 'm3']);
    });

    it('refuses an id seen before, in the inbox or long done', async () => {
      await hold(on.store);
      expect(await on.store.accept(acceptOf('m1'))).to.deep.equal({ kind: 'duplicate' });
      await finish(on.store, 'b1', {}, 'test:ben');
      expect(await on.store.accept(acceptOf('b1', { conversation: 'test:ben' }))).to.deep.equal({ kind: 'duplicate' });
      expect((await on.store.load('test:ben'))?.inbox).to.deep.equal([]);
    });

    it('refuses what would make the inbox too large, whatever the number of entries', async () => {
      const large = (id: string) => acceptOf(id, { entry: message(id, 'x'.repeat(3_000)), inboxBytes: 5_000 });
      const held = await hold(on.store, 'm1', large('m1'));
      expect((await on.store.accept(large('m2'))).kind).to.equal('queued');
      expect((await on.store.accept(large('m3'))).kind).to.equal('full');
      expect((await on.store.accept({ ...large('m3'), inboxBytes: 50_000 })).kind).to.equal('queued');
      await take(on.store, held);
    });

    it('takes no lease with a duplicate', async () => {
      await finish(on.store, 'm1');
      await on.store.accept(acceptOf('m1'));
      expect((await hold(on.store, 'm2')).conversation.inbox).to.have.length(1);
    });

    it('knows the same id in another conversation as a new one', async () => {
      await hold(on.store, 'm1');
      await hold(on.store, 'm1', { conversation: 'test:ben' });
    });

    it('keeps the contact of a conversation that is there already', async () => {
      await finish(on.store, 'm1');
      const contact = { ...acceptOf('m2').contact, name: 'Somebody else' };
      expect((await hold(on.store, 'm2', { contact })).conversation.contact).not.to.have.property('name');
    });

    it('refuses what the inbox has no room for, and forgets its id', async () => {
      const held = await hold(on.store, 'm1', { inboxLimit: 2 });
      await on.store.accept(acceptOf('m2', { inboxLimit: 2 }));
      expect(await on.store.accept(acceptOf('m3', { inboxLimit: 2 }))).to.deep.equal({ kind: 'full' });
      expect(await on.store.accept(acceptOf('m2', { inboxLimit: 2 }))).to.deep.equal({ kind: 'duplicate' });
      expect((await on.store.load(ANA))?.inbox).to.have.length(2);
      await take(on.store, held);
      expect(await on.store.accept(acceptOf('m3', { inboxLimit: 2 }))).to.deep.equal({ kind: 'queued' });
    });

    it('takes over a lease that is over, with a new token and all that waits', async () => {
      const old = await hold(on.store, 'm1', { leaseMs: SHORT });
      await on.pass(SHORT + 1);
      const { token, conversation } = await hold(on.store, 'm2', { owner: 'two' });
      expect(token).not.to.equal(old.token);
      expect(conversation.inbox.map((entry) => entry.id)).to.deep.equal(['m1', 'm2']);
    });

    it('does not touch the revision, so the turn under way can still commit', async () => {
      const held = await hold(on.store);
      await on.store.accept(acceptOf('m2'));
      const { conversation } = await take(on.store, held);
      expect(conversation.revision).to.equal(1);
      expect(conversation.inbox).to.deep.equal([message('m2')]);
    });

    it('keeps every kind of entry as it is', async () => {
      const finished = { kind: 'call', id: 'c', at: 3, key: 'k', cause: 'm1' } as const;
      const entries = [
        { kind: 'start', id: 's', at: 1, flow: 'order', block: 'ask', variables: { n: 1, list: [null, true] } },
        { kind: 'timer', id: 't', at: 2 },
        { ...finished, outcome: { kind: 'answered', status: 200, headers: { a: 'b' }, body: '{}', json: {} } },
      ] as const;
      for (const entry of entries) await on.store.accept(acceptOf(entry.id, { entry }));
      expect((await on.store.load(ANA))?.inbox).to.deep.equal(entries);
    });

    it('leaves the lease alone when asked to, and whoever claims finds the entry at once', async () => {
      expect(await on.store.accept(acceptOf('m1', { leave: true }))).to.deep.equal({ kind: 'queued' });
      expect(await on.store.accept(acceptOf('m1', { leave: true }))).to.deep.equal({ kind: 'duplicate' });
      expect(await on.store.accept(acceptOf('m2', { leave: true, inboxLimit: 1 }))).to.deep.equal({ kind: 'full' });
      const [held] = await claim(on.store);
      expect(held?.conversation.inbox).to.deep.equal([message('m1')]);
      expect(await on.store.accept(acceptOf('m3', { leave: true }))).to.deep.equal({ kind: 'queued' });
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
    });

    it('leaves alone what waits for its time, and what owes a call, when the lease is left', async () => {
      const call = { kind: 'call', key: 'c', cause: 'm1', flow: 'f', block: 'b', request: REQUEST } as const;
      await finish(on.store, 'm1', { wakeAt: on.now() + LONG });
      await finish(on.store, 'm1', { owe: [delivery('a', { notBefore: on.now() + LONG }), call] }, 'test:ben');
      await on.store.accept(acceptOf('m1', { leave: true }));
      await on.store.accept(acceptOf('m2', { conversation: 'test:ben', leave: true }));
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
      await on.store.accept(acceptOf('m2', { leave: true }));
      expect(idsOf(await claim(on.store))).to.deep.equal([ANA]);
    });

    it('leaves a lease that is over to whoever claims it', async () => {
      const old = await hold(on.store, 'm1', { leaseMs: SHORT });
      await on.pass(SHORT + 1);
      expect(await on.store.accept(acceptOf('m2', { leave: true }))).to.deep.equal({ kind: 'queued' });
      const { conversation } = await take(on.store, old);
      expect(conversation.inbox).to.deep.equal([message('m2')]);
    });

    it('hands the conversation to nobody else while it is held', async () => {
      await hold(on.store);
      expect(idsOf(await claim(on.store))).to.deep.equal([]);
    });
  });
}
