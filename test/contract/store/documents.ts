import { expect } from 'chai';
import type { Document } from '../../../src/store/store.ts';
import { SHORT } from './kit.ts';
import type { Setting } from './kit.ts';

/** Documents beside the conversations, and `ping`. */
export function documentSuite(on: Setting): void {
  const doc = (id: string, order: string, changes: Partial<Document> = {}): Document => {
    return { kind: 'flow', id, order, body: { name: id, nested: { list: [1, 'two', null] } }, ...changes };
  };
  const ids = async (limit: number, before?: string): Promise<string[]> => {
    const page = await on.store.page({ kind: 'flow', limit, ...(before === undefined ? {} : { before }) });
    return page.map((one) => one.id);
  };

  describe('documents', () => {
    it('keeps a document under its kind and id', async () => {
      await on.store.put(doc('a', '1'));
      await on.store.put(doc('a', '2', { kind: 'call', body: {} }));
      expect(await on.store.get('flow', 'a')).to.deep.equal(doc('a', '1'));
      expect(await on.store.get('call', 'a')).to.deep.equal(doc('a', '2', { kind: 'call', body: {} }));
      expect(await on.store.get('flow', 'b')).to.equal(null);
    });

    it('replaces what was there, its order and expiry too', async () => {
      await on.store.put(doc('a', '1', { expiresAt: on.now() + SHORT }));
      await on.store.put(doc('b', '2'));
      await on.store.put(doc('a', '3', { body: { new: true } }));
      await on.pass(SHORT + 1);
      expect(await on.store.get('flow', 'a')).to.deep.equal(doc('a', '3', { body: { new: true } }));
      expect(await ids(10)).to.deep.equal(['a', 'b']);
    });

    it('pages through a kind, newest first', async () => {
      for (const n of ['3', '1', '5', '2', '4']) await on.store.put(doc(`d${n}`, n));
      await on.store.put(doc('other', '9', { kind: 'call' }));
      expect(await ids(2)).to.deep.equal(['d5', 'd4']);
      expect(await ids(2, '4')).to.deep.equal(['d3', 'd2']);
      expect(await ids(2, '2')).to.deep.equal(['d1']);
      expect(await ids(2, '1')).to.deep.equal([]);
      expect((await on.store.page({ kind: 'flow', limit: 1 }))[0]).to.deep.equal(doc('d5', '5'));
    });

    it('removes, and tells if there was something', async () => {
      await on.store.put(doc('a', '1'));
      expect(await on.store.remove('flow', 'a')).to.equal(true);
      expect(await on.store.remove('flow', 'a')).to.equal(false);
      expect(await on.store.get('flow', 'a')).to.equal(null);
      expect(await ids(10)).to.deep.equal([]);
    });

    it('shows nothing that has expired', async () => {
      await on.store.put(doc('a', '1', { expiresAt: on.now() + SHORT }));
      await on.store.put(doc('b', '2'));
      expect(await on.store.get('flow', 'a')).to.deep.include({ id: 'a' });
      await on.pass(SHORT + 1);
      expect(await on.store.get('flow', 'a')).to.equal(null);
      expect(await ids(10)).to.deep.equal(['b']);
    });

    it('takes names and texts as data', async () => {
      for (const name of ['__proto__', '$ne', 'a.b', `"'`, '🙂', 'nul\0', 'nul']) {
        const body = Object.fromEntries([[name, name]]);
        await on.store.put({ kind: name, id: name, order: name, body });
        expect(await on.store.get(name, name)).to.deep.equal({ kind: name, id: name, order: name, body });
        expect(await on.store.page({ kind: name, limit: 9 })).to.deep.equal([
          { kind: name, id: name, order: name, body },
        ]);
      }
    });

    it('keeps a large document', async () => {
      const body = { source: 'x'.repeat(1_000_000) };
      await on.store.put(doc('big', '1', { body }));
      expect((await on.store.get('flow', 'big'))?.body).to.deep.equal(body);
    });

    it('answers a ping', async () => {
      await on.store.ping();
    });
  });
}
