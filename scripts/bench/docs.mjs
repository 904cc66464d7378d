// Puts the tables and the plot of a run into docs/performance.md, between two marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './compiled.mjs';
import { plot } from './plot.mjs';
import { tables } from './table.mjs';

const [BEGIN, END] = ['<!-- figures: written by npm run bench -- --write-docs -->', '<!-- end of figures -->'];

/** Replaces the figures of the page, and its plot beside it. */
export function writeDocs(run) {
  const page = join(root, 'docs', 'performance.md');
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${page} has lost the marks between which the figures stand`);
  writeFileSync(page, `${text.slice(0, from + BEGIN.length)}\n\n${figuresOf(run)}\n\n${text.slice(to)}`);
  writeFileSync(join(root, 'docs', 'performance.svg'), plot(run));
}

function figuresOf({ at, machine, repetitions, runs, mongo }) {
  const load = runs.map((run) => run.load).sort((a, b) => a - b)[runs.length >> 1] ?? 0;
  const where = `${machine.cores} cores (${machine.cpu}), Node ${machine.node.slice(1)}, ${repetitions} repetitions, load average ${load.toFixed(1)}`;
  return `Measured on ${at.slice(0, 10)}: ${where}.\n\n![Messages a second](performance.svg)\n\n${tables({ runs, mongo })}`;
}
