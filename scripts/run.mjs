// Runs a tool of node_modules/.bin with its output passed on, and says how long it took.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Resolves with the exit code. */
export function run(name, command, args, env = {}) {
  const started = Date.now();
  const binary = join(root, 'node_modules', '.bin', command);
  const child = spawn(binary, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${name}: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code) => {
      process.stderr.write(
        `${code === 0 ? 'ok' : 'FAILED'}  ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
      );
      resolve(code ?? 1);
    });
  });
}
