import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The environment of a server on the embedded store, also where the suite as a whole is given a MongoDB. */
function embedded(): NodeJS.ProcessEnv {
  return { ...process.env, PORT: '0', MONGODB_URI: '' };
}

/** The built server in a process of its own, as `npm start` runs it. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** What it printed on standard output. */
  readonly output: string;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Resolves with the exit code, or null after a kill. */
  ended(): Promise<number | null>;
}

/** A port that is free now, for servers that are to come back under the same address. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts the built server (on any free port unless told) and waits until it listens. */
export async function startServer(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [join(root, 'scripts/parley.mjs'), 'start'], {
    cwd: root,
    env: { ...embedded(), DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const output = await listening(child, exit);
  const url = /listening on (http:\S+)/.exec(output)?.[1]?.replace('localhost', '127.0.0.1');
  if (url === undefined || child.pid === undefined) throw new Error(`the server did not start:\n${output}`);
  return { url, pid: child.pid, output, kill: (signal) => void child.kill(signal), ended: () => exit };
}

/** What a server that does not start prints, and its exit code. */
export async function failedStart(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; error: string }> {
  const child = spawn(process.execPath, [join(root, 'scripts/parley.mjs'), 'start'], {
    cwd: root,
    env: { ...embedded(), DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let error = '';
  child.stderr.on('data', (bytes: Buffer) => (error += bytes.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, error };
}

async function listening(child: ChildProcess, exit: Promise<number | null>): Promise<string> {
  let text = '';
  const heard = new Promise<void>((done) => {
    const hear = (bytes: Buffer): void => {
      text += bytes.toString();
      if (text.includes('Store:')) done();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', (bytes: Buffer) => (text += bytes.toString()));
  });
  await Promise.race([heard, exit]);
  return text;
}
