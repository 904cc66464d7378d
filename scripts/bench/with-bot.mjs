// A bot from its making to its end, and the checks without which its figures do not count.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOTS } from './bots/index.mjs';
import { startChild } from './child.mjs';
import { drive, same } from './drive.mjs';
import { meter } from './meter.mjs';
import { script } from './scenario.mjs';

/** Contacts that are measured with where nothing else is said, and whose transcripts are compared at most. */
export const CONTACTS = 64;

/** Makes the bot of a job with all it needs, and takes everything away afterwards. */
export async function withBot({ bot: name, call = false, ...options }, use) {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const orders = call ? await startChild('orders.mjs', {}) : null;
  const counts = {};
  const bot = await BOTS[name]({ dir, ordersUrl: orders?.first.url ?? null, ...options }, counts);
  try {
    return await use({ meter: meter(counts), ...bot });
  } finally {
    await bot.close();
    orders?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Conversations after which the compiler has seen enough, and how often `warmMs` may pass until there were so many. */
const WARM = 3000;
const WARM_ROUNDS = 6;

/** Every way through the conversation once, then enough of the usual one; code that is still cold costs several times as much. */
export async function warmUp(bot, { call = false, warmMs }) {
  const ways = call
    ? [['CU001'], ['CU002'], ['CU003'], ['CU004'], ['CU002', 'CU003']]
    : [['CU001'], ['CU001', 'CU001']];
  for (const [i, numbers] of ways.entries())
    assertRight(await drive(bot, { contacts: 1, steps: script(...numbers), conversations: 1, prefix: `way${i}-` }));
  for (let held = 0, round = 0; held < WARM && round < WARM_ROUNDS; round += 1) {
    const run = await drive(bot, { contacts: CONTACTS, steps: script('CU001'), ms: warmMs, prefix: 'w' });
    assertRight(run);
    held += run.conversations;
  }
}

/** Drives and meters; throws when an answer or a transcript is wrong. Amounts are per message. */
export async function metered(bot, load) {
  await bot.meter.begin();
  const run = await drive(bot, { contacts: CONTACTS, steps: script('CU001'), ...load });
  const used = await bot.meter.end();
  assertRight(run);
  await assertHeard(bot, run.said);
  const each = (amount) => amount / run.messages;
  const writes = Object.fromEntries(Object.entries(used.writes).map(([verb, count]) => [verb, each(count)]));
  const { rate, p50, p99, messages } = run;
  return { rate, p50, p99, messages, cpuUs: each(used.cpuUs), allocated: each(used.allocated), writes };
}

/** Throws when a run heard something wrong. */
export function assertRight({ wrong }) {
  if (wrong !== null) throw new Error(`a wrong answer: ${JSON.stringify(wrong)}`);
}

/** What the bot keeps of the conversations has to be what was said in them. */
async function assertHeard(bot, said) {
  if (bot.heard === undefined) return;
  await bot.idle?.();
  const texts = script('CU001').flatMap(({ hear }) => hear);
  for (const [contact, times] of [...said].slice(0, CONTACTS)) {
    const kept = await bot.heard(contact);
    const wanted = Array.from({ length: times }, () => texts).flat();
    if (!same(kept.slice(-wanted.length), wanted))
      throw new Error(`the transcript of ${contact} is wrong: ${JSON.stringify(kept.slice(-20))}`);
  }
}
