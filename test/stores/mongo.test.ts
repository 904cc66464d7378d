import { setTimeout as pass } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { ParleyError } from '../../src/domain/error.ts';
import type { NewLine } from '../../src/domain/conversation.ts';
import { openStore } from '../../src/store/index.ts';
import { openMongo } from '../../src/store/mongo.ts';
import { openingFault } from '../../src/store/mongo/faults.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStore } from '../contract/store.ts';
import {
  ANA,
  SHORT,
  acceptOf,
  claim,
  commitOf,
  delivery,
  finish,
  hold,
  idsOf,
  message,
  session,
  take,
} from '../contract/store/kit.ts';
import { LossyProxy, TestDatabase } from './mongo-kit.ts';

const SERVER = process.env['MONGODB_URI'] ?? '';
const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']);

const line = (n: number): NewLine => ({ kind: 'in', at: n, cause: `m${n}`, message: { text: `line ${n}` } });

async function refusal(asked: Promise<unknown>): Promise<ParleyError> {
  const error: unknown = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ParleyError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(error.message).not.to.include('\n');
  return error;
}

describe('mongo store: what it refuses to open', function () {
  this.timeout(15_000);

  it('says in one line, within 10 s, that the server cannot be reached', async () => {
    const started = performance.now();
    const error = await refusal(openMongo({ uri: 'mongodb://ana:geheim@127.0.0.1:1/parley' }));
    expect(performance.now() - started).to.be.lessThan(10_000);
    expect(error.code).to.equal('bad_config');
    expect(error.message).to.match(/^Cannot use MongoDB at 127\.0\.0\.1:1: .*ECONNREFUSED/);
    expect(error.message + error.hint).not.to.include('geheim');
  });

  it('says what is wrong with a URI, and never shows its password', async () => {
    const wrong = [
      ['mongodb://ana:geheim@db:27017', /names no database; write one after the host: db:27017\/parley$/],
      ['mongodb://ana:geheim@db:27017/?w=1', /names no database/],
      ['http://ana:geheim@db/parley', /is no MongoDB connection string/],
      ['mongodb://ana:geheim@db/parley?retryWrites=perhaps', /is not valid: .*retryWrites/],
      ['mongodb://ana:geh@eim@db/parley', /MONGODB_URI/],
    ] as const;
    for (const [uri, message_] of wrong) {
      const error = await refusal(openMongo({ uri }));
      expect(error.code).to.equal('bad_config');
      expect(error.message).to.match(message_);
      expect(error.message + error.hint).not.to.match(/geheim|geh@eim/);
    }
  });

  it('tells a wrong password and a missing role apart', () => {
    const says = (code: number): unknown =>
      openingFault(new mongoose.mongo.MongoServerError({ code, errmsg: 'no' }), 'db:27017', 'parley');
    const password = 'MongoDB at db:27017 refuses the user name or password in MONGODB_URI';
    expect(says(18)).to.deep.include({ code: 'bad_config', message: password });
    expect(says(8000)).to.deep.include({ code: 'bad_config', message: password });
    const role = 'The user in MONGODB_URI may not use the database "parley" at db:27017';
    expect(says(13)).to.deep.include({ code: 'bad_config', message: role });
  });
});

