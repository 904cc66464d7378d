import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { compiled, dist } from '../compiled.mjs';
import { jsonClient } from '../http-client.mjs';
import { flowText, script } from '../scenario.mjs';
import { same } from '../drive.mjs';

const PATIENCE_MS = 20_000;

/** Milliseconds from the start of the process to the first answer of `parley start`, on an empty data folder. */
export async function startUp() {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  mkdirSync(join(dir, 'flows'));
  writeFileSync(join(dir, 'flows', 'order-status.yaml'), flowText(null));
  const port = await freePort();
  const env = {
    ...process.env,
    // The store that needs nothing, also where the lines for MongoDB are measured.
    MONGODB_URI: '',
    PORT: String(port),
    CHANNELS: 'web',
    FLOWS_DIR: join(dir, 'flows'),
    DATA_DIR: join(dir, 'data'),
  };
  const main = `import(${JSON.stringify(pathToFileURL(join(dist, 'bundle/main.js')).href)})`;
  const begun = performance.now();
  const server = spawn(process.execPath, ['-e', `${main}.then(({ main }) => main(['start']))`], {
    env,
    stdio: 'ignore',
  });
  try {
    const heard = await firstAnswer(`http://127.0.0.1:${port}`, begun);
    const ms = performance.now() - begun;
    if (!same(heard, script('CU001')[0].hear)) throw new Error(`a wrong answer: ${JSON.stringify(heard)}`);
    return { ms };
  } finally {
    server.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}

async function firstAnswer(url, begun) {
  for (;;) {
    const client = jsonClient(url);
    try {
      const { messages } = await client.post('/api/chat/order-status/start', {});
      return messages.map(({ text }) => text);
    } catch (error) {
      if (performance.now() - begun > PATIENCE_MS) throw error;
      await pause(5);
    } finally {
      client.close();
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Milliseconds to read, check and compile a flow with so many blocks: the first time, and once the code is warm. */
export async function flowLoad({ blocks }) {
  const { compileFlow } = await compiled('src/flow/compile');
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    const begun = performance.now();
    const { flow } = compileFlow(flowText(null, blocks), 'order-status.yaml');
    times.push(performance.now() - begun);
    if ((flow?.blocks.size ?? 0) < blocks) throw new Error('the flow was not compiled');
  }
  return { blocks, ms: times[0], again: Math.min(...times) };
}
