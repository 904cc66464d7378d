import { expect } from 'chai';
import { newContact } from '../../src/domain/contact.ts';
import type { Frame, Session } from '../../src/domain/session.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { flowArchive } from '../../src/wiring/archive.ts';
import { OldVersions } from '../../src/wiring/old-versions.ts';

const DAY = 86_400_000;

/** A session on a version, for a flow that may have been called by one on another version. */
function session(version: string, caller?: string): Session {
  const frame = (of: string): Frame => ({ flow: 'a', version: of, block: 'q', variables: {} });
  return {
    id: 's',
    flow: 'a',
    version,
    block: 'q',
    wait: { for: 'outside' },
    variables: {},
    message: null,
    visits: 1,
    startedAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
    ...(caller === undefined ? {} : { stack: [frame(caller)] }),
  };
}

async function stand(store: Store, id: string, at: Session): Promise<void> {
  const contact = newContact('web', id);
  const entry = { kind: 'set', id: `e-${id}`, at: 0, variables: {} } as const;
  const terms = { owner: 'test', leaseMs: 1000, inboxLimit: 10 };
  const accepted = await store.accept({ conversation: contact.id, contact, entry, ...terms });
  if (accepted.kind !== 'held') throw new Error(accepted.kind);
  const { token, conversation } = accepted.held;
  const lease = { id: contact.id, token, revision: conversation.revision };
  await store.commit({
    ...lease,
    contact,
    session: at,
    wakeAt: null,
    consumed: [entry.id],
    done: [],
    owe: [],
    lines: [],
  });
  await store.settle({ id: contact.id, token, done: [] });
}

describe('flow versions that nobody is on', () => {
  let now = 100 * DAY;
  let store: Store;
  beforeEach(async () => {
    now = 100 * DAY;
    store = await openStore({ dataDir: ':memory:', clock: () => now });
  });
  afterEach(() => store.close());
  const save = async (...versions: readonly string[]): Promise<void> => {
    for (const version of versions) await flowArchive(store, () => now).save(version, 'a.yaml', `# ${version}`);
  };
  const kept = async (): Promise<string[]> =>
    (await store.page({ kind: 'flow', limit: 1000 })).map(({ id }) => id).sort();
  const sweep = (): Promise<number> => new OldVersions(store, () => now).sweep();

  it('go, but not those that are live, in use, called from, or young', async () => {
    await save('live', 'used', 'calling', 'unused');
    await flowArchive(store, () => now).noteLive('a.yaml', 'live');
    await stand(store, 'ana', session('used', 'calling'));
    now += 8 * DAY;
    await save('young');
    expect(await sweep()).to.equal(1);
    expect(await kept()).to.deep.equal(['calling', 'live', 'used', 'young']);
  });

  it('stay for 7 days after they were last known to be live, in any process', async () => {
    await save('a', 'b');
    now += 6 * DAY;
    await save('b');
    now += 2 * DAY;
    expect([await sweep(), await kept()]).to.deep.equal([1, ['b']]);
    now += 6 * DAY;
    expect([await sweep(), await kept()]).to.deep.equal([1, []]);
  });

  it('the last version of a file that is gone goes when nobody is on it', async () => {
    const archive = flowArchive(store, () => now);
    await save('last');
    await archive.noteLive('a.yaml', 'last');
    now += 8 * DAY;
    expect(await sweep()).to.equal(0);
    await archive.noteFiles(new Set());
    expect(await archive.lastLive('a.yaml')).to.equal('last');
    expect([await sweep(), await kept()]).to.deep.equal([1, []]);
  });

  it('one that goes live while conversations are looked at stays', async () => {
    await save('back', 'noted');
    now += 8 * DAY;
    const list = store.list.bind(store);
    store.list = async (query) => {
      await save('back');
      await flowArchive(store, () => now).noteLive('b.yaml', 'noted');
      return list(query);
    };
    expect([await sweep(), await kept()]).to.deep.equal([0, ['back', 'noted']]);
  });

  it('are looked for among many versions and conversations a part at a time, until all are done', async () => {
    const numbers = Array.from({ length: 120 }, (_, i) => i);
    await save(...numbers.map((i) => `v${i}`));
    // Every third version is used, by conversations that stand on several pages.
    const list = (after = ''): string[] =>
      numbers
        .filter((i) => i % 3 === 0)
        .map((i) => `web:${String(i).padStart(6, '0')}`)
        .filter((id) => id > after);
    let asked = 0;
    store.list = async ({ after, limit }) => {
      asked += 1;
      // Each conversation comes after a hundred others that are in no flow.
      const found = list(after).slice(0, Math.ceil(limit / 100));
      const padding = { contact: newContact('web', ''), inbox: [], owed: [], revision: 1, lines: 0 };
      const rows = found.flatMap((id) => [
        ...Array.from({ length: 99 }, () => ({ ...padding, id, session: null })),
        { ...padding, id, session: session(`v${Number(id.slice(4))}`) },
      ]);
      return rows;
    };
    now += 8 * DAY;
    const old = new OldVersions(store, () => now);
    const dropped: number[] = [];
    for (let step = 0; step < 10; step += 1) dropped.push(await old.sweep());
    expect(dropped.reduce((sum, count) => sum + count, 0)).to.equal(80);
    expect(await kept()).to.deep.equal(
      numbers
        .filter((i) => i % 3 === 0)
        .map((i) => `v${i}`)
        .sort(),
    );
    expect(asked).to.be.greaterThan(60);
  });
});
