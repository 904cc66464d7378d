import type { StoreClock } from './clock.ts';
import { keepRecent } from './expressions.ts';
import type { Collections } from './record.ts';
import { REMEMBERED_MS } from './schema.ts';

/** Conversations written by one command. */
const STEP = 200;

/** Drops what is past its time; answers how many rows. MongoDB's own expiry does the same for all but lines. */
export async function purge(
  { conversations, lines, seen, documents }: Collections,
  clock: StoreClock,
  before: { readonly lines: number; readonly seen: number },
): Promise<number> {
  const now = await clock.read();
  const expired = await documents.deleteMany({ expires: { $lte: new Date(now) } });
  const forgotten = await seen.deleteMany({ at: { $lt: new Date(Math.min(before.seen, now - REMEMBERED_MS)) } });
  const old = await lines.deleteMany({ at: { $lt: before.lines } });
  const recent = before.lines > 0 ? await purgeRecent(conversations, before.lines) : 0;
  return expired.deletedCount + forgotten.deletedCount + old.deletedCount + recent;
}

/** The rows that still stand in their conversations. Reads every conversation once. */
async function purgeRecent(conversations: Collections['conversations'], before: number): Promise<number> {
  const found = conversations.find({ 'recent.at': { $lt: before } }, { projection: { 'recent.at': 1 } });
  let rows = 0;
  let ids: string[] = [];
  const write = async (): Promise<void> => {
    const update = keepRecent({ $gte: ['$$this.at', before] });
    if (ids.length > 0) await conversations.bulkWrite(ids.map((_id) => ({ updateOne: { filter: { _id }, update } })));
    ids = [];
  };
  for await (const { _id, recent } of found) {
    rows += recent.filter(({ at }) => at < before).length;
    if (ids.push(_id) === STEP) await write();
  }
  await write();
  return rows;
}
