// npm run bench: how fast Parley is, beside what could not be faster. docs/performance.md tells what the lines mean.
//   node scripts/bench/run.mjs [--quick] [--repetitions 3] [--only server,engine] [--out results.json] [--plot plot.svg]
//                              [--compare old.json] [--write-docs] [--from results.json]
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../build.mjs';
import { startChild } from './child.mjs';
import { comparison } from './compare.mjs';
import { writeDocs } from './docs.mjs';
import { faults } from './figures.mjs';
import { SIZES, jobs } from './jobs.mjs';
import { plot } from './plot.mjs';
import { number, tables } from './table.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    repetitions: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
    plot: { type: 'string' },
    compare: { type: 'string' },
    from: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
  },
});

const run = values.from === undefined ? await measured() : JSON.parse(readFileSync(values.from, 'utf8'));
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(run, null, 1));
if (values.plot !== undefined) writeFileSync(values.plot, plot(run));
process.stdout.write(`\n${tables(run)}\n`);
if (values.compare !== undefined) {
  const before = JSON.parse(readFileSync(values.compare, 'utf8'));
  process.stdout.write(`\nBefore → now\n${comparison(before, run).join('\n')}\n`);
}
if (values['write-docs']) writeDocs(run);
const wrong = faults(run.runs);
for (const fault of wrong) process.stderr.write(`WRONG  ${fault}\n`);
process.exit(wrong.length === 0 ? 0 : 1);

async function measured() {
  if (process.env.PARLEY_DIST === undefined) await buildIfStale();
  const size = SIZES[values.tiny ? 'tiny' : values.quick ? 'quick' : 'full'];
  const repetitions = Number(values.repetitions ?? (values.quick || values.tiny ? 1 : 3));
  const mongo = (process.env.MONGODB_URI ?? '') !== '';
  const all = jobs(size, { mongo, only: values.only?.split(',') });
  const runs = [];
  for (let repetition = 1; repetition <= repetitions; repetition += 1)
    for (const { group: _, ...job } of shuffled(all)) {
      const result = await one(job);
      runs.push({ id: job.id, repetition, load: loadavg()[0], result });
      progress(runs.length, repetitions * all.length, job.id, result);
    }
  return { at: new Date().toISOString(), machine: machine(), mongo, repetitions, runs };
}

/** Each measurement has a process of its own, so that none warms up or litters another's. */
async function one(job) {
  const child = await startChild('worker.mjs', job);
  child.stop();
  return child.first;
}

/**
 * In another order each time, so that what else the machine does hits every line now and then. What is compared stays
 * together: the quieter or busier minute is the same for both.
 */
function shuffled(list) {
  const places = new Map(list.map(({ group, id }) => [group ?? id, Math.random()]));
  const placeOf = ({ group, id }) => places.get(group ?? id);
  return [...list].sort((a, b) => placeOf(a) - placeOf(b));
}

function progress(done, of, id, result) {
  const figure =
    result.wrong ??
    (result.rate === undefined
      ? JSON.stringify(result).slice(0, 90)
      : `${number(result.rate)} messages/s, CPU ${number(result.cpuUs)} µs`);
  process.stderr.write(`${String(done).padStart(String(of).length)}/${of}  ${id.padEnd(28)}${figure.split('\n')[0]}\n`);
}

function machine() {
  const [{ model }] = cpus();
  return { node: process.version, cpu: model, cores: cpus().length };
}
