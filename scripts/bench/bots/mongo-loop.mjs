// The floor of MongoDB: as many durable writes of one document as a plain message costs Parley, one after the other.
import { ORDERS, TEXT, statusText } from '../scenario.mjs';
import { oneByOne } from '../turns.mjs';

/** `job.mongodbUri`, and `job.writes` for each message. The driver is the one the store uses. */
export async function mongoLoopBot({ mongodbUri, writes = 3 }) {
  const { default: mongoose } = await import('mongoose');
  const connection = await mongoose.createConnection(mongodbUri, { maxPoolSize: 100 }).asPromise();
  const states = connection.collection('bench_floor');
  const options = { upsert: true, writeConcern: { w: 'majority', j: true } };
  const steps = new Map();
  const turn = async (contact, text) => {
    for (let n = 0; n < writes; n += 1) await states.updateOne({ _id: contact }, { $set: { text, n } }, options);
    if (text === 'no') steps.delete(contact);
    return said(steps, contact, text);
  };
  const close = async () => {
    await states.drop();
    await connection.close();
  };
  return { send: oneByOne(turn), close };
}

function said(steps, contact, text) {
  const order = ORDERS.CU001;
  if (text === 'no') return [TEXT.bye(order)];
  if (steps.get(contact) === undefined) {
    steps.set(contact, 'order');
    return [TEXT.greet, TEXT.ask];
  }
  return [TEXT.checking(text), statusText(order), TEXT.more];
}
