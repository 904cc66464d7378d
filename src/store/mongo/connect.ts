import mongoose from 'mongoose';
import type { mongo } from 'mongoose';
import { ParleyError } from '../../domain/error.ts';
import { EXAMPLE, openingFault } from './faults.ts';
import { answered } from './gate.ts';

/** Names the parts of a connection string; a database is all that stands between the hosts and `?`. */
const URI = /^mongodb(?:\+srv)?:\/\/(?:[^@/?]*@)?(?<hosts>[^@/?]+)(?:\/(?<database>[^?]*))?(?:\?(?<settings>.*))?$/s;

/** How the store wants the connection; what the URI says goes first. Times in milliseconds. */
const DEFAULTS = {
  appName: 'parley',
  w: 'majority',
  retryWrites: true,
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  // Well above any verb, and not above a lease: a server that fell silent must not hold a verb for longer.
  socketTimeoutMS: 10_000,
  waitQueueTimeoutMS: 5_000,
} satisfies mongo.MongoClientOptions;

/** Each step of closing takes this long at most (ms). */
const CLOSE_MS = 1_000;

/** An open connection to the database that the URI names. */
export interface Connected {
  readonly db: mongo.Db;
  /** What to say of faults while the store is being set up. */
  fault(error: unknown): unknown;
  close(): Promise<void>;
}

/** Connects, within about 5 s. `onCommand` hears the name of each command. Throws `bad_config`. */
export async function connect(uri: string, onCommand?: (name: string) => void): Promise<Connected> {
  const { hosts, database, settings } = parts(uri);
  const fault = (error: unknown): unknown => openingFault(error, hosts, database);
  try {
    const connection = mongoose.createConnection(uri, {
      ...defaultsBeside(settings),
      // A read from a copy could miss an id that was refused a moment ago.
      readPreference: 'primary',
      bufferCommands: false,
      monitorCommands: onCommand !== undefined,
    });
    await connection.asPromise().catch(async (error: unknown) => {
      await connection.destroy();
      throw error;
    });
    const { db } = connection;
    if (db === undefined) throw new Error('mongoose connected without a database');
    if (onCommand !== undefined) connection.getClient().on('commandStarted', (event) => onCommand(event.commandName));
    return { db, fault, close: () => close(connection, db) };
  } catch (error) {
    throw fault(error);
  }
}

/**
 * Closes, also when the server has gone. The driver says goodbye on a pooled connection, and would wait for ever on one
 * that is just breaking; a ping before that finds out.
 */
async function close(connection: mongoose.Connection, db: mongo.Db): Promise<void> {
  const quietly = (asked: Promise<unknown>): Promise<unknown> => answered(asked, CLOSE_MS).catch(() => undefined);
  await quietly(db.command({ ping: 1 }));
  await quietly(connection.destroy());
}

function parts(uri: string): { hosts: string; database: string; settings: string } {
  const { hosts, database = '', settings = '' } = URI.exec(uri)?.groups ?? {};
  if (hosts === undefined) throw new ParleyError('bad_config', 'MONGODB_URI is no MongoDB connection string', EXAMPLE);
  if (database === '') {
    const message = `MONGODB_URI names no database; write one after the host: ${hosts}/parley`;
    throw new ParleyError('bad_config', message, EXAMPLE);
  }
  return { hosts, database, settings };
}

/** The defaults that the URI has not set itself; its names of settings know no case. */
function defaultsBeside(settings: string): mongo.MongoClientOptions {
  const named = new Set([...new URLSearchParams(settings).keys()].map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(DEFAULTS).filter(([name]) => !named.has(name.toLowerCase())));
}
