import { drive } from '../drive.mjs';
import { script } from '../scenario.mjs';
import { CONTACTS, assertRight, withBot } from '../with-bot.mjs';

/** Memory while so many conversations wait for their contact, for each of `sizes`; `bytes` is what each of the later ones costs. */
export function idle({ sizes, ...what }) {
  return withBot(what, async (bot) => {
    const found = [];
    let made = 0;
    for (const size of sizes) {
      await begin(bot, made, size);
      await bot.idle?.();
      made = size;
      found.push({ conversations: size, ...(await bot.meter.memory()) });
    }
    const [first, last] = [found[0], found.at(-1)];
    const bytes = (last.heap - first.heap) / (last.conversations - first.conversations);
    return { sizes: found, bytes };
  });
}

/** Conversations `from` to `to` come to their first question. */
async function begin(bot, from, to) {
  const steps = script('CU001').slice(0, 1);
  let next = from;
  const lane = async () => {
    while (next < to) {
      next += 1;
      assertRight(await drive(bot, { contacts: 1, steps, conversations: 1, prefix: `idle${next}-` }));
    }
  };
  await Promise.all(Array.from({ length: CONTACTS }, lane));
}
