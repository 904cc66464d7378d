// docs/diagnostics.md: what each code of `parley check` means, a file that has it, and how to mend it.
import { CHANNEL_LIMITS } from '../../src/channel/limits.ts';
import { CODES } from '../../src/flow/codes.ts';
import { formatDiagnostic } from '../../src/flow/diagnostic.ts';
import { EXAMPLES } from '../../src/flow/explain/index.ts';
import { checkProject } from '../../src/flow/project.ts';
import { fence, note } from './page.mjs';

const HEAD = `# What \`parley check\` finds

\`npx parley check\` looks at every flow and prints each finding as \`file:line:column: severity code: message\`,
with a hint on the next line where there is one. \`npx parley check --explain <code>\` prints what is said below.

- An **error** keeps the file from going live: the last good version stays, and \`parley check\` exits with 1.
- A **warning** is about something that will probably surprise a contact.
- A **hint** is worth a look.

Codes never change their meaning, so scripts can rely on them. What a flow says is held against the limits of the
channels that it names under \`channels:\`.`;

export function diagnosticsPage() {
  const table = Object.entries(CODES).map(([code, { severity }]) => `| [\`${code}\`](#${code}) | ${severity} |`);
  const sections = Object.entries(CODES).map(([code, facts]) => section(code, facts));
  const index = ['| Code | Severity |', '|---|---|', ...table].join('\n');
  return `${[note, HEAD, index, ...sections].join('\n\n')}\n`;
}

function section(code, { severity, explain }) {
  const example = EXAMPLES.get(code);
  const shown = example === undefined ? [] : [...exampleOf(code, example), example.mend];
  return [`## ${code}`, `${capital(severity)}. ${explain}`, ...shown].join('\n\n');
}

/** The files of an example, and what is said of them. */
function exampleOf(code, { files, grow }) {
  const sources = Object.entries(files).map(([file, text]) => ({ file, text: grow?.(text) ?? text }));
  const { diagnostics } = checkProject(sources, { limits: CHANNEL_LIMITS });
  const said = diagnostics.filter((found) => found.code === code).map(formatDiagnostic);
  const shown = Object.entries(files).map(
    ([file, text]) => `\`${file.replace('flows/', '')}\`:\n\n${fence('yaml wrong', text)}`,
  );
  return said.length === 0 ? shown : [...shown, fence('text', said.join('\n'))];
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
