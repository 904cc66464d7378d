// The floor of MongoDB: as many durable writes of one document as a plain message costs Parley, one after the other.
import { floorOn } from './floor.mjs';

/** `job.mongodbUri`, and `job.writes` for each message. The driver is the one the store uses. */
export async function mongoLoopBot({ mongodbUri, writes = 3, ...job }) {
  const { default: mongoose } = await import('mongoose');
  const connection = await mongoose.createConnection(mongodbUri, { maxPoolSize: 100 }).asPromise();
  const rows = connection.collection('bench_floor');
  const options = { upsert: true, writeConcern: { w: 'majority', j: true } };
  const states = new Map();
  return floorOn(job, {
    get: (contact) => states.get(contact),
    async put(contact, state) {
      if (state === undefined) states.delete(contact);
      else states.set(contact, state);
      for (let n = 0; n < writes; n += 1)
        await rows.updateOne({ _id: contact }, { $set: { n, state: state ?? null } }, options);
    },
    close: () => connection.close(),
  });
}
