// Writes the pages that are read from the code. `--check` writes nothing and exits 1 naming what is out of step:
//   node --import tsx scripts/write-docs.mjs [--check]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { diagnosticsPage } from './docs/diagnostics.mjs';
import { envExample } from './docs/env.mjs';
import { referencePage } from './docs/reference.mjs';

const PAGES = {
  '.env.example': envExample,
  'docs/reference.md': referencePage,
  'docs/diagnostics.md': diagnosticsPage,
};

const checking = process.argv.includes('--check');
for (const [name, make] of Object.entries(PAGES)) {
  const file = new URL(`../${name}`, import.meta.url);
  const text = make();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (checking) {
    process.stderr.write(`${name} is out of step with the sources: run \`npm run docs\`\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    process.stdout.write(`wrote ${name}\n`);
  }
}
