import { createTask, parse, schedule } from 'node-cron';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How far back a moment is looked for that nobody was there for, in minutes: a month. */
const LOOK_BACK = 32 * 24 * 60;

/** Minutes that are looked at before others get a turn. */
const AT_ONCE = 500;

/**
 * The latest minute after `since` and up to `now` at which a schedule was due, or null. Both are milliseconds since
 * 1970. Of several moments that were missed only the last one counts.
 */
export async function lastDue(cron: string, timezone: string, since: number, now: number): Promise<number | null> {
  const task = createTask(cron, () => undefined, { timezone });
  const repeated = repeats(cron, timezone);
  const first = Math.floor(since / MINUTE) + 1;
  const last = Math.floor(now / MINUTE);
  try {
    for (let minute = last; minute >= Math.max(first, last - LOOK_BACK); minute -= 1) {
      const at = new Date(minute * MINUTE);
      if (task.match(at) && !repeated(at)) return at.getTime();
      if ((last - minute) % AT_ONCE === AT_ONCE - 1) await new Promise(setImmediate);
    }
    return null;
  } finally {
    await task.destroy();
  }
}

/** True for the hour that a clock shows a second time when summer ends: a schedule of named hours had it already. */
function repeats(cron: string, timezone: string): (at: Date) => boolean {
  if (parse(cron).hour.length === 24) return () => false;
  const wall = new Intl.DateTimeFormat('en', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' });
  return (at) => wall.format(at) === wall.format(at.getTime() - HOUR);
}

/** Runs a look every few seconds, never two at once; answers the way to stop. */
export function everyFewSeconds(look: () => Promise<void>): () => Promise<void> {
  const task = schedule('*/5 * * * * *', look, { noOverlap: true, suppressMissedWarning: true, unref: true });
  return async () => {
    await task.destroy();
  };
}
