// All bots by name. Each is made from a job and answers `send(contact, text, expected number of texts)`.
import { durableBot } from './durable.mjs';
import { engineBot } from './engine.mjs';
import { floorBot } from './floor.mjs';
import { frontBot, serverBot } from './http.mjs';
import { mongoLoopBot } from './mongo-loop.mjs';

/** A Mongo bot has a database of its own, which goes with it. */
const onMongo = (make) => async (job, counts) => {
  const database = new URL(process.env.MONGODB_URI);
  database.pathname = `/bench_${process.pid}_${Date.now().toString(36)}`;
  const bot = await make({ ...job, mongodbUri: database.href }, counts);
  const close = async () => {
    await bot.close();
    const { default: mongoose } = await import('mongoose');
    const connection = await mongoose.createConnection(database.href).asPromise();
    await connection.dropDatabase();
    await connection.close();
  };
  return { ...bot, close };
};

export const BOTS = {
  switch: (job) => floorBot(job),
  'switch-durable': (job) => floorBot({ ...job, durable: true }),
  front: (job) => frontBot(job),
  engine: (job) => engineBot(job),
  durable: (job, counts) => durableBot(job, counts),
  server: (job) => serverBot(job),
  'mongo-loop': onMongo(mongoLoopBot),
  'durable-mongo': onMongo(durableBot),
  'server-mongo': onMongo(serverBot),
};
