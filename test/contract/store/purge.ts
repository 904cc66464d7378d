import { expect } from 'chai';
import { ANA, SHORT, acceptOf, finish } from './kit.ts';
import type { Setting } from './kit.ts';

/** `purge`: what is past its time goes, what was promised stays. */
export function purgeSuite(on: Setting): void {
  const nothing = { lines: 0, seen: 0 };

  describe('purge', () => {
    it('drops expired documents', async () => {
      const document = { kind: 'call', body: {} };
      await on.store.put({ ...document, id: 'old', order: '1', expiresAt: on.now() + SHORT });
      await on.store.put({ ...document, id: 'new', order: '2', expiresAt: on.now() + 1e9 });
      await on.store.put({ ...document, id: 'ever', order: '3' });
      await on.pass(SHORT + 1);
      expect(await on.store.purge(nothing)).to.equal(1);
      expect(await on.store.purge(nothing)).to.equal(0);
      expect(await on.store.page({ kind: 'call', limit: 9 })).to.have.length(2);
    });

    it('drops old lines and keeps the numbers of the others', async () => {
      for (const at of [10_000, 20_000, 30_000]) {
        await finish(on.store, `m${at}`, { lines: [{ kind: 'started', at, cause: `m${at}`, flow: 'f' }] });
      }
      expect(await on.store.purge({ lines: 30_000, seen: 0 })).to.equal(2);
      const left = { kind: 'started', at: 30_000, cause: 'm30000', flow: 'f', seq: 3 };
      expect(await on.store.transcript(ANA, { after: 0, limit: 9 })).to.deep.equal([left]);
      await finish(on.store, 'm40', { lines: [{ kind: 'started', at: 40, cause: 'm40', flow: 'f' }] });
      expect((await on.store.load(ANA))?.lines).to.equal(4);
      expect(await on.store.purge({ lines: 1e15, seen: 0 })).to.equal(2);
      expect(await on.store.transcript(ANA, { after: 0, limit: 9 })).to.deep.equal([]);
    });

    it('forgets no id that is younger than 8 days, whatever it is asked', async () => {
      for (let n = 0; n < 210; n += 1) await on.store.accept(acceptOf(`m${n}`));
      await on.pass(1);
      await on.store.purge({ lines: 0, seen: on.now() + 1e9 });
      for (const n of [0, 1, 100, 209]) {
        expect(await on.store.accept(acceptOf(`m${n}`))).to.deep.equal({ kind: 'duplicate' });
      }
    });

    it('leaves conversations alone', async () => {
      await finish(on.store, 'm1');
      const before = await on.store.load(ANA);
      await on.store.purge({ lines: 1e15, seen: 1e15 });
      expect(await on.store.load(ANA)).to.deep.equal(before);
    });
  });
}
