import { drive } from '../drive.mjs';
import { script } from '../scenario.mjs';
import { CONTACTS, assertRight, metered, warmUp, withBot } from '../with-bot.mjs';

/** What a message costs with a little of something, and with ten times as much: contacts, blocks, or history. */
export async function growth({ what, base, warmMs, ...job }) {
  const sizes = [base, 10 * base];
  if (what !== 'blocks') return withBot(job, (bot) => grown(bot, what, sizes, { ...job, warmMs }));
  const found = [];
  for (const size of sizes)
    found.push(await withBot({ ...job, blocks: size }, (bot) => grown(bot, what, [size], { ...job, warmMs })));
  return { steps: found.flatMap(({ steps }) => steps) };
}

async function grown(bot, what, sizes, { ms, warmMs, call }) {
  await warmUp(bot, { call, warmMs });
  const steps = [];
  let made = 0;
  for (const size of sizes) {
    if (what === 'contacts')
      await hold(bot, script('CU001').slice(0, 1), { prefix: `p${size}-`, contacts: size - made });
    if (what === 'history') await hold(bot, script('CU001'), { prefix: 'c', contacts: CONTACTS, each: size - made });
    made = size;
    steps.push({ size, ...(await metered(bot, { ms, prefix: 'c' })) });
  }
  return { steps };
}

/** Contacts that hold so many conversations each, at most 64 at once. */
async function hold(bot, steps, { prefix, contacts, each = 1 }) {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < contacts; i = next++) {
      const one = { send: (_, text, expect) => bot.send(`${prefix}${i}`, text, expect) };
      assertRight(await drive(one, { contacts: 1, steps, conversations: each, prefix: '' }));
    }
  };
  await Promise.all(Array.from({ length: CONTACTS }, lane));
}
