import { expect } from 'chai';
import { ParleyError } from '../../src/domain/error.ts';
import { answered } from '../../src/store/mongo/gate.ts';
import type { Store } from '../../src/store/store.ts';
import { ANA, SHORT, acceptOf, claim, commitOf, delivery, finish, hold, session, take } from '../contract/store/kit.ts';
import { LossyProxy, describeMongo, line, refusal, withSettings } from './mongo-kit.ts';

/** Turns of each contact while answers are lost. */
const TURNS = 9;

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']);

describeMongo('mongo store: an answer that is lost', (database) => {
  let time: number;
  const clock = (): number => time;
  beforeEach(() => {
    time = 1_800_000_000_000;
  });
  let proxy: LossyProxy;
  let throughProxy: string;
  let port: number;
  beforeEach(async () => {
    proxy = new LossyProxy(database.server);
    port = await proxy.listen();
    throughProxy = database.through(port);
  });
  afterEach(() => proxy.close());
  const openRaw = () =>
    database.open({ uri: withSettings(throughProxy, 'retryWrites=false&directConnection=true'), clock });
  const lost = async (asked: () => Promise<unknown>): Promise<void> => {
    proxy.loseNextAnswer();
    expect((await refusal(asked())).code).to.equal('busy');
  };

  it('accept, asked again, gives the lease that it took', async () => {
    const store = await openRaw();
    await lost(() => store.accept(acceptOf('m1')));
    expect((await store.load(ANA))?.inbox).to.have.length(1);
    const again = await Promise.all([store.accept(acceptOf('m1')), store.accept(acceptOf('m1'))]);
    expect(again.map(({ kind }) => kind)).to.deep.equal(['held', 'duplicate']);
    const [first] = again;
    if (first?.kind !== 'held') throw new Error('not held');
    await take(store, first.held);
  });

  it('commit, asked again, is its own success and is done once', async () => {
    const store = await openRaw();
    const held = await hold(store);
    const change = commitOf(held, { session: session(), owe: [delivery('a')], lines: [line(1), line(2)] });
    await lost(() => store.commit(change));
    await store.accept(acceptOf('m2'));
    const committed = await store.commit(change);
    expect(committed).to.deep.equal({
      kind: 'committed',
      conversation: await store.load(ANA),
      lines: [
        { ...line(1), seq: 1 },
        { ...line(2), seq: 2 },
      ],
    });
    expect(await store.load(ANA)).to.deep.include({ revision: 1, lines: 2, owed: [delivery('a')] });
    expect(await store.commit(change)).to.deep.equal({ kind: 'lost' });
  });

  it('commit is not taken for another one of the same revision', async () => {
    const store = await openRaw();
    const held = await hold(store);
    await lost(() => store.commit(commitOf(held, { session: session({ visits: 1 }) })));
    expect(await store.commit(commitOf(held, { session: session({ visits: 2 }) }))).to.deep.equal({ kind: 'lost' });
  });

  it('commit is lost after all when somebody took over meanwhile', async () => {
    const store = await openRaw();
    const held = await hold(store, 'm1', { leaseMs: SHORT });
    await lost(() => store.commit(commitOf(held, { owe: [delivery('a')] })));
    time += SHORT + 1;
    expect(await claim(await database.open({ clock }))).to.have.length(1);
    expect(await store.commit(commitOf(held, { owe: [delivery('a')] }))).to.deep.equal({ kind: 'lost' });
  });

  it('settle, asked again, has released', async () => {
    const store = await openRaw();
    const { token } = await take(store, await hold(store), { owe: [delivery('a')] });
    const settle = () => store.settle({ id: ANA, token, done: ['a'] });
    await lost(settle);
    expect(await settle()).to.deep.equal({ kind: 'released' });
    expect(await settle()).to.deep.equal({ kind: 'lost' });
  });

  it('is not even noticed where the server can repeat its answer', async () => {
    const store = await database.open({ uri: throughProxy, clock });
    const held = await hold(store);
    proxy.loseNextAnswer();
    expect((await store.commit(commitOf(held, { lines: [line(1)] }))).kind).to.equal('committed');
    expect(await store.load(ANA)).to.deep.include({ revision: 1, lines: 1 });
  });

  it('is busy for every verb while the server is away, and goes on when it is back', async () => {
    const store = await database.open({ uri: withSettings(throughProxy, 'serverSelectionTimeoutMS=300'), clock });
    const held = await hold(store);
    await proxy.close();
    const document = { kind: 'k', id: 'i', order: '1', body: {} };
    const verbs = [
      () => store.accept(acceptOf('m2')),
      () => store.commit(commitOf(held)),
      () => store.claim({ owner: 'one', leaseMs: SHORT, limit: 1 }),
      () => store.put(document),
      () => store.ping(),
    ];
    for (const verb of verbs) expect((await refusal(verb())).code).to.equal('busy');
    const behind = await Promise.allSettled(['m3', 'm4', 'm5'].map((id) => store.accept(acceptOf(id))));
    expect(behind.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    await proxy.listen(port);
    await take(store, held);
  });

  it('is busy when the server hears and says nothing', async () => {
    const store = await database.open({
      uri: withSettings(throughProxy, 'socketTimeoutMS=200&connectTimeoutMS=300&serverSelectionTimeoutMS=500'),
      clock,
    });
    const held = await hold(store);
    proxy.mute();
    expect((await refusal(store.commit(commitOf(held)))).code).to.equal('busy');
    expect((await refusal(store.ping())).code).to.equal('busy');
  });

  it('costs nothing and doubles nothing, however often it happens, if each verb is asked again', async () => {
    const store = await openRaw();
    const kinds = new Set<string>();
    const persist = async <T extends { readonly kind: string }>(verb: () => Promise<T>): Promise<T> => {
      for (;;) {
        const answer = await verb().catch((error: unknown) => {
          if (!(error instanceof ParleyError && error.code === 'busy')) throw error;
          return null;
        });
        if (answer === null) continue;
        kinds.add(answer.kind);
        return answer;
      }
    };
    const talk = async (conversation: string): Promise<void> => {
      for (let n = 1; n <= TURNS; n += 1) {
        if (n % 3 === 0) proxy.loseNextAnswer();
        const accepted = await persist(() => store.accept(acceptOf(`m${n}`, { conversation })));
        if (accepted.kind !== 'held') continue;
        const change = commitOf(accepted.held, { owe: [delivery(`d${n}`)], lines: [line(n)] });
        await persist(() => store.commit(change));
        const { token } = accepted.held;
        await persist(() => store.settle({ id: conversation, token, done: [`d${n}`] }));
      }
    };
    const names = ['test:a', 'test:b', 'test:c', 'test:d'];
    await Promise.all(names.map(talk));
    expect([...kinds].sort()).to.deep.equal(['committed', 'held', 'released']);
    for (const name of names) {
      expect(await store.load(name)).to.deep.include({ revision: TURNS, lines: TURNS, inbox: [], owed: [] });
      const lines = await store.transcript(name, { after: 0, limit: 99 });
      expect(lines.map(({ seq, at }) => [seq, at])).to.deep.equal(
        Array.from({ length: TURNS }, (_, n) => [n + 1, n + 1]),
      );
    }
  });

  it('is not waited for for ever, whatever the driver does', async () => {
    const error = await refusal(answered(new Promise(() => undefined), 5));
    expect(error).to.include({ code: 'busy', message: 'MongoDB did not answer within 0.005 s' });
  });
});

describeMongo('mongo store: writes', (database) => {
  const clock = (): number => 1_800_000_000_000;
  let writes: string[];
  let store: Store;
  beforeEach(async () => {
    writes = [];
    store = await database.open({ clock, onCommand: (name) => WRITES.has(name) && writes.push(name) });
    writes = [];
  });
  const plain = (n: number): Promise<void> => {
    const lines = [line(n), { kind: 'out', at: n, cause: `m${n}`, key: `d${n}`, message: { text: 'hi' } }] as const;
    return finish(store, `m${n}`, { session: session({ visits: n }), lines });
  };

  it('are exactly three for a plain message, also the first of a contact', async () => {
    await plain(0);
    expect(writes).to.deep.equal(['findAndModify', 'update', 'update']);
    for (let n = 1; n < 40; n += 1) await plain(n);
    expect(writes).to.have.length(3 * 40);
  });

  it('are six more for a hundred messages where lines and ids move away', async () => {
    for (let n = 0; n < 400; n += 1) await plain(n);
    writes = [];
    for (let n = 400; n < 700; n += 1) await plain(n);
    expect(writes.length - 3 * 300).to.equal(18);
  });

  it('are none for looking for what is due when nothing is', async () => {
    expect(await claim(store)).to.deep.equal([]);
    expect(writes).to.deep.equal([]);
  });
});
