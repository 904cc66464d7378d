import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { describeMongo } from '../stores/mongo-kit.ts';
import { CrashBench, REFERENCE } from './crash-kit.ts';
import type { Ended, Run } from './crash-kit.ts';
import { Figures, compare } from './invariants.ts';

const CONTACTS = ['ana', 'desk'] as const;

/** Every effect where time does not matter, otherwise each fifth of them. */
const EACH = process.env['FAULTS'] === 'all' ? 1 : 5;

/** Children at work at the same time; most of them wait for the API most of the time. */
const AT_ONCE = 6;

/** Processes that stand still at the same time. */
const STOPPED_AT_ONCE = 14;

/** A call that is made again may be waited for again, so its hold message may come again. */
function withoutRepeatedHold(texts: readonly string[]): string[] {
  return texts.filter((text, i) => !(text.endsWith('Still looking') && texts[i - 1] === text));
}

/** Does something for each, a few at a time. */
async function eachOf<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** The transcripts of a run are those of one without a fault, and what the contacts saw is what they should have seen. */
async function judge(
  bench: CrashBench,
  run: Run,
  result: Ended['results'][number] | undefined,
  where: string,
  figures: Figures,
  late = (ledger: string[]): string[] => ledger,
): Promise<void> {
  for (const contact of CONTACTS) {
    const told = result?.told[contact];
    const said = (told?.lines ?? []).filter((line) => line.startsWith('<')).map((line) => line.slice(2));
    expect(withoutRepeatedHold(said), `${where}: transcript of ${contact}`).to.deep.equal(REFERENCE[contact]);
    expect(told?.seqs, where).to.deep.equal(told?.lines.map((_, i) => i + 1));
    expect(new Set(told?.causes).size, `${where}: messages count once`).to.equal(told?.causes.length);
    expect(told?.stuck, `${where}: nothing waits`).to.equal(false);
    const commits = await bench.commits(run, contact);
    // One that died right after a commit may not have come to note it, and one that stood still notes it late.
    expect(new Set(commits).size, `${where}: revisions of ${contact}: ${commits.join(', ')}`).to.equal(commits.length);
    const ledger = await bench.ledger(run, contact);
    const compared = compare(late(withoutRepeatedHold(ledger)), REFERENCE[contact]);
    expect({ ...compared, doubled: 0 }, `${where}: what ${contact} saw`).to.deep.equal({
      lost: [],
      doubled: 0,
      inverted: [],
    });
    // Each contact has a lane of its own, so each may have had a send under way.
    expect(compared.doubled, `${where}: sends repeated in ${ledger.join(', ')}`).to.be.at.most(1);
    figures.add(compared);
  }
}

/** One key for each conversation's one call, and as many repeats as there were crashes. */
function judgeKeys(bench: CrashBench, runs: number): void {
  expect(new Set(bench.keys).size, 'one key per conversation').to.equal(runs);
  for (const key of new Set(bench.keys))
    expect(bench.keys.filter((other) => other === key).length, 'calls with one key').to.be.at.most(2);
}

/** Resolves when a process stands still, as it does after SIGSTOP, or has come to its end. */
async function standsStill({ pid, exitCode }: ChildProcess): Promise<void> {
  for (;;) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (exitCode !== null || state === '' || state.includes(') T ')) return;
    await pause(20);
  }
}

/** Points in a send, or between it and its record: nobody can know there whether the contact has seen the message. */
function inSend(names: readonly string[], at: number): boolean {
  const [before, here, after] = [names[at - 2], names[at - 1], names[at]];
  return here?.endsWith('send') === true || before === 'after send' || after === 'before send';
}

/**
 * Where standing still does harm unless something prevents it: before a commit the store has to refuse it, and after
 * one, with messages to send, the process itself has to notice that its lease is over.
 */
function bites(name: string): boolean {
  return name === 'before commit' || name === 'after commit';
}

