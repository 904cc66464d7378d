// The results as tables of Markdown.
import { figures, ratio } from './figures.mjs';
import { lines } from './jobs.mjs';

/** All tables of a run. */
export function tables({ runs, mongo }) {
  return [
    ...contactsOf(runs).map((contacts) => rateTable(runs, mongo, contacts)),
    idleTable(runs),
    growthTable(runs),
    startTable(runs),
  ]
    .filter((table) => table !== '')
    .join('\n\n');
}

/** How many contacts at once were measured, ascending. */
export function contactsOf(runs) {
  const found = runs.flatMap(({ id }) => /@(\d+)$/.exec(id)?.[1] ?? []);
  return [...new Set(found.map(Number))].sort((a, b) => a - b);
}

function rateTable(runs, mongo, contacts) {
  const rows = lines(mongo).flatMap(({ line, title, call, floor }) => {
    const id = (name) => `${name}${call ? '+call' : ''}@${contacts}`;
    const found = figures(runs, id(line));
    if (found === null) return [];
    const base = floor === undefined ? undefined : id(floor);
    const against = (name, up) =>
      base === undefined ? '' : shownRatio(ratio(runs, up ? base : id(line), up ? id(line) : base, name));
    const { rate, p50, p99, cpuUs, allocated } = found;
    const latency = `${short(p50.median)} / ${short(p99.median)}`;
    const cells = [
      shown(rate),
      latency,
      shown(cpuUs),
      kilobytes(allocated),
      writes(found),
      against('rate', true),
      against('cpuUs', false),
    ];
    return [[`${title}${call ? ', with the call' : ''}`, ...cells]];
  });
  const heads = [
    '',
    'messages/s',
    'p50 / p99 ms',
    'CPU µs/message',
    'KB allocated',
    'store writes',
    'floor is quicker by',
    'CPU over floor',
  ];
  return section(`${contacts} ${contacts === 1 ? 'contact' : 'contacts at once'}`, heads, rows);
}

function idleTable(runs) {
  const rows = ['idle-durable', 'idle-server'].flatMap((id) => {
    const found = figures(runs, id);
    if (found === null) return [];
    const sizes = [0, 1].flatMap((i) =>
      found[`sizes.${i}.rss`] === undefined
        ? []
        : [`${number(found[`sizes.${i}.rss`].median / 1e6)} MB at ${number(found[`sizes.${i}.conversations`].median)}`],
    );
    return [
      [
        id === 'idle-durable' ? 'embedded store, in process' : 'whole server over HTTP',
        sizes.join(', '),
        shown(found.bytes),
      ],
    ];
  });
  return section('Idle conversations', ['', 'resident memory', 'bytes of heap for each'], rows);
}

function growthTable(runs) {
  const rows = ['contacts', 'blocks', 'history'].flatMap((what) => {
    const found = figures(runs, `growth-${what}`);
    if (found === null) return [];
    const name =
      what === 'history'
        ? 'past conversations of each contact'
        : what === 'blocks'
          ? 'more blocks in the flow'
          : 'conversations in the store';
    const at = (i) => `${shown(found[`steps.${i}.cpuUs`])} at ${number(found[`steps.${i}.size`].median)}`;
    return [[name, at(0), at(1), (found['steps.1.cpuUs'].median / found['steps.0.cpuUs'].median).toFixed(2)]];
  });
  return section(
    'Growth: CPU µs per message, whole server, 64 contacts',
    ['', 'a little', 'ten times as much', 'ratio'],
    rows,
  );
}

function startTable(runs) {
  const [start, load] = ['start-up', 'flow-load'].map((id) => figures(runs, id));
  const rows = [
    ...(start === null ? [] : [['process start to first reply', `${shown(start.ms)} ms`]]),
    ...(load === null
      ? []
      : [
          [`loading a flow of ${number(load.blocks.median)} blocks, the first time`, `${shown(load.ms)} ms`],
          ['the same, once the code is warm', `${shown(load.again)} ms`],
        ]),
  ];
  return section('Starting', ['', ''], rows);
}

function section(title, heads, rows) {
  if (rows.length === 0) return '';
  const table = [heads, heads.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(
    (row) => `| ${row.join(' | ')} |`,
  );
  return [`### ${title}`, '', ...table].join('\n');
}

/** The median; behind it the lowest and highest where they differ. */
function shown({ median, low, high }) {
  return low === high ? number(median) : `${number(median)} (${number(low)}–${number(high)})`;
}

function shownRatio(found) {
  return found === null ? '' : `${found.median.toFixed(1)}× (${found.low.toFixed(1)}–${found.high.toFixed(1)})`;
}

function kilobytes({ median }) {
  return (median / 1024).toFixed(1);
}

function writes(found) {
  const each = Object.entries(found).flatMap(([name, { median }]) => (name.startsWith('writes.') ? [median] : []));
  return each.length === 0 ? '' : each.reduce((sum, one) => sum + one, 0).toFixed(2);
}

/** A number in as few digits as say something. */
export function number(value) {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : short(value);
}

function short(value) {
  if (value >= 100) return number(value);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
