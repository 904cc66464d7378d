// Parley as `parley start` puts it together, on a folder of its own, with a count of its store writes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiled } from './compiled.mjs';
import { counting } from './meter.mjs';
import { flowText } from './scenario.mjs';

/**
 * `job`: where (`dir`), which store (`mongodbUri`), which flow (`ordersUrl`, `blocks`), what level of log. `channels`
 * may replace those of the server.
 */
export async function openApp(job, counts, channels) {
  const [{ App }, { readConfig }, { openStore }, { createLog, silentLog }] = await Promise.all([
    compiled('src/app'),
    compiled('src/config/config'),
    compiled('src/store/index'),
    compiled('src/log/logger'),
  ]);
  const flows = join(job.dir, 'flows');
  mkdirSync(flows, { recursive: true });
  writeFileSync(join(flows, 'order-status.yaml'), flowText(job.ordersUrl, job.blocks));
  const read = readConfig(environment(job, flows));
  if (!('config' in read)) throw new Error(read.problem);
  const { config } = read;
  const uri = job.mongodbUri === undefined ? {} : { mongodbUri: job.mongodbUri };
  const store = await openStore({ dataDir: config.dataDir, synchronous: config.storeSync, ...uri });
  const log = job.log === undefined ? silentLog : createLog({ level: job.log, format: 'json' });
  const app = await App.start({ config, log, store: counting(store, counts), channels, watchFlows: true });
  return { app, store };
}

function environment(job, flows) {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: join(job.dir, 'data'),
    FLOWS_DIR: flows,
    // Counted as always, but these contacts type quicker than people.
    CHAT_RATE: '999999',
    ...(job.ordersUrl === null ? {} : { OUTBOUND_ALLOW: new URL(job.ordersUrl).host }),
    ...(job.mongodbUri === undefined ? {} : { MONGODB_URI: job.mongodbUri }),
  };
}
