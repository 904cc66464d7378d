import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** One measurement as the results file has it. */
interface Run {
  readonly id: string;
  readonly result: {
    readonly messages?: number;
    readonly writes?: Readonly<Record<string, number>>;
    readonly wrong?: string;
  };
}

describe('the benchmark', function () {
  // It builds first when a source is newer than the build.
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs parts of it with the least that it can do. */
  async function bench(...args: string[]): Promise<string> {
    const { stdout } = await run(process.execPath, ['scripts/bench/run.mjs', '--tiny', ...args], { cwd: root });
    return stdout;
  }

  it('measures what it has checked, and writes table, plot and results', async () => {
    const [out, plot] = [join(folder, 'results.json'), join(folder, 'plot.svg')];
    const lines = 'engine@8,durable+call@8,server@8,flow-load';
    const stdout = await bench('--only', lines, '--out', out, '--plot', plot);
    const { runs } = JSON.parse(readFileSync(out, 'utf8')) as { readonly runs: readonly Run[] };
    expect(runs.map(({ id }) => id)).to.have.members(['engine@8', 'durable+call@8', 'server@8', 'flow-load']);
    expect(runs.flatMap(({ result }) => result.wrong ?? [])).to.deep.equal([]);
    // The last messages may be answered before their last write.
    const { accept, commit, settle } = runs.find(({ id }) => id === 'server@8')?.result.writes ?? {};
    expect([accept, commit, settle].map((each) => each?.toFixed(0))).to.deep.equal(['1', '1', '1']);
    expect(stdout).to.include('whole server over HTTP, embedded store');
    expect(readFileSync(plot, 'utf8')).to.match(/^<svg[\s\S]*<\/svg>\s*$/);
    expect(await bench('--from', out, '--compare', out)).to.include('engine@8');
  });
});
