import { metered, warmUp, withBot } from '../with-bot.mjs';

/** Messages a second, latency, and what a message costs, with so many contacts at once. */
export function rate({ contacts, ms, warmMs, ...what }) {
  return withBot(what, async (bot) => {
    await warmUp(bot, { ...what, warmMs });
    return metered(bot, { contacts, ms, prefix: 'c' });
  });
}