if (SERVER === '') {
  describe('mongo store', () => {
    // Whoever has no MongoDB sees that something was left out; a build that should have one fails.
    if (process.env['CI'] === undefined) it('needs MongoDB: set MONGODB_URI');
    else it('has a MongoDB to test against', () => expect.fail('CI is set, but MONGODB_URI is not'));
  });
} else {
  describe('mongo store, given a clock', () => {
    const database = new TestDatabase(SERVER);
    after(() => database.drop());
    describeStore('mongo, given a clock', async (clock) => {
      let store = await database.open({ clock });
      const reopen = async (): Promise<Store> => {
        await store.close();
        store = await database.open({ clock });
        return store;
      };
      return { store, reopen, cleanup: () => database.empty() };
    });
  });

  describe('mongo store, by the clock of the server', () => {
    const database = new TestDatabase(SERVER);
    after(() => database.drop());
    describeStore('mongo, by the clock of the server', async () => {
      const store = await database.open();
      return { store, advance: (ms) => pass(ms), cleanup: () => database.empty() };
    });
  });

  describe('mongo store', function () {
    this.timeout(30_000);
    const database = new TestDatabase(SERVER);
    let time: number;
    const clock = (): number => time;
    beforeEach(() => {
      time = 1_800_000_000_000;
    });
    afterEach(() => database.empty());
    after(() => database.drop());

    it('is what openStore opens when there is a MONGODB_URI', async () => {
      const other = new TestDatabase(SERVER);
      const store = await openStore({ dataDir: '/nowhere', mongodbUri: other.uri });
      expect((await hold(store)).conversation.id).to.equal(ANA);
      await store.close();
      await other.drop();
    });

    it('refuses a database that a newer version has written', async () => {
      await database.open({ clock });
      const db = await database.db();
      await db.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: { version: 99 } });
      const error = await refusal(database.open({ clock }));
      expect(error.code).to.equal('bad_config');
      expect(error.message).to.match(/was written by a newer version of Parley \(schema 99; this one knows \d+\)$/);
    });

    it('finishes what was asked for before close, and takes nothing after', async () => {
      const store = await database.open({ clock });
      const asked = store.accept(acceptOf('m1'));
      await store.close();
      await store.close();
      expect((await asked).kind).to.equal('held');
      for (const verb of [store.load(ANA), store.accept(acceptOf('m2')), store.ping(), store.list({ limit: 1 })]) {
        expect(await refusal(verb)).to.include({ code: 'busy', message: 'The store is closed' });
      }
    });

    it('keeps parallel messages of a contact in the order they were asked for', async () => {
      const store = await database.open({ clock });
      const ids = Array.from({ length: 100 }, (_, n) => `m${n}`);
      await Promise.all(ids.map((id) => store.accept(acceptOf(id))));
      expect((await store.load(ANA))?.inbox.map((entry) => entry.id)).to.deep.equal(ids);
    });

    it('refuses entries before the record is too large for MongoDB, and the turn can still commit', async () => {
      const store = await database.open({ clock });
      const large = (id: string) => acceptOf(id, { entry: message(id, 'x'.repeat(1_500_000)) });
      const held = await hold(store, 'm0', large('m0'));
      const kinds: string[] = [];
      for (let n = 1; n < 8; n += 1) kinds.push((await store.accept(large(`m${n}`))).kind);
      expect(kinds).to.deep.equal(['queued', 'queued', 'queued', 'queued', 'queued', 'full', 'full']);
      expect((await store.accept(large('m3'))).kind).to.equal('duplicate');
      await take(store, held);
      expect((await store.accept(large('m6'))).kind).to.equal('queued');
    });

    it('lets MongoDB drop what has expired, if it goes by the time of the server', async () => {
      const other = new TestDatabase(SERVER);
      await other.open();
      const db = await other.db();
      const expiring = async (name: string) =>
        (await db.collection(name).indexes()).map((index) => index.expireAfterSeconds).filter((s) => s !== undefined);
      expect(await expiring('seen')).to.deep.equal([8 * 86_400 + 60]);
      expect(await expiring('documents')).to.deep.equal([60]);
      await other.empty();
      await other.drop();
    });

    describe('two stores on one database', () => {
      let one: Store;
      let two: Store;
      beforeEach(async () => {
        [one, two] = await Promise.all([database.open({ clock }), database.open({ clock })]);
      });

      it('takes over when a lease has run out, and refuses the owner that comes back', async () => {
        const old = await hold(one, 'm1', { leaseMs: SHORT });
        expect(idsOf(await claim(two))).to.deep.equal([]);
        time += SHORT + 1;
        const [held] = await claim(two);
        if (held === undefined) throw new Error('nothing was taken over');
        expect(held.conversation).to.deep.equal(old.conversation);
        expect(await one.commit(commitOf(old))).to.deep.equal({ kind: 'lost' });
        expect(await one.settle({ id: ANA, token: old.token, done: [] })).to.deep.equal({ kind: 'lost' });
        expect(await one.renew([{ id: ANA, token: old.token }], SHORT)).to.deep.equal([ANA]);
        await take(two, held);
      });

      it('takes each of 300 parallel entries of a contact once, whichever store it comes to', async () => {
        const asked = Array.from({ length: 300 }, (_, n) => `m${n}`).flatMap((id) => [
          one.accept(acceptOf(id)),
          two.accept(acceptOf(id, { owner: 'two' })),
        ]);
        const kinds = (await Promise.all(asked)).map((accepted) => accepted.kind);
        expect(kinds.filter((kind) => kind === 'held')).to.have.length(1);
        expect(kinds.filter((kind) => kind === 'queued')).to.have.length(299);
        expect(kinds.filter((kind) => kind === 'duplicate')).to.have.length(300);
        const inbox = (await one.load(ANA))?.inbox.map((entry) => entry.id) ?? [];
        expect(inbox).to.have.length(300);
        expect(new Set(inbox).size).to.equal(300);
      });

      it('knows every id of 8 days, also those that left the conversation, in both stores', async () => {
        for (let n = 0; n < 450; n += 1) await finish(one, `m${n}`);
        const seen = (await database.db()).collection('seen');
        expect(await seen.countDocuments()).to.equal(200);
        const stored = await (await database.db()).collection<{ _id: string }>('conversations').findOne({ _id: ANA });
        expect(stored?.['seen']).to.have.length(250);
        for (const store of [one, two]) {
          for (const id of ['m0', 'm99', 'm100', 'm199', 'm200', 'm249', 'm250', 'm449']) {
            expect(await store.accept(acceptOf(id)), id).to.deep.equal({ kind: 'duplicate' });
          }
        }
        expect((await two.accept(acceptOf('m450'))).kind).to.equal('held');
        time += 9 * 86_400_000;
        expect(await one.purge({ lines: 0, seen: time })).to.equal(200);
        expect(await one.accept(acceptOf('m200'))).to.deep.equal({ kind: 'duplicate' });
        expect((await one.accept(acceptOf('m199'))).kind).not.to.equal('duplicate');
      });

      it('lets no id slip through while ids leave the conversation', async () => {
        const ids = Array.from({ length: 400 }, (_, n) => `m${n}`);
        let taken = 0;
        const copies = async (): Promise<void> => {
          while (taken < ids.length) {
            // Ids around the edge of what the conversation keeps are the ones that move.
            for (const back of [99, 100, 101, 199, 200, 299, 300]) {
              const id = ids[taken - back];
              if (id !== undefined) expect((await two.accept(acceptOf(id))).kind).to.equal('duplicate');
            }
            await pass(1);
          }
        };
        const working = (async () => {
          for (const id of ids) {
            await finish(one, id);
            taken += 1;
          }
        })();
        await Promise.all([working, copies()]);
        expect((await one.load(ANA))?.revision).to.equal(400);
      });

      it('moves lines away and reads them in order, whoever moved them', async () => {
        let held = await hold(one);
        for (let n = 1; n <= 250; n += 5) {
          const lines = [0, 1, 2, 3, 4].map((more) => line(n + more));
          held = await take(one, held, { consumed: [], lines });
        }
        const db = await database.db();
        expect(await db.collection('lines').countDocuments()).to.equal(40);
        const seqs = async (after: number, limit: number) =>
          (await two.transcript(ANA, { after, limit })).map(({ seq }) => seq);
        expect(await seqs(0, 1_000)).to.deep.equal(Array.from({ length: 250 }, (_, n) => n + 1));
        expect(await seqs(197, 6)).to.deep.equal([198, 199, 200, 201, 202, 203]);
        expect(await seqs(98, 4)).to.deep.equal([99, 100, 101, 102]);
        expect(await seqs(248, 9)).to.deep.equal([249, 250]);
        expect(await two.purge({ lines: 231, seen: 0 })).to.equal(46);
        expect((await seqs(0, 1_000))[0]).to.equal(231);
        await take(one, held, { consumed: [], lines: [line(251)] });
        expect(await seqs(249, 9)).to.deep.equal([250, 251]);
      });
    });

    describe('an answer that is lost', () => {
      const { hostname, port } = new URL(SERVER);
      let proxy: LossyProxy;
      let throughProxy: string;
      beforeEach(async () => {
        proxy = new LossyProxy({ host: hostname, port: Number(port) || 27_017 });
        throughProxy = database.uri.replace(/\/\/[^/]*\//, `//127.0.0.1:${await proxy.listen()}/`);
      });
      afterEach(() => proxy.close());
      const openRaw = () => database.open({ uri: `${throughProxy}?retryWrites=false&directConnection=true`, clock });
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
        const store = await database.open({ uri: `${throughProxy}?serverSelectionTimeoutMS=300`, clock });
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
        await proxy.listen(Number(/:(\d+)\//.exec(throughProxy)?.[1]));
        await take(store, held);
      });
    });

    describe('writes', () => {
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
        expect(writes).to.deep.equal(['findAndModify', 'findAndModify', 'findAndModify']);
        for (let n = 1; n < 40; n += 1) await plain(n);
        expect(writes).to.have.length(3 * 40);
      });

      it('are five in a hundred messages more where lines and ids move away', async () => {
        for (let n = 0; n < 400; n += 1) await plain(n);
        writes = [];
        for (let n = 400; n < 700; n += 1) await plain(n);
        expect(writes.length - 3 * 300).to.be.within(12, 18);
      });

      it('are none for looking for what is due when nothing is', async () => {
        expect(await claim(store)).to.deep.equal([]);
        expect(writes).to.deep.equal([]);
      });
    });
  });
}
