import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import type { Place } from '../../src/domain/place.ts';
import { versionOf } from '../../src/flow/compile.ts';
import type { Store } from '../../src/store/store.ts';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { freePort, startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';

/** A flow of two questions that says in every text which edition it is. */
const edition = (name: string, more = ''): string => `flow: pizza
${more}triggers: [{ link: true }]
blocks:
  - { id: size, type: question, text: "${name}: which size?" }
  - { id: town, type: question, text: "${name}: which town?" }
  - { id: bye, type: end, text: "${name}: one @size to @town" }
`;

/** The first question has another id, and the last block says so. */
const renamed = (more: string): string =>
  edition('new', more).replace('id: size', 'id: how_big, save_as: size').replace('one @size', 'one @size (@how_big)');

describe('flows that are edited while people talk to them', () => {
  let dir: string;
  let server: TestApp;
  let opened: Store[];
  const start = async (env: Record<string, string> = {}): Promise<void> => {
    const wrapStore = (store: Store): Store => {
      opened.push(store);
      return store;
    };
    server = await startApp(join(dir, 'flows'), { dir, keep: true, env, wrapStore });
  };
  const write = async (text: string): Promise<void> => {
    await writeFile(join(dir, 'flows', 'pizza.yaml'), text);
    // The watcher may have been faster: a load after the write is one that has seen it.
    await server.app.library.load();
  };
  /** The same visitor at the server of now. */
  const again = ({ session }: Visitor): Visitor => Object.assign(new Visitor(server.url), { session });
  const restart = async (): Promise<void> => {
    await server.close();
    await start();
  };
  beforeEach(async () => {
    opened = [];
    const first = await startApp({ 'pizza.yaml': edition('old') }, { keep: true });
    await first.close();
    dir = first.dir;
    await start();
  });
  afterEach(async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('TF15: everybody goes on with the version they began with, over edits, restarts and the end of the file', async () => {
    const ana = new Visitor(server.url);
    const bea = new Visitor(server.url);
    expect(await ana.start('pizza')).to.deep.equal(['old: which size?']);
    await bea.start('pizza');
    await write(edition('new'));
    expect(await ana.say('large')).to.deep.equal(['old: which town?']);
    const cleo = new Visitor(server.url);
    expect(await cleo.start('pizza')).to.deep.equal(['new: which size?']);
    await restart();
    expect(await again(bea).say('small')).to.deep.equal(['old: which town?']);
    expect(await again(cleo).say('small')).to.deep.equal(['new: which town?']);
    await rm(join(dir, 'flows', 'pizza.yaml'));
    await server.app.library.load();
    expect(await again(ana).say('Oslo')).to.deep.equal(['old: one large to Oslo']);
    await restart();
    expect(server.app.library.current('pizza')).to.equal(undefined);
    expect(await again(bea).say('Riga')).to.deep.equal(['old: one small to Riga']);
    expect(await again(cleo).say('Bonn')).to.deep.equal(['new: one small to Bonn']);
  });

  it('moved: takes along who stands on the block, and nobody else; after a restart, too', async () => {
    const [ana, bea, cleo] = [new Visitor(server.url), new Visitor(server.url), new Visitor(server.url)];
    for (const visitor of [ana, bea, cleo]) await visitor.start('pizza');
    await cleo.say('small');
    await write(renamed('moved: { size: how_big }\n'));
    expect(await ana.say('large')).to.deep.equal(['new: which town?']);
    expect(server.turns.at(-1)?.carried).to.match(/^moved from size of version \w+ to how_big of \w+$/);
    await restart();
    expect(await again(ana).say('Oslo')).to.deep.equal(['new: one large (large) to Oslo']);
    expect(await again(bea).say('tiny')).to.deep.equal(['new: which town?']);
    expect(await again(cleo).say('Bonn')).to.deep.equal(['old: one small to Bonn']);
  });

  it('an edit that is taken back takes its conversations along only where it says so', async () => {
    await write(edition('new'));
    const ana = new Visitor(server.url);
    await ana.start('pizza');
    await write(edition('old'));
    expect(await ana.say('large')).to.deep.equal(['new: which town?']);
    expect(await new Visitor(server.url).start('pizza')).to.deep.equal(['old: which size?']);
  });

  it('a version that is lost is replaced by the live one, at the block of the same id', async () => {
    const [ana, bea] = [new Visitor(server.url), new Visitor(server.url)];
    for (const visitor of [ana, bea]) await visitor.start('pizza');
    await opened.at(-1)?.remove('flow', versionOf(edition('old')));
    await writeFile(join(dir, 'flows', 'pizza.yaml'), edition('new'));
    await restart();
    expect(await again(ana).say('large')).to.deep.equal(['new: which town?']);
    await write(renamed('moved: { size: how_big }\n'));
    await restart();
    expect(await again(bea).say('large')).to.deep.equal(['new: which size?']);
    expect(await again(bea).say('tiny')).to.deep.equal(['new: which town?']);
  });

  it('the API says what is live and where conversations stand, to those who have the token', async () => {
    await server.close();
    await start({ ADMIN_TOKEN: 'a-token-for-this-test' });
    const [ana, bea] = [new Visitor(server.url), new Visitor(server.url)];
    for (const visitor of [ana, bea]) await visitor.start('pizza');
    await ana.say('large');
    await write(edition('new'));
    const ask = (path: string, token = 'a-token-for-this-test'): Promise<Response> =>
      fetch(`${server.url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${token}` } });
    for (const path of ['sources', 'sessions']) expect((await ask(path, 'guessed-by-somebody')).status).to.equal(401);
    const { items: files } = (await (await ask('sources')).json()) as { items: { file: string; text: string }[] };
    expect(files.map(({ text }) => text)).to.deep.equal([edition('new')]);
    expect(files[0]?.file).to.match(/pizza\.yaml$/);
    const { items } = (await (await ask('sessions')).json()) as { items: Place[] };
    const version = versionOf(edition('old'));
    const at = (block: string, { session }: Visitor): Place => ({
      flow: 'pizza',
      version,
      block,
      waits: 'reply',
      count: 1,
      conversations: [`web:${webAddress(session).slice(0, 8)}…`],
    });
    expect(items).to.have.deep.members([at('town', ana), at('size', bea)]);
  });
});

describe('flows that are edited while the server is killed', function () {
  this.timeout(60_000);

  it('who was on a block that has moved is taken along by the next server', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-versions-'));
    const flow = join(dir, 'pizza.yaml');
    const env = { PORT: String(await freePort()), FLOWS_DIR: dir };
    await writeFile(flow, edition('old'));
    let server: ServerProcess = await startServer(join(dir, 'data'), env);
    try {
      const ana = new Visitor(server.url);
      await ana.start('pizza');
      server.kill('SIGKILL');
      await server.ended();
      await writeFile(flow, renamed('moved: { size: how_big }\n'));
      server = await startServer(join(dir, 'data'), { ...env, LOG_LEVEL: 'info' });
      expect(await ana.say('large')).to.deep.equal(['new: which town?']);
      expect(await ana.say('Oslo')).to.deep.equal(['new: one large (large) to Oslo']);
    } finally {
      server.kill('SIGKILL');
      await server.ended();
      await rm(dir, { recursive: true, force: true });
    }
  });
});
