// docs/diagnostics.md: what each code of `parley check` means, with a file that has it.
import { readFileSync, readdirSync } from 'node:fs';
import { CODES } from '../../src/flow/codes.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { formatDiagnostic } from '../../src/flow/diagnostic.ts';
import { fence, note } from './page.mjs';

const FOLDER = new URL('../../test/check/bad/', import.meta.url);

const HEAD = `# What \`parley check\` finds

\`npx parley check\` looks at every flow and prints each finding as \`file:line:column: severity code: message\`,
with a hint on the next line where there is one. \`npx parley check --explain <code>\` prints the sentence below.

- An **error** keeps the file from going live: the last good version stays, and \`parley check\` exits with 1.
- A **warning** is about something that will probably surprise a contact.
- A **hint** is worth a look.

Codes never change their meaning, so scripts can rely on them. A mark such as \`# 6:11 unknown-target\` in the
examples says where the finding is: line 6, column 11.`;

export function diagnosticsPage() {
  const files = badFiles();
  const table = Object.entries(CODES).map(([code, { severity }]) => `| [\`${code}\`](#${code}) | ${severity} |`);
  const sections = Object.entries(CODES).map(([code, facts]) => section(code, facts, files));
  const index = ['| Code | Severity |', '|---|---|', ...table].join('\n');
  return `${[note, HEAD, index, ...sections].join('\n\n')}\n`;
}

function section(code, { severity, explain }, files) {
  const shown = example(code, files);
  return [`## ${code}`, `${capital(severity)}. ${explain}`, ...(shown === null ? [] : [shown])].join('\n\n');
}

/** The smallest file that has the code, and what is said of it. */
function example(code, files) {
  const [file] = files
    .filter(({ found }) => found.some((one) => one.code === code))
    .sort((a, b) => spread(a) - spread(b) || a.text.length - b.text.length || (a.name < b.name ? -1 : 1));
  if (file === undefined) return null;
  const said = file.found.filter((one) => one.code === code).map(formatDiagnostic);
  return `${fence('yaml wrong', file.text)}\n\n${fence('text', said.join('\n'))}`;
}

function spread({ found }) {
  return new Set(found.map(({ code }) => code)).size;
}

function badFiles() {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, FOLDER), 'utf8');
      return { name, text, found: compileFlow(text, name).diagnostics };
    });
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
