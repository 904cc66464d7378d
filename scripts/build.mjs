// Builds dist/: the server, the chat page, and the page's static files.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.built');
const page = join('channels', 'web', 'page');

/** Builds when a source is newer than the last build. A package without sources is used as it is. */
export async function buildIfStale() {
  if (!existsSync(join(root, 'tsconfig.build.json'))) return;
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const newest = Math.max(...['src', 'channels', 'tsconfig.json', 'tsconfig.build.json'].map((name) => newestIn(join(root, name))));
  if (newest > built) build();
}

function newestIn(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

function build() {
  const started = Date.now();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  for (const project of ['tsconfig.build.json', join(page, 'tsconfig.json')]) {
    try {
      execFileSync(process.execPath, [tsc, '-p', join(root, project)], { stdio: ['ignore', 'inherit', 'inherit'] });
    } catch {
      process.stderr.write(`parley: the sources do not compile (${project}); the lines above say where\n`);
      process.exit(1);
    }
  }
  for (const name of readdirSync(join(root, page))) {
    if (/\.(html|css)$/.test(name)) cpSync(join(root, page, name), join(root, 'dist', page, name));
  }
  writeFileSync(stamp, '');
  process.stderr.write(`built in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) build();
