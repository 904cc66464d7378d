// Closed-loop load: so many contacts, each holding one conversation after the other. Every text is compared.
import { setImmediate } from 'node:timers/promises';

/** The `share`-th of a sorted list of numbers. */
export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * `load`: `contacts` at once, `steps` of a conversation, for `ms` milliseconds or `conversations` in all. A wrong answer ends
 * the run: its figures do not count.
 */
export async function drive(bot, load) {
  const run = { times: [], conversations: 0, begun: 0, wrong: null, said: new Map() };
  const started = performance.now();
  const goesOn = () =>
    run.wrong === null &&
    run.begun < (load.conversations ?? Infinity) &&
    performance.now() - started < (load.ms ?? Infinity);
  const contact = async (name) => {
    while (goesOn()) {
      run.begun += 1;
      await converse(bot, name, load.steps, run);
      // Timers and sockets get their turn also where a bot is quick enough to never wait.
      if (run.conversations % 64 === 0) await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: load.contacts }, (_, i) => contact(`${load.prefix}${i}`)));
  return figures(run, (performance.now() - started) / 1000);
}

async function converse(bot, name, steps, run) {
  for (const { say, hear } of steps) {
    const begun = performance.now();
    const heard = await attempt(bot, name, say, hear.length);
    run.times.push(performance.now() - begun);
    if (same(heard, hear)) continue;
    run.wrong ??= { contact: name, say, heard, hear };
    return;
  }
  run.conversations += 1;
  run.said.set(name, (run.said.get(name) ?? 0) + 1);
}

async function attempt(bot, name, say, expect) {
  try {
    return await bot.send(name, say, expect);
  } catch (error) {
    return [`error: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** True when two lists of texts are the same. */
export function same(one, other) {
  return one.length === other.length && one.every((text, i) => text === other[i]);
}

function figures({ times, conversations, wrong, said }, seconds) {
  times.sort((a, b) => a - b);
  const messages = times.length;
  const rate = messages / seconds;
  return {
    messages,
    conversations,
    seconds,
    rate,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    wrong,
    said,
  };
}
