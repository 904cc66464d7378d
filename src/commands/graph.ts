import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { ParleyError } from '../domain/error.ts';
import { formatDiagnostic } from '../flow/diagnostic.ts';
import { readSources } from '../flow/files.ts';
import { toMermaid } from '../flow/graph.ts';
import { suggestion } from '../flow/language/suggest.ts';
import { checkProject } from '../flow/project.ts';
import { configOrFail } from './config.ts';

/** `parley graph`: one flow as Mermaid text or as an SVG picture, by its id or its file. */
export async function graph(wanted: string, format: string): Promise<number> {
  const isFile = /\.ya?ml$/i.test(wanted);
  if (isFile && !existsSync(wanted)) throw new ParleyError('wrong_use', `there is no file "${wanted}"`);
  const { sources } = await readSources([isFile ? wanted : configOrFail().flowsDir]);
  const { files } = checkProject(sources);
  const found = isFile
    ? files[0]
    : files.find((file) => file.flow?.id === wanted || basename(file.file) === `${wanted}.yaml`);
  if (found === undefined)
    throw new ParleyError(
      'not_found',
      `there is no flow "${wanted}"`,
      suggestion(
        wanted,
        files.flatMap((file) => file.flow?.id ?? []),
      ),
    );
  if (found.flow === null) {
    process.stderr.write(`${found.diagnostics.map(formatDiagnostic).join('\n')}\n`);
    return 1;
  }
  const { name } = found.flow;
  // The layout is only loaded for the picture that needs it.
  process.stdout.write(
    format === 'svg' ? (await import('../flow/svg.ts')).toSvg(name, found.drafts) : toMermaid(name, found.drafts),
  );
  return 0;
}
