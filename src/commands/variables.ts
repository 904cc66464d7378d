import { ParleyError } from '../domain/error.ts';
import { availableVariables } from '../flow/checks/available.ts';
import type { Available } from '../flow/checks/available.ts';
import { formatDiagnostic } from '../flow/diagnostic.ts';
import { suggestion } from '../flow/language/suggest.ts';
import { checkProject } from '../flow/project.ts';
import type { SourceFile } from '../flow/project.ts';

/** `parley check --variables`: for each block of a flow, what is set when a contact comes to it. */
export function variables(wanted: string, sources: readonly SourceFile[], format: string): number {
  const { files } = checkProject(sources);
  const found = files.find(
    ({ file, flow }) => flow?.id === wanted || file === wanted || file.endsWith(`/${wanted}.yaml`),
  );
  if (found === undefined) {
    const ids = files.flatMap(({ flow }) => flow?.id ?? []);
    throw new ParleyError(
      'not_found',
      `there is no flow "${wanted}"`,
      suggestion(wanted, ids) ?? `Flows: ${ids.join(', ')}`,
    );
  }
  if (found.flow === null || found.yaml === null) {
    process.stderr.write(`${found.diagnostics.map(formatDiagnostic).join('\n')}\n`);
    return 1;
  }
  const blocks = availableVariables(found.flow, found.drafts, found.yaml);
  process.stdout.write(
    format === 'json' ? `${JSON.stringify(blocks, null, 2)}\n` : blocks.map(shown(found.file)).join(''),
  );
  return 0;
}

function shown(file: string): (block: Available) => string {
  return ({ block, line, ...sets }) =>
    [
      `${block} (${file}:${line})\n`,
      row('on all paths', sets.always),
      row('on some', sets.sometimes),
      row('on none', sets.never),
    ].join('');
}

function row(title: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `  ${title.padEnd(13)}${names.map((name) => `@${name}`).join(' ')}\n`;
}
