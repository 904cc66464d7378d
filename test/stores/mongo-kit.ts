/** What the tests of the MongoDB store need: a database of their own, and a way to lose answers. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { expect } from 'chai';
import mongoose from 'mongoose';
import type { NewLine } from '../../src/domain/conversation.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { openMongo } from '../../src/store/mongo.ts';
import type { MongoOptions } from '../../src/store/mongo.ts';
import type { Store } from '../../src/store/store.ts';

const SERVER = process.env['MONGODB_URI'] ?? '';

/**
 * A suite that needs MongoDB, with a database of its own that is emptied after each test and dropped at the end.
 * Without MONGODB_URI it is pending, so that everybody sees what was left out; where CI is set it fails.
 */
export function describeMongo(name: string, suite: (database: TestDatabase) => void): void {
  describe(name, function () {
    this.timeout(120_000);
    if (SERVER === '' && process.env['CI'] === undefined) {
      it('needs MongoDB: set MONGODB_URI');
      return;
    }
    if (SERVER === '') {
      it('has a MongoDB to test against', () => expect.fail('CI is set, but MONGODB_URI is not'));
      return;
    }
    const database = new TestDatabase(SERVER);
    afterEach(() => database.empty());
    after(() => database.drop());
    suite(database);
  });
}

/** A URI with more settings. */
export function withSettings(uri: string, settings: string): string {
  return `${uri}${uri.includes('?') ? '&' : '?'}${settings}`;
}

/** The error of a verb that is refused with one line. */
export async function refusal(asked: Promise<unknown>): Promise<ParleyError> {
  const error: unknown = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ParleyError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(error.message).not.to.include('\n');
  return error;
}

/** A line of a transcript. */
export function line(n: number): NewLine {
  return { kind: 'in', at: n, cause: `m${n}`, message: { text: `line ${n}` } };
}

/** A database that is made for one suite and dropped after it. */
export class TestDatabase {
  readonly uri: string;
  readonly #opened: Store[] = [];
  #connection: mongoose.Connection | null = null;

  constructor(server: string) {
    const name = `parley_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
    this.uri = server.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${name}`);
  }

  async open(options: Partial<MongoOptions> = {}): Promise<Store> {
    const store = await openMongo({ uri: this.uri, ...options });
    this.#opened.push(store);
    return store;
  }

  /** The same database by another way to its server. */
  through(port: number): string {
    return this.uri.replace(/(\/\/(?:[^@/]*@)?)[^/]*\//, (_, before: string) => `${before}127.0.0.1:${port}/`);
  }

  /** Host and port of the first server that the URI names. */
  get server(): { host: string; port: number } {
    const { host, port } = /\/\/(?:[^@/]*@)?(?<host>[^:,/]+)(?::(?<port>\d+))?/.exec(this.uri)?.groups ?? {};
    return { host: host ?? '127.0.0.1', port: Number(port ?? 27_017) };
  }

  /** The database itself, to look behind the store. */
  async db() {
    this.#connection ??= await mongoose.createConnection(this.uri).asPromise();
    const { db } = this.#connection;
    if (db === undefined) throw new Error('no database');
    return db;
  }

  /** Closes all stores and empties the database. */
  async empty(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((store) => store.close()));
    const db = await this.db();
    const all = await db.listCollections({}, { nameOnly: true }).toArray();
    await Promise.all(all.map(({ name }) => db.collection(name).deleteMany({})));
  }

  async drop(): Promise<void> {
    const db = await this.db();
    await db.dropDatabase();
    await this.#connection?.close();
  }
}

/** How a command that changes a conversation begins, in BSON. */
const WRITES = ['\x02findAndModify\0', '\x02update\0'];

/** Stands between a store and its server, and can lose what the server answers. */
export class LossyProxy {
  #server: Server | null = null;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  #losing = 0;
  #mute = false;

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
  }

  /** Answers the port, any free one unless told. */
  async listen(port = 0): Promise<number> {
    const server = createServer((client) => this.#join(client, connect(this.#target)));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  /** The next write gets no answer: the server does it, and the connection is cut instead of passing the answer on. */
  loseNextAnswer(): void {
    this.#losing += 1;
  }

  /** From now on the server hears everything and nobody hears the server. */
  mute(): void {
    this.#mute = true;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, server: Socket): void {
    let cut = false;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.on('data', (data) => {
      if (this.#losing > 0 && WRITES.some((name) => data.includes(name))) {
        this.#losing -= 1;
        cut = true;
      }
      server.write(data);
    });
    server.on('data', (data) => {
      if (cut) client.destroy();
      else if (!this.#mute) client.write(data);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }
}
