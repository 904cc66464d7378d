// A long run of the order-status chat against real server processes that are killed every few seconds, for the figures
// that the test suites are too short for:
//   node scripts/soak.mjs --visitors 1000 --processes 2 --kill-every 4s --minutes 5 --store mongo
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { register } from 'tsx/esm/api';

register();
const { openStore } = await import('../src/store/index.ts');
const { Cluster, meanwhile } = await import('../test/support/cluster.ts');
const { EagerVisitor } = await import('../test/support/eager.ts');
const { ORDER_STATUS } = await import('../test/faults/order-status.ts');
const { Figures, compare, expectAtRest } = await import('../test/faults/invariants.ts');
const { TestDatabase } = await import('../test/stores/mongo-kit.ts');

const { values } = parseArgs({
  options: {
    visitors: { type: 'string', default: '1000' },
    processes: { type: 'string', default: '2' },
    'kill-every': { type: 'string', default: '4s' },
    minutes: { type: 'string', default: '1' },
    /** Seconds in which the visitors come. */
    over: { type: 'string', default: '30' },
    store: { type: 'string', default: 'embedded' },
  },
});
const visitors = Number(values.visitors);
const killEvery = 1000 * Number.parseFloat(values['kill-every']);
const over = 1000 * Number(values.over);
const until = performance.now() + 60_000 * Number(values.minutes);
const mongo = values.store === 'mongo';
if (mongo && !process.env.MONGODB_URI) throw new Error('set MONGODB_URI for --store mongo');

const database = mongo ? new TestDatabase(process.env.MONGODB_URI) : null;
const cluster = new Cluster(database?.uri ?? '');
const heard = new Figures();
const transcripts = new Figures();
const waits = [];
const counts = { chats: 0, kills: 0, repeated: 0, broken: 0, largest: 0 };
const problems = [];

/** The time that something took, in milliseconds. */
async function timed(act) {
  const started = performance.now();
  await act();
  waits.push(performance.now() - started);
}

async function chat() {
  const visitor = new EagerVisitor(cluster.balancer.url);
  await timed(() => visitor.start('order-status'));
  visitor.listen();
  await timed(() => visitor.say('CU001', 'a'));
  await timed(() => visitor.say('no', 'b'));
  await visitor.hears(ORDER_STATUS.length);
  await visitor.leave();
  const [events, stored] = [visitor.heard, await visitor.transcript('order-status')].map((seen) =>
    compare(seen, ORDER_STATUS),
  );
  heard.add(events);
  transcripts.add(stored);
  if (events.lost.length + events.doubled + events.inverted.length + stored.lost.length > 0)
    problems.push(JSON.stringify({ heard: visitor.heard, events, stored }));
  counts.chats += 1;
  counts.repeated += visitor.repeated;
  counts.broken += visitor.broken;
}

async function visit(i) {
  await pause((over * i) / visitors);
  do await chat();
  while (performance.now() < until);
}

/** Kilobytes of memory that a process has. */
function memory(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function percentile(share) {
  const sorted = [...waits].sort((a, b) => a - b);
  return `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)} ms`;
}

function progress() {
  const running = cluster.servers.map(({ pid }) => memory(pid));
  counts.largest = Math.max(counts.largest, ...running);
  const { lost, doubled, inverted } = heard;
  const seconds = Math.round(performance.now() / 1000);
  process.stdout.write(
    `${seconds} s: ${counts.chats} chats, ${counts.kills} kills, ${counts.repeated} requests repeated, ` +
      `${lost} lost, ${doubled} doubled, ${inverted} out of order, p50 ${percentile(0.5)}\n`,
  );
}

function table() {
  const seconds = performance.now() / 1000;
  const rows = {
    store: mongo ? 'MongoDB' : 'embedded',
    processes: cluster.servers.length,
    visitors,
    chats: counts.chats,
    'messages of visitors a second': ((2 * counts.chats) / seconds).toFixed(1),
    kills: counts.kills,
    'requests repeated': counts.repeated,
    'event streams broken off': counts.broken,
    'lost (events, transcript)': `${heard.lost}, ${transcripts.lost}`,
    'doubled (events, transcript)': `${heard.doubled}, ${transcripts.doubled}`,
    'out of order (events, transcript)': `${heard.inverted}, ${transcripts.inverted}`,
    'answer, half of them within': percentile(0.5),
    'answer, 99 of 100 within': percentile(0.99),
    'slowest answer': percentile(1),
    'largest process': `${Math.round(counts.largest / 1024)} MB`,
  };
  process.stdout.write('\n');
  for (const [name, value] of Object.entries(rows)) process.stdout.write(`${name.padEnd(36)}${value}\n`);
}

// On a machine that is busy with all of this the shop must not count as too slow.
const flow = readFileSync(new URL('../flows/order-status.yaml', import.meta.url), 'utf8');
const patient = flow.replace('timeout: 5', 'timeout: 100');
await cluster.open(mongo ? Number(values.processes) : 1, { 'order-status': patient });
const ticking = setInterval(progress, 5000);
const all = Promise.all(Array.from({ length: visitors }, (_, i) => visit(i)));
if (killEvery > 0) {
  await meanwhile(all, killEvery, async () => {
    await cluster.crash(counts.kills % cluster.servers.length, 300);
    counts.kills += 1;
  });
}
await all;
clearInterval(ticking);
table();
for (const problem of problems.slice(0, 5)) process.stdout.write(`${problem}\n`);
if (database === null) {
  cluster.server(0).kill('SIGTERM');
  await cluster.server(0).ended();
}
const store = (await database?.open()) ?? (await openStore({ dataDir: join(cluster.dir, 'data-0') }));
process.stdout.write(`${'conversations at rest'.padEnd(36)}${await expectAtRest(store)}\n`);
await store.close();
await database?.drop();
await cluster.close();
const wrong = [heard, transcripts].reduce((sum, { lost, doubled, inverted }) => sum + lost + doubled + inverted, 0);
process.exit(wrong === 0 ? 0 : 1);
