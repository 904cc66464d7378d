// The floor: the same conversation as a switch statement over a Map, with as little as a right answer can cost.
import { join } from 'node:path';
import { compiled } from '../compiled.mjs';
import { ordersOf } from '../orders-client.mjs';
import { ORDERS, TEXT, statusText } from '../scenario.mjs';
import { oneByOne } from '../turns.mjs';

/** `job.durable`: each message is on the disk before it is answered, all that come together in one transaction. */
export async function floorBot(job) {
  return floorOn(job, job.durable === true ? await groupCommit(join(job.dir, 'floor.db')) : memory());
}

/** The bot on any store: `get` is synchronous, `put` may answer a promise. */
export function floorOn(job, store) {
  const orders = job.ordersUrl === null ? null : ordersOf(job.ordersUrl);
  const look = orders === null ? () => Promise.resolve(ORDERS.CU001) : (number) => orders.look(number);
  return {
    send: oneByOne((contact, text) => turn(contact, text, look, store)),
    close: async () => {
      await store.close();
      await orders?.close();
    },
  };
}

async function turn(contact, text, look, store) {
  const state = store.get(contact) ?? { step: 'greet', order: null };
  if (state.step === 'order') {
    const order = await look(text);
    const said = [TEXT.checking(text), statusText(order), TEXT.more];
    return kept(store, contact, { step: 'more', order }, said);
  }
  if (state.step === 'greet') return kept(store, contact, { step: 'order', order: null }, [TEXT.greet, TEXT.ask]);
  if (text === 'no') return kept(store, contact, undefined, [TEXT.bye(state.order)]);
  if (text === 'yes') return kept(store, contact, { step: 'order', order: null }, [TEXT.ask]);
  return [TEXT.more];
}

async function kept(store, contact, state, said) {
  const written = store.put(contact, state);
  if (written !== undefined) await written;
  return said;
}

function memory() {
  const states = new Map();
  return {
    get: (contact) => states.get(contact),
    put: (contact, state) => void (state === undefined ? states.delete(contact) : states.set(contact, state)),
    close: () => undefined,
  };
}

/** One row per contact in SQLite, the driver being the one of the embedded store; FULL, as there. */
async function groupCommit(file) {
  const { openDriver } = await compiled('src/store/driver');
  const driver = openDriver(file);
  driver.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE state (contact TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID`);
  const write = driver.prepare('INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state');
  const remove = driver.prepare('DELETE FROM state WHERE contact = ?');
  const states = new Map();
  let queue = [];
  const flush = () => {
    const batch = queue;
    queue = [];
    driver.exec('BEGIN IMMEDIATE');
    for (const { contact, state } of batch)
      if (state === undefined) remove.run(contact);
      else write.run(contact, JSON.stringify(state));
    driver.exec('COMMIT');
    for (const { done } of batch) done();
  };
  const put = (contact, state) => {
    if (state === undefined) states.delete(contact);
    else states.set(contact, state);
    return new Promise((done) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push({ contact, state, done });
    });
  };
  return { get: (contact) => states.get(contact), put, close: () => driver.close() };
}
