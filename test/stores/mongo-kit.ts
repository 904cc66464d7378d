/** What the tests of the MongoDB store need: a database of their own, and a way to lose answers. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import mongoose from 'mongoose';
import { openMongo } from '../../src/store/mongo.ts';
import type { MongoOptions } from '../../src/store/mongo.ts';
import type { Store } from '../../src/store/store.ts';

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

/** Stands between a store and its server, and can lose what the server answers. */
export class LossyProxy {
  #server: Server | null = null;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  #losing = 0;

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

  async close(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    console.log('closing', this.#sockets.size);
    await closed;
    console.log('closed');
  }

  #join(client: Socket, server: Socket): void {
    console.log('join', this.#server === null);
    let cut = false;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    }
    client.on('data', (data) => {
      if (this.#losing > 0 && data.includes('findAndModify\0')) {
        this.#losing -= 1;
        cut = true;
      }
      server.write(data);
    });
    server.on('data', (data) => (cut ? client.destroy() : client.write(data)));
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }
}
