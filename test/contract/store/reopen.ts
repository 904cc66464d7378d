import { expect } from 'chai';
import { ANA, acceptOf, delivery, session, hold, take } from './kit.ts';
import type { Opened, Setting } from './kit.ts';

/** What must still be there after the process has ended; asked only of stores that outlive it. */
export function reopenSuite(reopenOf: () => Opened['reopen'], on: Setting): void {
  describe('reopened', () => {
    it('has all that was acknowledged, and never makes a token again', async () => {
      const held = await take(on.store, await hold(on.store), {
        session: session(),
        owe: [delivery('a')],
        lines: [{ kind: 'in', at: 1, cause: 'm1', message: { text: 'hello' } }],
      });
      await on.store.accept(acceptOf('m2'));
      await on.store.put({ kind: 'flow', id: 'f', order: '1', body: { a: 1 } });
      const before = await on.store.load(ANA);
      const reopen = reopenOf();
      if (reopen === undefined) return;
      const store = await reopen();
      expect(await store.load(ANA)).to.deep.equal(before);
      expect(await store.transcript(ANA, { after: 0, limit: 9 })).to.have.length(1);
      expect((await store.get('flow', 'f'))?.body).to.deep.equal({ a: 1 });
      expect(await store.accept(acceptOf('m1'))).to.deep.equal({ kind: 'duplicate' });
      expect((await hold(store, 'm1', { conversation: 'test:ben' })).token).not.to.equal(held.token);
    });
  });
}
