import { expect } from 'chai';
import type { NewLine } from '../../../src/domain/conversation.ts';
import { ANA, SHORT, acceptOf, finish, hold, message, session, take } from './kit.ts';
import type { Setting } from './kit.ts';

const NAMES = [
  '__proto__',
  'constructor',
  '$ne',
  'a.b.c',
  "o'hara",
  '"quoted"',
  '🙂',
  'nul\0in\x01side\x01\0',
  '%_',
  '',
];

/** `load`, `list` and `transcript`, and texts that only look like something else. */
export function readSuite(on: Setting): void {
  const line = (n: number): NewLine => ({ kind: 'in', at: n, cause: `m${n}`, message: { text: `line ${n}` } });
  const seqs = async (after: number, limit: number): Promise<number[]> =>
    (await on.store.transcript(ANA, { after, limit })).map((one) => one.seq);

  describe('reading', () => {
    it('answers null and nothing for what is not there', async () => {
      expect(await on.store.load(ANA)).to.equal(null);
      expect(await on.store.list({ limit: 10 })).to.deep.equal([]);
      expect(await on.store.transcript(ANA, { after: 0, limit: 10 })).to.deep.equal([]);
    });

    it('tells how many turns conversations have had, of those that are there', async () => {
      await finish(on.store, 'm1');
      await finish(on.store, 'm2');
      await hold(on.store, 'm1', { conversation: 'test:ben' });
      const found = await on.store.revisions([ANA, 'test:nobody', 'test:ben', 'nul\0']);
      expect([...found]).to.have.deep.members([
        [ANA, 2],
        ['test:ben', 0],
      ]);
      expect(await on.store.revisions([])).to.deep.equal(new Map());
    });

    it('knows the time', async () => {
      const before = on.now();
      expect(on.store.now()).to.be.within(before - 1000, before + 1000);
      await on.pass(SHORT);
      expect(on.store.now()).to.be.within(before + SHORT - 1000, before + SHORT + 1000);
    });

    it('takes no lease with load', async () => {
      await finish(on.store, 'm1');
      await on.store.load(ANA);
      await hold(on.store, 'm2');
    });

    it('lists conversations by id, page by page', async () => {
      for (const name of ['d', 'b', 'a', 'c', 'e']) await hold(on.store, 'm1', { conversation: `test:${name}` });
      const page = async (after: string | undefined): Promise<string[]> =>
        (await on.store.list({ ...(after === undefined ? {} : { after }), limit: 2 })).map((one) => one.id);
      expect(await page(undefined)).to.deep.equal(['test:a', 'test:b']);
      expect(await page('test:b')).to.deep.equal(['test:c', 'test:d']);
      expect(await page('test:d')).to.deep.equal(['test:e']);
      expect(await page('test:e')).to.deep.equal([]);
    });

    it('numbers the lines of a transcript without gaps, over commits of any size', async () => {
      let held = await hold(on.store);
      let n = 0;
      for (const size of [1, 3, 0, 2]) {
        const lines = Array.from({ length: size }, () => line((n += 1)));
        held = await take(on.store, held, { lines });
      }
      expect(held.conversation.lines).to.equal(6);
      expect(await seqs(0, 100)).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect(await seqs(2, 2)).to.deep.equal([3, 4]);
      expect(await seqs(4, 1)).to.deep.equal([5]);
      expect(await seqs(6, 10)).to.deep.equal([]);
      expect((await on.store.transcript(ANA, { after: 4, limit: 1 }))[0]).to.deep.equal({ ...line(5), seq: 5 });
    });

    for (const name of NAMES) {
      it(`keeps ${JSON.stringify(name)} as data wherever it is a name or a text`, async () => {
        const conversation = `test:${name}`;
        const data = Object.fromEntries([[name, { [name]: name }]]);
        const held = await hold(on.store, name, { conversation, entry: message(name, name) });
        expect(held.conversation).to.deep.include({ id: conversation, inbox: [message(name, name)] });
        await take(on.store, held, {
          session: session({ variables: data, extra: data }),
          contact: { ...held.conversation.contact, name, fields: data },
          lines: [{ kind: 'in', at: 1, cause: name, message: { text: name } }],
        });
        expect(await on.store.accept(acceptOf(name, { conversation }))).to.deep.equal({ kind: 'duplicate' });
        const [stored] = await on.store.list({ limit: 1 });
        expect(stored).to.deep.equal(await on.store.load(conversation));
        expect(stored?.id).to.equal(conversation);
        expect(stored?.session?.variables).to.deep.equal(data);
        expect(Object.keys(stored?.contact.fields ?? {})).to.deep.equal([name]);
        const [first] = await on.store.transcript(conversation, { after: 0, limit: 9 });
        expect(first).to.deep.equal({ kind: 'in', at: 1, cause: name, message: { text: name }, seq: 1 });
      });
    }

    it('tells ids apart that begin alike, also before and after a NUL', async () => {
      const ids = ['test:a', 'test:a\0', 'test:a\0b', 'test:a\x01', 'test:A'];
      for (const conversation of ids) await finish(on.store, 'm1', {}, conversation);
      for (const id of ids) expect((await on.store.load(id))?.id).to.equal(id);
      expect((await on.store.list({ limit: 9 })).map((one) => one.id)).to.have.members(ids);
      await hold(on.store, 'm1\0');
      expect(await on.store.accept(acceptOf('m1'))).to.deep.equal({ kind: 'queued' });
    });
  });
}
