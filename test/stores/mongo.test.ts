import { setTimeout as pass } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { openStore } from '../../src/store/index.ts';
import { openMongo } from '../../src/store/mongo.ts';
import { openingFault } from '../../src/store/mongo/faults.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStore } from '../contract/store.ts';
import { ANA, acceptOf, hold, message, take } from '../contract/store/kit.ts';
import { describeMongo, refusal } from './mongo-kit.ts';

describeMongo('mongo store, given a clock', (database) => {
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

describeMongo('mongo store, by the clock of the server', (database) => {
  describeStore('mongo, by the clock of the server', async () => {
    const store = await database.open();
    return { store, advance: (ms) => pass(ms), cleanup: () => database.empty() };
  });

  it('lets MongoDB drop what has expired', async () => {
    await database.open();
    const db = await database.db();
    const expiring = async (name: string) =>
      (await db.collection(name).indexes()).map((index) => index.expireAfterSeconds).filter((s) => s !== undefined);
    expect(await expiring('seen')).to.deep.equal([8 * 86_400 + 60]);
    expect(await expiring('documents')).to.deep.equal([60]);
  });
});

describe('mongo store: what it refuses to open', function () {
  this.timeout(120_000);

  it('says in one line, after 5 s, that the server cannot be reached', async () => {
    const started = performance.now();
    const error = await refusal(openMongo({ uri: 'mongodb://ana:geheim@127.0.0.1:1/parley' }));
    // Five seconds and a slow machine.
    expect(performance.now() - started).to.be.lessThan(20_000);
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

describeMongo('mongo store', (database) => {
  let time: number;
  const clock = (): number => time;
  beforeEach(() => {
    time = 1_800_000_000_000;
  });

  it('is what openStore opens when there is a MONGODB_URI', async () => {
    const store = await openStore({ dataDir: '/nowhere', mongodbUri: database.uri, clock });
    expect((await hold(store)).conversation.id).to.equal(ANA);
    await store.close();
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
    const large = (id: string) => acceptOf(id, { entry: message(id, 'x'.repeat(1_500_000)), inboxBytes: 1e9 });
    const held = await hold(store, 'm0', large('m0'));
    const kinds: string[] = [];
    for (let n = 1; n < 8; n += 1) kinds.push((await store.accept(large(`m${n}`))).kind);
    expect(kinds).to.deep.equal(['queued', 'queued', 'queued', 'queued', 'queued', 'full', 'full']);
    expect((await store.accept(large('m3'))).kind).to.equal('duplicate');
    await take(store, held);
    expect((await store.accept(large('m6'))).kind).to.equal('queued');
  });
});
