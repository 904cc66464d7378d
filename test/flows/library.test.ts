import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Flow } from '../../src/domain/flow.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { Library } from '../../src/flow/library.ts';
import { Versions } from '../../src/flow/versions.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { flowArchive, liveNotes } from '../../src/wiring/archive.ts';

const text = (said: string): string => `flow: a\nblocks: [{ id: x, type: end, text: "${said}" }]\n`;

function flowOf(said: string): Flow {
  const { flow } = compileFlow(text(said), 'a.yaml');
  if (flow === null) throw new Error('it does not compile');
  return flow;
}

describe('versions in memory', () => {
  const flows = Array.from({ length: 6 }, (_, i) => flowOf(String(i)));
  const hash = (i: number): string => flows[i]?.version ?? '';

  it('are no more than the limit; the one nobody has asked for longest goes', async () => {
    const versions = new Versions({ versions: 3, blocks: 100 });
    const fetched: string[] = [];
    const fetch = async (wanted: string): Promise<Flow | null> => {
      fetched.push(wanted);
      return flows.find(({ version }) => version === wanted) ?? null;
    };
    for (const i of [0, 1, 2, 0, 3]) await versions.get(hash(i), fetch);
    expect(versions.size).to.equal(3);
    fetched.length = 0;
    for (const i of [0, 2, 3, 1]) await versions.get(hash(i), fetch);
    expect(fetched).to.deep.equal([hash(1)]);
    expect(await versions.get('unknown', fetch)).to.equal(null);
  });

  it('have no more blocks than the limit, but one may be larger', () => {
    const versions = new Versions({ versions: 3, blocks: 2 });
    for (const flow of flows) versions.add(flow);
    expect(versions.size).to.equal(2);
    const three =
      'blocks: [{ id: a, type: message, text: a }, { id: b, type: message, text: b }, { id: c, type: end }]';
    const large = compileFlow(`flow: a\n${three}`, 'a.yaml').flow;
    if (large !== null) versions.add(large);
    expect(versions.size).to.equal(1);
    for (const flow of flows.slice(0, 2)) versions.add(flow);
    expect(versions.size).to.equal(2);
  });

  it('are fetched once for all who ask at the same time, and again after a failure', async () => {
    const versions = new Versions();
    let fetches = 0;
    const fetch = async (): Promise<Flow | null> => {
      fetches += 1;
      if (fetches === 1) throw new Error('away');
      return flows[0] ?? null;
    };
    const first = await Promise.allSettled([versions.get(hash(0), fetch), versions.get(hash(0), fetch)]);
    expect(first.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    await Promise.all([versions.get(hash(0), fetch), versions.get(hash(0), fetch), versions.get(hash(0), fetch)]);
    expect(fetches).to.equal(2);
  });
});

describe('the library and its archive', () => {
  let dir: string;
  let store: Store;
  let now = 0;
  const archive = (): ReturnType<typeof flowArchive> => flowArchive(store, () => now);
  const live = async (): Promise<string[]> => (await liveNotes(store)).map(({ version }) => version);
  const write = (said: string, name = 'a.yaml'): Promise<void> => writeFile(join(dir, name), text(said));
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-library-'));
    store = await openStore({ dataDir: ':memory:' });
    now = 1_000_000_000_000;
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('knows after each load what is live, also when a file goes or takes another name', async () => {
    const library = new Library(dir, archive());
    await write('one');
    await library.load();
    expect(await live()).to.deep.equal([flowOf('one').version]);
    await rm(join(dir, 'a.yaml'));
    await library.load();
    expect(await live()).to.deep.equal([]);
    await write('one', 'b.yaml');
    await library.load();
    expect(await live()).to.deep.equal([flowOf('one').version]);
    await rm(join(dir, 'b.yaml'));
    await write('one');
    await library.load();
    expect(await liveNotes(store)).to.have.length(1);
  });

  it('notes files that went while nobody looked', async () => {
    await write('one');
    await new Library(dir, archive()).load();
    await rm(join(dir, 'a.yaml'));
    const next = new Library(dir, archive());
    await next.load();
    expect([next.all(), await live()]).to.deep.equal([[], []]);
  });

  it('a file with a mistake stays live in its last good version, also after a restart', async () => {
    await write('one');
    await new Library(dir, archive()).load();
    await writeFile(join(dir, 'a.yaml'), 'flow: a\nblocks: nonsense\n');
    const next = new Library(dir, archive());
    await next.load();
    expect([next.current('a')?.version, await live()]).to.deep.equal([flowOf('one').version, [flowOf('one').version]]);
  });

  it('a version that comes back is in the archive before anybody can be on it', async () => {
    const library = new Library(dir, archive());
    for (const said of ['one', 'two']) {
      await write(said);
      await library.load();
    }
    await store.remove('flow', flowOf('one').version);
    await write('one');
    await library.load();
    expect((await store.get('flow', flowOf('one').version))?.body['text']).to.equal(text('one'));
  });

  it('notes once a day that what is live still is', async () => {
    const library = new Library(dir, archive());
    await write('one');
    await library.load();
    const { version } = flowOf('one');
    const order = async (): Promise<string | undefined> => (await store.get('flow', version))?.order;
    const first = await order();
    now += 1000;
    await library.keep();
    expect(await order()).to.equal(first);
    now += 86_400_000;
    await library.keep();
    expect(await order()).not.to.equal(first);
    await store.remove('flow', version);
    await library.keep();
    expect(await order()).to.be.a('string');
  });

  it('an older version comes back from the archive', async () => {
    await write('one');
    await new Library(dir, archive()).load();
    await write('two');
    const next = new Library(dir, archive());
    await next.load();
    const { version } = flowOf('one');
    expect((await next.version(version))?.version).to.equal(version);
    expect(await next.version('nobody')).to.equal(null);
  });
});
