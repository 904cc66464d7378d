import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ParleyError } from '../../src/domain/error.ts';
import { openDriver } from '../../src/store/driver.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStore } from '../contract/store.ts';
import { ANA, acceptOf, claim, commitOf, finish, hold, idsOf, message, take } from '../contract/store/kit.ts';

const DAY = 86_400_000;

describeStore('embedded, on disk', async (clock) => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-store-'));
  let store = await openEmbedded({ dir, clock });
  const reopen = async (): Promise<Store> => {
    await store.close();
    store = await openEmbedded({ dir, clock });
    return store;
  };
  const cleanup = async (): Promise<void> => {
    await store.close();
    rmSync(dir, { recursive: true });
  };
  return { store, reopen, cleanup };
});

describeStore('embedded, in memory', async (clock) => {
  const store = await openEmbedded({ dir: ':memory:', clock });
  return { store, cleanup: () => store.close() };
});

describe('embedded store', () => {
  let dir: string;
  let time: number;
  const opened: Store[] = [];
  const open = async (at: string = dir): Promise<Store> => {
    const store = await openEmbedded({ dir: at, clock: () => time });
    opened.push(store);
    return store;
  };
  const refusal = async (opening: Promise<unknown>): Promise<ParleyError> => {
    const error: unknown = await opening.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ParleyError)) throw new Error(`expected a refusal, got ${String(error)}`);
    expect(error.message).not.to.include('\n');
    return error;
  };

  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'parley-store-')), 'data');
    time = 1_800_000_000_000;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    rmSync(join(dir, '..'), { recursive: true });
  });

  it('makes its directory and files for the owner only', async () => {
    const store = await open();
    await hold(store);
    const modes = ['.', 'parley.db', 'parley.db-wal', 'parley.db-shm', 'parley.lock', 'parley.pid'].map((file) =>
      (statSync(join(dir, file)).mode & 0o777).toString(8),
    );
    expect(modes).to.deep.equal(['700', '600', '600', '600', '600', '600']);
  });

  it('refuses a second store on a directory, and lets go of it with close', async () => {
    const store = await open();
    const error = await refusal(open());
    expect(error.code).to.equal('data_dir_in_use');
    expect(error.message).to.equal(`The data directory ${dir} is in use by process ${process.pid}`);
    await refusal(open());
    await hold(store);
    await store.close();
    expect((await (await open()).load(ANA))?.inbox).to.have.length(1);
  });

  it('keeps stores in memory apart', async () => {
    const [one, two] = [await open(':memory:'), await open(':memory:')];
    await hold(one);
    expect(await two.load(ANA)).to.equal(null);
  });

  it('voids the leases of the process before, so that work goes on at once', async () => {
    const first = await open();
    await hold(first, 'm1');
    await finish(first, 'm1', { wakeAt: time + 5 }, 'test:ben');
    const abandoned = await hold(first, 'm1', { conversation: 'test:eva' });
    await take(first, abandoned);
    await first.close();
    const second = await open();
    expect(idsOf(await claim(second))).to.deep.equal([ANA]);
    expect(await second.commit(commitOf(abandoned))).to.deep.equal({ kind: 'lost' });
    time += 5;
    expect(idsOf(await claim(second))).to.deep.equal(['test:ben']);
  });

  it('refuses a database of a newer schema, and one that is no database', async () => {
    await (await open()).close();
    const driver = openDriver(join(dir, 'parley.db'));
    driver.exec('PRAGMA user_version = 99');
    driver.close();
    for (const _ of [1, 2]) {
      const newer = await refusal(open());
      expect(newer.code).to.equal('bad_config');
      expect(newer.message).to.match(
        /parley\.db was written by a newer version of Parley \(schema 99; this one knows \d+\)/,
      );
    }
    for (const file of ['parley.db', 'parley.db-wal', 'parley.db-shm']) rmSync(join(dir, file), { force: true });
    writeFileSync(join(dir, 'parley.db'), 'no database at all '.repeat(500));
    expect((await refusal(open())).code).to.equal('bad_config');
    writeFileSync(join(dir, 'file'), '');
    expect((await refusal(open(join(dir, 'file', 'data')))).code).to.equal('bad_config');
  });

  it('lets only the verb that throws fail, and undoes all of it', async () => {
    const store = await open();
    const held = await hold(store, 'm1');
    const bad = message('bad');
    Object.defineProperty(bad, 'message', { enumerable: true, get: () => expect.fail('cannot be written') });
    const verbs = [
      store.commit(commitOf(held, { lines: [{ kind: 'started', at: 1, cause: 'm1', flow: 'f' }] })),
      store.accept(acceptOf('m2')),
      store.accept(acceptOf('bad', { entry: bad })),
      store.accept(acceptOf('m3', { conversation: 'test:ben' })),
    ];
    const outcomes = (await Promise.allSettled(verbs)).map((one) =>
      one.status === 'fulfilled' ? one.value.kind : String(one.reason),
    );
    expect(outcomes).to.deep.equal(['committed', 'queued', 'AssertionError: cannot be written', 'held']);
    expect(await store.load(ANA)).to.deep.include({ inbox: [message('m2')], revision: 1, lines: 1 });
    expect((await store.accept(acceptOf('bad'))).kind).to.equal('queued');
  });

  it('keeps ids apart that differ in half a character only, also when they are written', async () => {
    const store = await open();
    for (const conversation of ['test:a\uD800', 'test:a\uD801']) {
      expect((await store.accept(acceptOf('m\uD800', { conversation }))).kind).to.equal('held');
      expect((await store.accept(acceptOf('m\uD801', { conversation }))).kind).to.equal('queued');
    }
    expect(await store.list({ limit: 9 })).to.have.length(2);
    await store.close();
    const again = await open();
    expect((await again.accept(acceptOf('m\uD801', { conversation: 'test:a\uD801' }))).kind).to.equal('duplicate');
    expect((await again.load('test:a\uD800'))?.inbox).to.have.length(2);
  });

  it('knows the ids that a store of the version before has seen', async () => {
    mkdirSync(dir);
    const driver = openDriver(join(dir, 'parley.db'));
    driver.exec(`PRAGMA user_version = 1;
      CREATE TABLE conversation (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, token TEXT, lease_ms INTEGER NOT NULL, due_at INTEGER,
        wake_at INTEGER, revision INTEGER NOT NULL, lines INTEGER NOT NULL,
        contact TEXT NOT NULL, session TEXT NOT NULL, inbox TEXT NOT NULL, owed TEXT NOT NULL);
      CREATE INDEX conversation_due ON conversation (due_at, token) WHERE due_at IS NOT NULL;
      CREATE TABLE seen (
        n INTEGER NOT NULL, entry TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (n, entry)) WITHOUT ROWID;
      CREATE TABLE transcript (
        n INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, lines TEXT NOT NULL,
        PRIMARY KEY (n, seq)) WITHOUT ROWID;
      CREATE TABLE document (
        kind TEXT NOT NULL, id TEXT NOT NULL, place TEXT NOT NULL, expires_at INTEGER, body TEXT NOT NULL,
        UNIQUE (kind, id));
      CREATE INDEX document_place ON document (kind, place, id);
      CREATE INDEX document_expiry ON document (expires_at) WHERE expires_at IS NOT NULL;
      INSERT INTO conversation VALUES (7, '${ANA}', NULL, 0, NULL, NULL, 3, 9, '{"id":"${ANA}"}', 'null', '[]', '[]');
      INSERT INTO seen VALUES (7, 'm1', ${time})`);
    driver.close();
    const store = await open();
    expect((await store.accept(acceptOf('m1'))).kind).to.equal('duplicate');
    expect(await hold(store, 'm2')).to.have.nested.property('conversation.revision', 3);
    expect((await hold(store, 'm1', { conversation: 'test:ben' })).conversation.revision).to.equal(0);
  });

  it('keeps parallel messages in the order they were asked for', async () => {
    const store = await open();
    const ids = Array.from({ length: 500 }, (_, n) => `m${n}`);
    await Promise.all(ids.map((id) => store.accept(acceptOf(id))));
    expect((await store.load(ANA))?.inbox.map((entry) => entry.id)).to.deep.equal(ids);
  });

  it('finds the record of a turn again when more are held than it keeps in memory', async () => {
    const store = await open(':memory:');
    const held = await hold(store);
    const ids = Array.from({ length: 4_200 }, (_, n) => `test:${n}`);
    await Promise.all(ids.map((conversation) => hold(store, 'm1', { conversation })));
    await take(store, held);
    expect((await store.settle({ id: ANA, token: held.token, done: [] })).kind).to.equal('released');
  });

  it('forgets ids after 8 days, but never the last 200 of a conversation', async () => {
    const store = await open();
    for (let n = 0; n < 250; n += 1, time += 1) await store.accept(acceptOf(`m${n}`));
    await hold(store, 'm1', { conversation: 'test:ben' });
    time += 8 * DAY - 1_000;
    expect(await store.purge({ lines: 0, seen: time })).to.equal(0);
    time += DAY;
    expect(await store.purge({ lines: 0, seen: time - 8 * DAY })).to.equal(50);
    expect((await store.accept(acceptOf('m50'))).kind).to.equal('duplicate');
    expect((await store.accept(acceptOf('m49'))).kind).not.to.equal('duplicate');
    expect((await store.accept(acceptOf('m1', { conversation: 'test:ben' }))).kind).to.equal('duplicate');
  });

  it('purges more than one step at a time', async () => {
    const store = await open(':memory:');
    const line = { kind: 'started', at: 1, cause: 'm1', flow: 'f' } as const;
    const ids = Array.from({ length: 450 }, (_, n) => `${n}`);
    await Promise.all(ids.map((id) => store.put({ kind: 'k', id, order: id, body: {}, expiresAt: time })));
    await Promise.all(ids.map((id) => finish(store, 'm1', { lines: [line] }, `test:${id}`)));
    expect(await store.purge({ lines: 2, seen: 0 })).to.equal(900);
  });

  it('finishes what was asked for before close, and takes nothing after', async () => {
    const store = await open();
    const asked = store.accept(acceptOf('m1'));
    await store.close();
    await store.close();
    expect((await asked).kind).to.equal('held');
    for (const verb of [store.load(ANA), store.accept(acceptOf('m2')), store.ping(), store.list({ limit: 1 })]) {
      expect((await refusal(verb)).code).to.equal('busy');
    }
  });

  it('is what openStore opens when there is no MONGODB_URI', async () => {
    const store = await openStore({ dataDir: dir, mongodbUri: '', clock: () => time });
    opened.push(store);
    expect((await hold(store)).conversation.id).to.equal(ANA);
  });
});
