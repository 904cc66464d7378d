// One measurement in a process of its own: `node worker.mjs '<job>'`. The result goes to the parent, or what went wrong.
import { growth } from './measure/growth.mjs';
import { idle } from './measure/idle.mjs';
import { rate } from './measure/rate.mjs';
import { flowLoad, startUp } from './measure/start.mjs';

const kinds = { rate, idle, growth, startUp, flowLoad };
const job = JSON.parse(process.argv[2] ?? '{}');
process.on('disconnect', () => process.exit(1));
process.send?.(await result());

async function result() {
  try {
    return await kinds[job.kind](job);
  } catch (error) {
    return { wrong: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
