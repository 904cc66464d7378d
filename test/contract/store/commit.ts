import { expect } from 'chai';
import type { NewLine } from '../../../src/domain/conversation.ts';
import { ANA, SHORT, acceptOf, commitOf, delivery, hold, message, session, take } from './kit.ts';
import type { Setting } from './kit.ts';

const IN: NewLine = { kind: 'in', at: 10, cause: 'm1', message: { text: 'hello' } };
const OUT: NewLine = { kind: 'out', at: 11, cause: 'm1', key: 'd1', message: { text: 'hi' } };

/** `commit`: all of a turn or nothing of it, guarded by token and revision. */
export function commitSuite(on: Setting): void {
  describe('commit', () => {
    it('writes all of a turn and answers the conversation as stored', async () => {
      const held = await hold(on.store);
      const contact = { ...held.conversation.contact, name: 'Ana', language: 'es', fields: { vip: true } };
      const call = { kind: 'call', key: 'c1', cause: 'm1', flow: 'order', block: 'ask' } as const;
      const request = { type: 'webhook', method: 'GET', url: 'https://x.example', headers: {}, timeout: 10 } as const;
      const change = { contact, session: session(), owe: [delivery('d1'), { ...call, request }], lines: [IN, OUT] };
      const committed = await on.store.commit(commitOf(held, change));
      const conversation = { id: ANA, contact, session: session(), inbox: [], owed: change.owe, revision: 1, lines: 2 };
      const lines = [
        { ...IN, seq: 1 },
        { ...OUT, seq: 2 },
      ];
      expect(committed).to.deep.equal({ kind: 'committed', conversation, lines });
      expect(await on.store.load(ANA)).to.deep.equal(conversation);
      expect(await on.store.transcript(ANA, { after: 0, limit: 10 })).to.deep.equal(lines);
    });

    it('removes what was consumed and keeps what came in meanwhile', async () => {
      const held = await hold(on.store);
      for (const id of ['m2', 'm3', 'm4']) await on.store.accept(acceptOf(id));
      const { conversation } = await take(on.store, held, { consumed: ['m1', 'm3'] });
      expect(conversation.inbox).to.deep.equal([message('m2'), message('m4')]);
    });

    it('removes what is done and appends what is owed, in order', async () => {
      const first = await take(on.store, await hold(on.store), { owe: [delivery('a'), delivery('b'), delivery('c')] });
      const second = await take(on.store, first, { consumed: [], done: ['b'], owe: [delivery('d')] });
      expect(second.conversation.owed.map((effect) => effect.key)).to.deep.equal(['a', 'c', 'd']);
    });

    it('allows further commits on the revision that each one answers', async () => {
      let held = await hold(on.store);
      for (const revision of [1, 2, 3]) {
        held = await take(on.store, held, { session: session({ visits: revision }) });
        expect(held.conversation.revision).to.equal(revision);
      }
      expect((await on.store.load(ANA))?.session?.visits).to.equal(3);
    });

    it('ends a session with null', async () => {
      const held = await take(on.store, await hold(on.store), { session: session() });
      await take(on.store, held, { session: null });
      expect((await on.store.load(ANA))?.session).to.equal(null);
    });

    it('is lost with a wrong token, an old revision or no conversation; nothing is written', async () => {
      const held = await hold(on.store);
      const change = { session: session(), owe: [delivery('d1')], lines: [IN] };
      const lost = { kind: 'lost' };
      expect(await on.store.commit(commitOf(held, { ...change, token: 'other' }))).to.deep.equal(lost);
      expect(await on.store.commit(commitOf(held, { ...change, revision: 1 }))).to.deep.equal(lost);
      expect(await on.store.commit(commitOf(held, { ...change, id: 'test:nobody' }))).to.deep.equal(lost);
      expect(await on.store.load(ANA)).to.deep.equal(held.conversation);
      expect(await on.store.transcript(ANA, { after: 0, limit: 10 })).to.deep.equal([]);
      await take(on.store, held, change);
      expect(await on.store.commit(commitOf(held, change))).to.deep.equal(lost);
      expect((await on.store.load(ANA))?.lines).to.equal(1);
    });

    it('is lost once the lease has gone to somebody else', async () => {
      const old = await hold(on.store, 'm1', { leaseMs: SHORT });
      await on.pass(SHORT + 1);
      const now = await hold(on.store, 'm2', { owner: 'two' });
      expect(await on.store.commit(commitOf(old))).to.deep.equal({ kind: 'lost' });
      expect(await on.store.settle({ id: ANA, token: old.token, done: [] })).to.deep.equal({ kind: 'lost' });
      await take(on.store, now);
    });

    it('is good with a lease that is over but that nobody took', async () => {
      const held = await hold(on.store, 'm1', { leaseMs: SHORT });
      await on.pass(SHORT + 1);
      expect((await take(on.store, held)).conversation.revision).to.equal(1);
    });

    it('is lost after the lease was given back', async () => {
      const held = await take(on.store, await hold(on.store));
      await on.store.settle({ id: ANA, token: held.token, done: [] });
      expect(await on.store.commit(commitOf(held))).to.deep.equal({ kind: 'lost' });
    });
  });
}
