import mongoose from 'mongoose';
import { ParleyError, messageOf } from '../../domain/error.ts';

const { MongoBulkWriteError, MongoError, MongoInvalidArgumentError, MongoParseError, MongoServerError } =
  mongoose.mongo;

const DUPLICATE_KEY = 11_000;
/** The document would be over 16 MB: as an insert, as an update, or in between. */
const TOO_LARGE = new Set([10_334, 17_419, 17_420]);
/** AuthenticationFailed, and how Atlas says it. */
const UNAUTHENTICATED = new Set([18, 8000]);
const UNAUTHORIZED = 13;

/** True for faults of the way to the server or of the server: the verb was done or not, and may be asked again. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ParleyError) return error.code === 'busy';
  return error instanceof MongoError && !(error instanceof MongoInvalidArgumentError) && !isTooLarge(error);
}

/** True when the document would grow over what MongoDB takes. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof MongoServerError && TOO_LARGE.has(Number(error.code));
}

/** What callers are told of a fault while running. */
export function runningFault(error: unknown): unknown {
  if (error instanceof ParleyError) return error;
  if (isTooLarge(error)) return new ParleyError('too_large', 'The record is larger than the 16 MB that MongoDB takes');
  return isPassing(error) ? new ParleyError('busy', `MongoDB cannot do it now: ${plain(error)}`) : error;
}

/** What the person who starts the server is told. `hosts` and `database` are what the URI names. */
export function openingFault(error: unknown, hosts: string, database: string): unknown {
  if (error instanceof ParleyError) return error;
  if (error instanceof MongoParseError || error instanceof MongoInvalidArgumentError) {
    return new ParleyError('bad_config', `MONGODB_URI is not valid: ${plain(error)}`, EXAMPLE);
  }
  if (error instanceof MongoServerError && UNAUTHENTICATED.has(Number(error.code))) {
    const message = `MongoDB at ${hosts} refuses the user name or password in MONGODB_URI`;
    return new ParleyError('bad_config', message, AUTHENTICATION);
  }
  if (error instanceof MongoServerError && error.code === UNAUTHORIZED) {
    const message = `The user in MONGODB_URI may not use the database "${database}" at ${hosts}`;
    return new ParleyError('bad_config', message, 'Give the user the role readWrite on this database.');
  }
  const message = `Cannot use MongoDB at ${hosts}: ${plain(error)}`;
  return new ParleyError(
    'bad_config',
    message,
    'Start MongoDB, or correct MONGODB_URI; unset, the embedded store is used.',
  );
}

/** What a URI should look like. */
export const EXAMPLE = 'Write it like mongodb://user:password@host:27017/parley';
const AUTHENTICATION =
  'Encode special characters of the password (@ is %40); add ?authSource=admin if the user is kept in admin.';

/** Asks once more after a duplicate key: two upserts of one document met, and now it is there. */
export async function oncePerKey<T>(upsert: () => Promise<T>): Promise<T> {
  try {
    return await upsert();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return upsert();
  }
}

/** Inserts of rows that somebody may have inserted before; those are passed over. */
export async function insertMissing(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const faults = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    const onlyKnown = faults.length > 0 && faults.every((fault) => fault.code === DUPLICATE_KEY);
    if (!onlyKnown || error.result.getWriteConcernError() !== undefined) throw error;
  }
}

function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** The driver's words on one line, without a user name or password. */
function plain(error: unknown): string {
  return messageOf(error)
    .replaceAll(/\/\/[^/\s"]*@/g, '//…@')
    .replaceAll(/\s+/g, ' ');
}
