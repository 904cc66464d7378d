import type { mongo } from 'mongoose';
import { ParleyError } from '../../domain/error.ts';
import { oncePerKey } from './faults.ts';
import type { Collections, Kept, SeenId, SpiltRow, Stored } from './record.ts';

/** Version of the shape of what is stored. A higher one in the database was written by a newer Parley. */
const SCHEMA = 1;

/** Ids that left their conversation stay this long, in milliseconds. */
export const REMEMBERED_MS = 8 * 86_400_000;

/** What MongoDB drops by itself goes this much later, so that nobody who asks for the time meets it (seconds). */
const GRACE_S = 60;

interface Version {
  readonly _id: string;
  readonly version: number;
}

/**
 * Prepares a database and answers its collections. `expire`: MongoDB drops what is past its time by itself, which
 * only fits a store that goes by the server's clock. Throws `bad_config` for a database of a newer version.
 */
export async function openCollections(db: mongo.Db, expire: boolean): Promise<Collections> {
  await checkVersion(db.collection<Version>('meta'), db.databaseName);
  const collections = {
    conversations: db.collection<Stored>('conversations'),
    lines: db.collection<SpiltRow>('lines'),
    seen: db.collection<SeenId>('seen'),
    documents: db.collection<Kept>('documents'),
  };
  const ttl = (seconds: number) => (expire ? { expireAfterSeconds: seconds + GRACE_S } : {});
  // The id stands beside the time: it begins with the channel, so what is due on other channels is passed over unread.
  await collections.conversations.createIndexes([{ key: { dueAt: 1, _id: 1 } }]);
  await collections.lines.createIndexes([{ key: { conversation: 1, last: 1 }, unique: true }, { key: { at: 1 } }]);
  await collections.seen.createIndexes([
    { key: { conversation: 1, entry: 1 }, unique: true },
    { key: { at: 1 }, ...ttl(REMEMBERED_MS / 1000) },
  ]);
  await collections.documents.createIndexes([
    { key: { kind: 1, id: 1 }, unique: true },
    { key: { kind: 1, order: -1, id: -1 } },
    { key: { expires: 1 }, ...ttl(0) },
  ]);
  return collections;
}

async function checkVersion(meta: mongo.Collection<Version>, database: string): Promise<void> {
  const found = await oncePerKey(() =>
    meta.findOneAndUpdate(
      { _id: 'schema' },
      { $setOnInsert: { version: SCHEMA } },
      { upsert: true, returnDocument: 'after' },
    ),
  );
  const version = found?.version ?? SCHEMA;
  if (version <= SCHEMA) return;
  const message = `The database "${database}" was written by a newer version of Parley (schema ${version}; this one knows ${SCHEMA})`;
  throw new ParleyError(
    'bad_config',
    message,
    'Start the newer version again, or name another database in MONGODB_URI.',
  );
}
