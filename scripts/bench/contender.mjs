// Parley as a contender of the shared harness: copy (or link) this file to its contenders/ folder, and say where it came from:
//   PARLEY_ROOT=/path/to/parley node run.mjs --only parley,ref-switch,hubot --phases verify,bench --conc 64
// A: the engine in memory, its calls answered from memory. B: the same with Parley's own HTTP client. C: all of the
// durable server but its HTTP face. The whole server over HTTP is `serve.mjs` (OWN_CMD, see docs/performance.md).
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const meta = {
  title: 'Parley',
  kind: 'ours',
  variants: ['A', 'B', 'C'],
  store: 'embedded store, fsync per write',
};

/** As the harness asks for it; see the README there. */
export default async function create(env) {
  const here = process.env.PARLEY_ROOT ?? new URL('../..', import.meta.url).pathname;
  const load = (name) => import(pathToFileURL(join(here, 'scripts/bench/bots', `${name}.mjs`)).href);
  let bot;
  return {
    async start() {
      if (env.variant === 'C')
        bot = await (await load('durable')).durableBot({ dir: env.dataDir, ordersUrl: env.ordersUrl }, {});
      else {
        const look = env.variant === 'A' ? { look: env.lookup } : {};
        bot = await (await load('engine')).engineBot({ ordersUrl: env.ordersUrl, ...look });
      }
    },
    async send(contact, text, { expect }) {
      const replies = await bot.send(contact, text, expect);
      for (const reply of replies) env.onReply(contact, reply);
      return replies;
    },
    stop: () => bot.close(),
  };
}
