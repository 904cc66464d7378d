// Writes the pages that are read from the code. `--check` writes nothing and exits 1 naming what is out of step;
// `--out` writes into another folder, for the tests:
//   node --import tsx scripts/write-docs.mjs [--check] [--out <folder>]
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diagnosticsPage } from './docs/diagnostics.mjs';
import { envExample } from './docs/env.mjs';
import { referencePages } from './docs/reference.mjs';

const pages = { '.env.example': envExample(), 'docs/diagnostics.md': diagnosticsPage(), ...referencePages() };
const checking = process.argv.includes('--check');
const root = process.argv.includes('--out')
  ? (process.argv[process.argv.indexOf('--out') + 1] ?? '.')
  : dirname(dirname(fileURLToPath(import.meta.url)));

for (const [name, text] of Object.entries(pages)) {
  const file = join(root, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (checking) outOfStep(name);
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`wrote ${name}\n`);
  }
}
for (const name of strangers('docs/reference')) {
  if (checking) outOfStep(name);
  else {
    rmSync(join(root, name));
    process.stdout.write(`removed ${name}\n`);
  }
}

function outOfStep(name) {
  process.stderr.write(`${name} is out of step with the sources: run \`npm run docs\`\n`);
  process.exitCode = 1;
}

/** Files in a folder of generated pages that nothing generates any more. */
function strangers(folder) {
  const there = existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true }) : [];
  const names = there.map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`);
  return names.filter((name) => name.endsWith('.md') && !(name in pages));
}
