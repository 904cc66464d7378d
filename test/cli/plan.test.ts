import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Plan } from '../../src/flow/plan.ts';
import { Visitor } from '../support/app.ts';
import { folder, parley, serve } from './run.ts';
import type { Ran, Serving } from './run.ts';

const BEFORE = `flow: pizza
triggers: [{ link: true }]
blocks:
  - { id: size, type: question, text: "Which size?" }
  - { id: town, type: question, text: "Which town?" }
`;
const OTHER = 'flow: other\nblocks: [{ id: x, type: end, text: Bye }]\n';
const RENAMED = BEFORE.replace('id: size', 'id: how_big');
const MOVED = RENAMED.replace('blocks:', 'moved: { size: how_big }\nblocks:');

describe('parley plan', function () {
  this.timeout(60_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  let server: Serving | undefined;
  const ADMIN_TOKEN = 'a-token-for-this-test';
  /** The server's checkout is `live`, the author's is `flows`. */
  const env = { ADMIN_TOKEN, DATA_DIR: 'data', PORT: '0' };
  const plan = (more: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> =>
    parley(['plan', ...args], { cwd: dir.path, env: { ...env, ...more } });
  const beside = (): Readonly<Record<string, string>> => ({ PUBLIC_URL: server?.url ?? '' });
  const write = (text: string): Promise<void> => writeFile(join(dir.path, 'flows/pizza.yaml'), text);

  before(async () => {
    dir = await folder({ 'live/pizza.yaml': BEFORE, 'live/other.yaml': OTHER });
    await rm(join(dir.path, 'flows'), { recursive: true });
    await mkdir(join(dir.path, 'flows'));
    await writeFile(join(dir.path, 'flows/other.yaml'), OTHER);
    await write(BEFORE);
    server = await serve({ cwd: dir.path, env: { ...env, FLOWS_DIR: 'live', LOG_LEVEL: 'warn' } });
    for (const answers of [[], [], ['large']]) {
      const visitor = new Visitor(server.url);
      await visitor.start('pizza');
      for (const answer of answers) await visitor.say(answer);
    }
  });
  after(async () => {
    await server?.stop();
    await dir.remove();
  });
  afterEach(() => write(BEFORE));

  it('says that nothing changes, and asks the server that runs', async () => {
    const { code, out, err } = await plan(beside());
    expect([code, out]).to.deep.equal([
      0,
      '0 new, 0 changed, 0 removed, 2 the same; no conversation needs a decision\n',
    ]);
    expect(err).to.equal(`compared with the server at ${server?.url ?? ''}\n`);
  });

  it('exits with 1 while conversations stand on a block that goes, and with 0 once moved takes them along', async () => {
    await write(RENAMED);
    const lost = await plan(beside());
    expect(lost.code).to.equal(1);
    expect(lost.out).to.match(
      /^pizza \(flows\/pizza\.yaml\): changed\n {2}- size \(question\)\n {6}! 2 conversations stand here/,
    );
    expect(lost.out).to.match(/web:[\w-]{8}…, web:[\w-]{8}…\n.*hint: write "moved: \{ size: how_big \}"/);
    expect(lost.out).to.match(/\n {2}3 conversations go on with an older version to their end\n/);
    expect(lost.out).to.match(/; 2 conversations need a decision\n$/);
    await write(MOVED);
    const moved = await plan(beside());
    expect(moved.code).to.equal(0);
    expect(moved.out).to.match(/\n {2}moved size → how_big: 2 conversations go there when the contact writes: web:/);
    expect(moved.out).to.match(/\n {2}1 conversation goes on with an older version to its end\n/);
  });

  it('prints data for programs', async () => {
    await write(RENAMED);
    const { code, out } = await plan(beside(), '--format', 'json');
    const made = JSON.parse(out) as Plan;
    expect([code, made.attention, made.problems]).to.deep.equal([1, 2, []]);
    expect(made.flows.map(({ flow, kind, older }) => `${flow} ${kind} ${older}`)).to.deep.equal([
      'other same 0',
      'pizza changed 3',
    ]);
  });

  it('a folder is everything, a file only itself; what is broken is told like check tells it', async () => {
    await writeFile(join(dir.path, 'flows/third.yaml'), OTHER.replace('other', 'third'));
    await rm(join(dir.path, 'flows/other.yaml'));
    const [all, one] = await Promise.all([plan(beside()), plan(beside(), 'flows/third.yaml')]);
    expect(all.out).to.match(/1 new, 0 changed, 1 removed, 1 the same; no conversation needs a decision\n$/);
    expect(one.out).to.match(/1 new, 0 changed, 0 removed, 2 the same; no conversation needs a decision\n$/);
    await rm(join(dir.path, 'flows/third.yaml'));
    await writeFile(join(dir.path, 'flows/other.yaml'), OTHER);
    await write('flow: pizza\nblocks: nonsense\n');
    const broken = await plan(beside());
    expect(broken.code).to.equal(1);
    expect(broken.out).to.match(
      /^flows\/pizza\.yaml:2:9: error wrong-type: .*\n[^]*pizza .*: has errors, so what is live stays\n/,
    );
    expect(broken.out).to.match(/; 1 error; no conversation needs a decision\n$/);
  });

  it('says what to do when it can ask nobody', async () => {
    const [held, nowhere, wrong, none] = await Promise.all([
      plan({}),
      plan({ PUBLIC_URL: 'http://127.0.0.1:1', DATA_DIR: 'nowhere' }),
      plan({}, 'nothing.yaml'),
      parley(['plan'], { cwd: dir.path, env: { DATA_DIR: 'none', PORT: '0' } }),
    ]);
    expect(held.err).to.match(/^parley: The data directory data is in use by process \d+\n {2}.*PUBLIC_URL/);
    expect(nowhere.err).to.match(/^parley: no server answers, and there is no store in nowhere\n {2}Set PUBLIC_URL/);
    expect([held.code, nowhere.code, wrong.code]).to.deep.equal([1, 1, 2]);
    expect(wrong.err).to.match(/there is no file or folder "nothing\.yaml"/);
    expect([none.code, none.err]).to.deep.equal([
      0,
      'there is no store in none yet, so nothing is live and every flow is new\n',
    ]);
  });

  it('opens the store itself when no server runs', async () => {
    await server?.stop();
    server = undefined;
    await write(RENAMED);
    const { code, out, err } = await plan({});
    expect([code, err]).to.deep.equal([1, 'no server answers: compared with the store in data\n']);
    expect(out).to.match(/; 2 conversations need a decision\n$/);
  });
});
