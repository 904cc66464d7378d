// Parley as a contender of the shared harness. Copy this file to the harness as contenders/parley.mjs and once more as
// contenders/parley-server.mjs, and say where it comes from:
//   PARLEY_ROOT=/path/to/parley node run.mjs --only parley,parley-server,ref-switch,hubot --phases verify,bench --conc 64
// `parley`, in the harness's process: A, the engine in memory, its calls answered from memory; B, the same with Parley's
// own HTTP client; C, all of the durable server but its HTTP face. `parley-server`: the whole durable server, over HTTP.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const served = import.meta.url.endsWith('parley-server.mjs');

export const meta = {
  title: served ? 'Parley, whole durable server over HTTP' : 'Parley',
  kind: 'ours',
  variants: served ? ['B', 'C'] : ['A', 'B', 'C'],
  store: 'embedded store, fsync per write',
};

/** As the harness asks for it; see the README there. */
export default async function create(env) {
  let bot;
  return {
    async start() {
      bot = await botOf(env);
    },
    async send(contact, text, { expect }) {
      const replies = await bot.send(contact, text, expect);
      for (const reply of replies) env.onReply(contact, reply);
      return replies;
    },
    ...(served ? { pids: () => [bot.pid] } : {}),
    stop: () => bot.close(),
  };
}

async function botOf({ variant, ordersUrl, dataDir, lookup }) {
  const job = { dir: dataDir, ordersUrl };
  if (served) return (await bots('http')).serverBot(job);
  if (variant === 'C') return (await bots('durable')).durableBot(job, {});
  const { engineBot } = await bots('engine');
  return engineBot(variant === 'A' ? { ...job, look: lookup } : job);
}

function bots(name) {
  const root = process.env.PARLEY_ROOT ?? new URL('../..', import.meta.url).pathname;
  return import(pathToFileURL(join(root, 'scripts/bench/bots', `${name}.mjs`)).href);
}
