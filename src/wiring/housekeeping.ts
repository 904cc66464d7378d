import { messageOf } from '../domain/error.ts';
import type { Log } from '../log/logger.ts';
import type { Store } from '../store/store.ts';

const HOUR = 3_600_000;

/** How long ids of messages are remembered, so that a late copy is known (ms). */
const REMEMBERED = 8 * 24 * HOUR;

/** Drops what is past its time, once an hour, a little at a time. */
export function startHousekeeping(store: Store, keepLines: number, log: Log): NodeJS.Timeout {
  const purge = async (): Promise<void> => {
    try {
      const dropped = await store.purge({ lines: Date.now() - keepLines, seen: Date.now() - REMEMBERED });
      if (dropped > 0) log.info('dropped what was past its time', { rows: dropped });
    } catch (error) {
      log.warn('housekeeping failed and will be tried again', { reason: messageOf(error) });
    }
  };
  return setInterval(() => void purge(), HOUR).unref();
}
