import { expect } from 'chai';
import { ANA, SHORT, acceptOf, claim, commitOf, finish, hold, idsOf, session } from './kit.ts';
import type { Setting } from './kit.ts';

const times = <T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

/** What must hold when everything happens at once. */
export function raceSuite(on: Setting): void {
  describe('races', () => {
    it('counts one of 100 copies of a message', async () => {
      const accepted = await times(100, () => on.store.accept(acceptOf('m1')));
      expect(accepted.filter((one) => one.kind !== 'duplicate')).to.have.length(1);
      expect((await on.store.load(ANA))?.inbox).to.have.length(1);
    });

    it('gives one of 500 messages the lease, keeps all of them, and the first accepted is first', async () => {
      const accepted = await times(500, async (n) => ({ n, ...(await on.store.accept(acceptOf(`m${n}`))) }));
      const first = accepted.filter((one) => one.kind === 'held');
      expect(first).to.have.length(1);
      expect(accepted.filter((one) => one.kind === 'queued')).to.have.length(499);
      const inbox = (await on.store.load(ANA))?.inbox.map((entry) => entry.id) ?? [];
      expect(inbox[0]).to.equal(`m${first[0]?.n}`);
      expect(new Set(inbox).size).to.equal(500);
      await on.store.accept(acceptOf('last'));
      expect((await on.store.load(ANA))?.inbox[500]?.id).to.equal('last');
    });

    it('never lets the inbox grow over its limit', async () => {
      const accepted = await times(50, (n) => on.store.accept(acceptOf(`m${n}`, { inboxLimit: 10 })));
      expect(accepted.filter((one) => one.kind === 'full')).to.have.length(40);
      expect((await on.store.load(ANA))?.inbox).to.have.length(10);
    });

    it('lets one of many commits on the same revision through', async () => {
      const held = await hold(on.store);
      const committed = await times(20, (n) =>
        on.store.commit(
          commitOf(held, {
            session: session({ visits: n }),
            lines: [{ kind: 'started', at: n, cause: 'm1', flow: 'f' }],
          }),
        ),
      );
      expect(committed.filter((one) => one.kind === 'committed')).to.have.length(1);
      expect(await on.store.load(ANA)).to.deep.include({ revision: 1, lines: 1 });
    });

    it('claims each due conversation once over parallel claims', async () => {
      const ids = Array.from({ length: 40 }, (_, n) => `test:${n}`);
      for (const id of ids) await finish(on.store, 'm1', { wakeAt: on.now() + SHORT }, id);
      await on.pass(SHORT + 1);
      const claims = await times(10, (n) => claim(on.store, 7, `owner ${n}`));
      const held = claims.flat();
      expect(idsOf(held)).to.have.members(ids);
      expect(new Set(held.map((one) => one.token)).size).to.equal(40);
    });

    it('never strands a message that comes in while the lease is given back', async () => {
      for (let round = 0; round < 25; round += 1) {
        const held = await hold(on.store, `a${round}`);
        await on.store.commit(commitOf(held));
        const [settled, accepted] = await Promise.all([
          on.store.settle({ id: ANA, token: held.token, done: [] }),
          on.store.accept(acceptOf(`b${round}`, { owner: 'two' })),
        ]);
        expect(`${settled.kind} ${accepted.kind}`).to.be.oneOf(['released held', 'more queued']);
        const owner = accepted.kind === 'held' ? accepted.held : { token: held.token, conversation: await loaded() };
        await on.store.commit(commitOf(owner));
        await on.store.settle({ id: ANA, token: owner.token, done: [] });
      }
    });

    it('keeps messages of many contacts apart', async () => {
      await times(300, (n) => on.store.accept(acceptOf(`m${n}`, { conversation: `test:${n % 30}` })));
      const all = await on.store.list({ limit: 100 });
      expect(all.map((one) => one.inbox.length)).to.deep.equal(Array.from({ length: 30 }, () => 10));
    });
  });

  async function loaded() {
    const conversation = await on.store.load(ANA);
    if (conversation === null) throw new Error('the conversation is gone');
    return conversation;
  }
}
