import { messageOf } from '../domain/error.ts';
import type { Log } from '../log/logger.ts';
import type { RunningChannel } from '../outbox/sender.ts';
import type { Store } from '../store/store.ts';
import { OldVersions } from './old-versions.ts';

const HOUR = 3_600_000;

/** How long ids of messages are remembered, so that a late copy is known (ms). */
const REMEMBERED = 8 * 24 * HOUR;

/**
 * Drops what is past its time, once an hour, a little at a time. With `library` also flow versions that nobody is on
 * any more; the versions that it has live are noted first. What the channels keep by themselves goes with the lines.
 */
export function startHousekeeping(
  store: Store,
  keepLines: number,
  log: Log,
  library?: { keep(): Promise<void> },
  channels: () => Iterable<RunningChannel> = () => [],
): NodeJS.Timeout {
  const old = new OldVersions(store, () => store.now());
  const purge = async (): Promise<void> => {
    try {
      const dropped = await store.purge({ lines: store.now() - keepLines, seen: store.now() - REMEMBERED });
      if (dropped > 0) log.info('dropped what was past its time', { rows: dropped });
      if (library === undefined) return;
      await library.keep();
      const versions = await old.sweep();
      if (versions > 0) log.info('dropped flow versions that nobody is on', { versions });
    } catch (error) {
      log.warn('housekeeping failed and will be tried again', { reason: messageOf(error) });
    }
  };
  const all = async (): Promise<void> => {
    await purge();
    await tidyChannels(channels(), Date.now() - keepLines, log);
  };
  return setInterval(() => void all(), HOUR).unref();
}

/** Lets each channel drop what it keeps beside the store and is older than `before` (ms since 1970). */
export async function tidyChannels(channels: Iterable<RunningChannel>, before: number, log: Log): Promise<void> {
  for (const { type, open } of channels) {
    try {
      const dropped = (await open.tidy?.(before)) ?? 0;
      if (dropped > 0) log.info('dropped what was past its time', { channel: type.name, files: dropped });
    } catch (error) {
      log.warn('housekeeping failed and will be tried again', { channel: type.name, reason: messageOf(error) });
    }
  }
}
