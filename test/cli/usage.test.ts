import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, built, launch, parley } from './run.ts';
import type { Ran } from './run.ts';

/** What is not understood, and what the one sentence about it has to name. */
const WRONG: readonly (readonly [args: readonly string[], names: RegExp])[] = [
  [['nonsense'], /unknown command 'nonsense'/],
  [['chekc'], /Did you mean check\?/],
  [['chat', '--chanel', 'web'], /unknown option '--chanel'/],
  [['check', '--format', 'xml'], /'xml' is invalid.* text, json, github/],
  [['check', 'nowhere.yaml'], /no file or folder "nowhere.yaml"/],
  [['check', '--explain', 'maybe-unst'], /no code "maybe-unst"\n {2}did you mean "maybe-unset"\?/],
  [['check', '--explain', 'xyz'], /no code "xyz"\n {2}Codes: .*never-set/],
  [['graph'], /missing required argument 'flow'/],
  [['graph', 'nowhere.yaml'], /no file "nowhere.yaml"/],
  [['start', '8080'], /too many arguments for 'start'/],
  [['test', '--junit'], /argument missing/],
  [['test', 'nowhere'], /no file or folder "nowhere"/],
];

describe('the command line', function () {
  this.timeout(30_000);
  before(built);

  it('explains itself and each command with an example', async () => {
    const program = await parley(['--help']);
    const listed = (/\nCommands:\n([^]*?)\n\n/.exec(program.out)?.[1] ?? '').matchAll(/^ {2}([a-z]+) /gm);
    const commands = [...listed].map(([, name = '']) => name).filter((name) => name !== 'help');
    expect(commands).to.include.members(['start', 'chat', 'check', 'test', 'graph']);
    const ran = await Promise.all(commands.map((command) => parley([command, '--help'])));
    for (const [i, { code, out, err }] of [program, ...ran].entries()) {
      expect([code, err], out).to.deep.equal([0, '']);
      expect(out).to.match(/\nExamples?:\n(.*\n)* {2}(PORT=8080 )?parley /);
      expect(out).to.contain(`Usage: ${['parley', ...commands.slice(i - 1, i)].join(' ')}`);
    }
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await parley(['--version'])).to.deep.equal({ code: 0, out: `${version}\n`, err: '' });
  });

  it('answers wrong use with exit code 2, and one sentence with a hint on standard error', async () => {
    const ran = await Promise.all(WRONG.map(([args]) => parley(args)));
    for (const [i, [args, names]] of WRONG.entries()) {
      const { code, out, err } = ran[i] ?? ({ code: null, out: '', err: '' } satisfies Ran);
      expect([code, out], `${args.join(' ')}: ${err}`).to.deep.equal([2, '']);
      expect(err).to.match(names);
      expect(err.trim().split('\n').length, err).to.be.lessThan(3);
    }
  });

  it('shows its help when it is told nothing', async () => {
    const { code, err } = await parley([]);
    expect(code).to.equal(2);
    expect(err).to.contain('Usage: parley').and.contain('parley chat order-status');
  });

  it('stops without a word when its reader has seen enough, as `| head` does', async () => {
    const child = launch(['test', 'flows/tests']);
    child.stdout.destroy();
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, err]).to.deep.equal([0, '']);
  });
});
