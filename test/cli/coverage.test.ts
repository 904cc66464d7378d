import { once } from 'node:events';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { folder, launch, parley } from './run.ts';

/** Two exits with one target, a call of another flow that comes back, and a way nobody goes. */
const MAIN = `flow: main
settings: { on_error: sorry }
blocks:
  - id: ask
    type: question
    text: Which?
    rules:
      - { equals: a, category: A, next: call }
      - { equals: b, category: B, next: call }
    otherwise: { next: call }
  - id: call
    type: subflow
    flow: other
  - id: lookup
    type: webhook
    url: https://x.example/
    on_success: end
    on_timeout: sorry
    on_failure: sorry
  - id: sorry
    type: end
    text: Sorry.
`;
const OTHER = 'flow: other\nblocks:\n  - { id: ask, type: message, text: Hello }\n';
const ALONE = 'flow: alone\nblocks:\n  - { id: ask, type: message, text: Hello }\n';
const TEST = `tests:
  - test: by the second rule
    flow: main
    mocks: [{ on: lookup, reply: { status: 500 } }]
    dialogue: [{ bot: "Which?" }, { user: b }, { bot: [Hello, Sorry.] }]
  - test: By a Letter that is not there
    flow: main
    mocks: [{ on: lookup, reply: { status: 500 } }]
    dialogue: [{ bot: "Which?" }, { user: b }, { bot: [Hello, Sorry.] }]
`;

describe('parley test: options', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(async () => {
    dir = await folder({
      'f/main.yaml': MAIN,
      'f/other.yaml': OTHER,
      'f/alone.yaml': ALONE,
      'f/tests/main.test.yaml': TEST,
    });
  });
  after(() => dir.remove());
  const test = (...args: readonly string[]): ReturnType<typeof parley> =>
    parley(['test', ...args], { cwd: dir.path, env: { FLOWS_DIR: 'f' } });

  it('--coverage names the blocks and exits that no test reaches, and counts all flows', async () => {
    const { code, out, err } = await test('--coverage');
    expect([code, err]).to.deep.equal([0, '']);
    expect(out.split('\n').slice(2)).to.deep.equal([
      '',
      'alone: 0/1 blocks, 0/1 exits',
      '  f/alone.yaml:3: block ask is never entered',
      'main: 4/4 blocks, 3/7 exits',
      '  f/main.yaml:8: exit "A" of ask is never taken, to call',
      '  f/main.yaml:10: exit "otherwise" of ask is never taken, to call',
      '  f/main.yaml:17: exit "on_success" of lookup is never taken, to end',
      '  f/main.yaml:18: exit "on_timeout" of lookup is never taken, to sorry',
      'coverage: 83 % of blocks (5/6), 44 % of exits (4/9)',
      '',
      '2 passed, 0 failed',
      '',
    ]);
  });

  it('--coverage of some tests counts the flows that they come to', async () => {
    const { out } = await test('--coverage', 'f/tests/main.test.yaml');
    expect(out).to.contain('\ncoverage: 100 % of blocks (5/5), 50 % of exits (4/8)\n').and.not.contain('alone');
  });

  it('--grep runs the tests that have the text in their names, and says when there are none', async () => {
    const { code, out } = await test('--grep', 'letter');
    expect([code, out]).to.deep.equal([0, '✓ By a Letter that is not there\n\n1 passed, 0 failed\n']);
    const none = await test('--grep', 'nothing');
    expect(none).to.deep.equal({
      code: 2,
      out: '',
      err: 'parley: no test has "nothing" in its name\n  Run the command with --help.\n',
    });
  });

  it('--watch runs again when a flow or a test changes, until Ctrl-C', async () => {
    const child = launch(['test', '--watch'], { cwd: dir.path, env: { FLOWS_DIR: 'f' } });
    const closed = once(child, 'close');
    let out = '';
    const until = async (text: string): Promise<void> => {
      while (!out.includes(text)) await once(child.stdout, 'data');
    };
    child.stdout.setEncoding('utf8').on('data', (more: string) => (out += more));
    await until('2 passed, 0 failed');
    out = '';
    await writeFile(join(dir.path, 'f/other.yaml'), OTHER.replace('Hello', 'Bye'));
    await until('0 passed, 2 failed');
    expect(out).to.match(/^\nf\/other\.yaml changed\n\n✗ by the second rule/);
    out = '';
    await writeFile(join(dir.path, 'f/other.yaml'), OTHER);
    await until('2 passed, 0 failed');
    out = '';
    await appendFile(join(dir.path, 'f/tests/main.test.yaml'), '# a remark\n');
    await until('2 passed, 0 failed');
    expect(out).to.contain('f/tests/main.test.yaml changed');
    await rm(join(dir.path, 'f/alone.yaml'));
    await until('f/alone.yaml changed');
    child.kill('SIGINT');
    expect(await closed).to.deep.equal([0, null]);
  });
});

describe('parley test: speed', function () {
  this.timeout(30_000);

  it('a hundred tests take less than two seconds, with the start of the command', async () => {
    const one = (i: number): string =>
      `  - test: number ${i}\n    flow: main\n    mocks: [{ on: lookup, reply: { status: 500 } }]\n    dialogue: [{ bot: "Which?" }, { user: b }, { bot: [Hello, Sorry.] }]\n`;
    const tests = `tests:\n${Array.from({ length: 100 }, (_, i) => one(i)).join('')}`;
    const dir = await folder({ 'f/main.yaml': MAIN, 'f/other.yaml': OTHER, 'f/tests/main.test.yaml': tests });
    try {
      // The better of two: the first may have to build.
      const times: number[] = [];
      for (let round = 0; round < 2; round += 1) {
        const started = performance.now();
        const { out } = await parley(['test'], { cwd: dir.path, env: { FLOWS_DIR: 'f' } });
        times.push(performance.now() - started);
        expect(out).to.match(/\n100 passed, 0 failed\n$/);
      }
      expect(Math.min(...times)).to.be.lessThan(2000);
    } finally {
      await dir.remove();
    }
  });
});
