// What is measured in one repetition, in a table: every row is one line of the result.

/** Concurrent contacts. */
const CONTACTS = [1, 64, 1000];

/** Lines of the first table. `floor` is the line that a ratio is taken to, of the same run. */
const LINES = [
  { line: 'switch', bot: 'switch', title: 'hand-written switch over a Map' },
  { line: 'engine', bot: 'engine', title: 'engine alone', floor: 'switch' },
  { line: 'switch-durable', bot: 'switch-durable', title: 'hand-written, SQLite with group commit' },
  { line: 'durable', bot: 'durable', title: 'durable, embedded store, in process', floor: 'switch-durable' },
  { line: 'front', bot: 'front', title: 'hand-written switch behind plain node:http' },
  { line: 'server', bot: 'server', title: 'whole server over HTTP, embedded store', floor: 'front' },
];
const MONGO = [
  { line: 'mongo-loop', bot: 'mongo-loop', title: 'bare loop of 3 MongoDB writes' },
  { line: 'durable-mongo', bot: 'durable-mongo', title: 'durable, MongoDB, in process', floor: 'mongo-loop' },
  { line: 'server-mongo', bot: 'server-mongo', title: 'whole server over HTTP, MongoDB', floor: 'mongo-loop' },
];

/** Each line without a call, and with the order looked up over HTTP. */
export function lines(mongo) {
  return [...LINES, ...(mongo ? MONGO : [])].flatMap((line) => [false, true].map((call) => ({ ...line, call })));
}

/** How much is measured. Times in milliseconds. */
export const SIZES = {
  full: {
    ms: 1500,
    warmMs: 800,
    contacts: CONTACTS,
    idle: [10_000, 100_000],
    growth: { contacts: 1000, blocks: 100, history: 10 },
    blocks: 1000,
  },
  quick: {
    ms: 600,
    warmMs: 300,
    contacts: CONTACTS,
    idle: [3000, 10_000],
    growth: { contacts: 50, blocks: 100, history: 3 },
    blocks: 1000,
  },
  tiny: {
    ms: 40,
    warmMs: 20,
    contacts: [1, 8],
    idle: [20, 60],
    growth: { contacts: 5, blocks: 10, history: 1 },
    blocks: 50,
  },
};

/** All jobs of one repetition. `id` is the same in every repetition and every run; a `group` is measured in one go. */
export function jobs(size, { mongo, only }) {
  const { ms, warmMs, contacts } = size;
  const rates = lines(mongo).flatMap(({ line, bot, call, floor }) =>
    contacts.map((many) => ({
      id: `${line}${call ? '+call' : ''}@${many}`,
      group: `${floor ?? line}${call ? '+call' : ''}@${many}`,
      kind: 'rate',
      bot,
      call,
      contacts: many,
      ms,
      warmMs,
    })),
  );
  const grown = Object.entries(size.growth).map(([what, base]) => ({
    id: `growth-${what}`,
    kind: 'growth',
    bot: 'server',
    what,
    base,
    ms,
    warmMs,
  }));
  const others = [
    { id: 'idle-durable', kind: 'idle', bot: 'durable', sizes: size.idle },
    { id: 'idle-server', kind: 'idle', bot: 'server', sizes: size.idle },
    { id: 'start-up', kind: 'startUp' },
    { id: 'flow-load', kind: 'flowLoad', blocks: size.blocks },
  ];
  const all = [...rates, ...grown, ...others];
  return only === undefined ? all : all.filter(({ id }) => only.some((part) => id.startsWith(part)));
}