/** Stops at effects for longer than a lease; somebody else takes over, and then the stopped ones go on. */
async function standStillEverywhere(bench: CrashBench): Promise<string> {
  const first = await bench.run();
  const names = (await bench.start({ runs: [first] }).ended)?.names ?? [];
  const figures = new Figures();
  let outside = 0;
  const points = names.map((name, i) => ({ name, at: i + 1 })).filter(({ name }) => EACH === 1 || bites(name));
  const chosen = points.flatMap(({ at }, i) => (i % 3 === 0 ? [at] : []));
  for (let from = 0; from < chosen.length; from += STOPPED_AT_ONCE) {
    const some = chosen.slice(from, from + STOPPED_AT_ONCE);
    const stopped = await Promise.all(
      some.map(async (at) => {
        const run = await bench.run();
        return { at, run, ...bench.start({ runs: [run], at, signal: 'SIGSTOP' }) };
      }),
    );
    await Promise.all(stopped.map(({ process: one }) => standsStill(one)));
    await bench.start({ runs: stopped.map(({ run }) => run) }).ended;
    for (const { process: one } of stopped) one.kill('SIGCONT');
    for (const { at, run, ended } of stopped) {
      const over = await ended;
      // By its own course: effects do not come in the same order each time on a database that others use as well.
      const own = over?.names ?? names;
      const where = `stopped at ${at}, ${own[at - 1]}`;
      const before = figures.doubled;
      // What was on its way when the process was stopped arrives when it goes on, after all that came since.
      const late = (ledger: string[]): string[] => (inSend(own, at) ? [...new Set(ledger)] : ledger);
      await judge(bench, run, over?.results[0], where, figures, late);
      if (!inSend(own, at)) outside += figures.doubled - before;
    }
  }
  expect(outside, 'sends repeated by one that had stood still').to.equal(0);
  return `${chosen.length} of ${names.length} points, ${figures.toString()}`;
}

/** Kills at every effect: each run in a process of its own, all taken up by one process that comes after. */
async function killEverywhere(bench: CrashBench): Promise<string> {
  const first = await bench.run();
  const reference = await bench.start({ runs: [first] }).ended;
  await judge(bench, first, reference?.results[0], 'without a fault', new Figures());
  const names = reference?.names ?? [];
  const chosen = names.map((name, i) => ({ at: i + 1, name })).filter(({ at }) => at % EACH === 0);
  const points = await Promise.all(chosen.map(async (point) => ({ ...point, run: await bench.run() })));
  await eachOf(points, async ({ at, run }) => {
    expect(await bench.start({ runs: [run], at }).ended, `killed at ${at}`).to.equal(null);
  });
  const ended = await bench.start({ runs: points.map(({ run }) => run) }).ended;
  const figures = new Figures();
  for (const { at, name, run } of points) {
    const result = ended?.results.find((one) => one.name === run.name);
    await judge(bench, run, result, `killed at ${at}, ${name}`, figures);
  }
  judgeKeys(bench, points.length + 1);
  figures.expectClean(CONTACTS.length * points.length);
  return `${points.length} of ${names.length} points, ${figures.toString()}`;
}

describe('crash points: kill -9 before and after every effect', function () {
  this.timeout(EACH === 1 ? 1_200_000 : 240_000);
  const bench = new CrashBench();
  before(() => bench.open());
  after(() => bench.close());

  it('nothing is lost or reordered, at most the send under way is repeated, calls keep their key', async () => {
    process.stdout.write(`      embedded: ${await killEverywhere(bench)}\n`);
  });
});

describeMongo('crash points on MongoDB', (database) => {
  const bench = new CrashBench(database.uri);
  before(() => bench.open());
  after(() => bench.close());

  it('another process takes up what was killed, before and after every effect', async function () {
    this.timeout(EACH === 1 ? 1_200_000 : 240_000);
    process.stdout.write(`      MongoDB: ${await killEverywhere(bench)}\n`);
  });

  it('one that stood still while another took over neither commits nor sends again', async function () {
    this.timeout(EACH === 1 ? 1_200_000 : 240_000);
    process.stdout.write(`      stopped: ${await standStillEverywhere(bench)}\n`);
  });
});
