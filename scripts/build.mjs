// Builds dist/: the server, the chat page, the page's static files, and all of the server in a few files.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
  const newest = Math.max(...sources().map((name) => newestIn(join(root, name))));
  if (newest > built) await build();
}

/** Packages are in the bundle, so it is made anew when one is updated; `npm prune` updates none, and takes away what builds. */
function sources() {
  const lock = ['package-lock.json', join('node_modules', 'rolldown')];
  const packages = lock.every((name) => existsSync(join(root, name))) ? lock.slice(0, 1) : [];
  return ['src', 'channels', 'tsconfig.json', 'tsconfig.build.json', join('scripts', 'bundle.mjs'), ...packages];
}

function newestIn(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

/** Builds into a folder of its own and puts it in place in one step, so that two builds at once do no harm. */
async function build() {
  const started = Date.now();
  const target = join(root, `dist.${process.pid}`);
  rmSync(target, { recursive: true, force: true });
  compile('tsconfig.build.json', target);
  compile(join(page, 'tsconfig.json'), join(target, page));
  for (const name of readdirSync(join(root, page))) {
    if (/\.(html|css)$/.test(name)) cpSync(join(root, page, name), join(target, page, name));
  }
  const { bundle } = await import('./bundle.mjs');
  await bundle(target);
  writeFileSync(join(target, '.built'), '');
  swapIn(target);
  process.stderr.write(`built in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** There is no dist/ only between two renames. Whoever comes second to them leaves what the first put there. */
function swapIn(target) {
  const [dist, old] = [join(root, 'dist'), `${target}.old`];
  try {
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(target, dist);
  } catch (error) {
    if (!existsSync(dist)) throw error;
    rmSync(target, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
}

function compile(project, target) {
  const tsc = compiler();
  try {
    execFileSync(process.execPath, [tsc, '-p', join(root, project), '--outDir', target], {
      // Standard output belongs to the command that is run afterwards.
      stdio: ['ignore', process.stderr, process.stderr],
    });
  } catch {
    rmSync(target, { recursive: true, force: true });
    process.stderr.write(`parley: the sources do not compile (${project}); the lines above say where\n`);
    process.exit(1);
  }
}

function compiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    process.stderr.write(
      'parley: the sources have to be built, and what builds them is missing: run `npm ci --include=dev`\n',
    );
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await build();
