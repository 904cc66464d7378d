import { existsSync } from 'node:fs';
import { ParleyError } from '../domain/error.ts';
import { CODES } from '../flow/codes.ts';
import type { Code } from '../flow/codes.ts';
import { formatDiagnostic, hasErrors } from '../flow/diagnostic.ts';
import type { Diagnostic } from '../flow/diagnostic.ts';
import { readSources } from '../flow/files.ts';
import { suggestion } from '../flow/language/suggest.ts';
import { checkProject } from '../flow/project.ts';
import { configOrFail } from './config.ts';

/** `parley check`: prints what is wrong with flows; 1 when there are errors. */
export async function check(paths: readonly string[], options: { format: string; explain?: string }): Promise<number> {
  if (options.explain !== undefined) return explain(options.explain);
  const wanted = paths.length === 0 ? [configOrFail().flowsDir] : paths;
  const missing = wanted.find((path) => !existsSync(path));
  if (missing !== undefined) throw new ParleyError('wrong_use', `there is no file or folder "${missing}"`);
  const { sources, diagnostics } = await readSources(wanted);
  const project = checkProject(sources);
  const all = [...diagnostics, ...project.diagnostics];
  print(all, options.format, sources.length);
  return hasErrors(all) ? 1 : 0;
}

function print(all: readonly Diagnostic[], format: string, files: number): void {
  if (format === 'json') process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  else if (format === 'github') for (const found of all) process.stdout.write(`${githubLine(found)}\n`);
  else {
    for (const found of all) process.stdout.write(`${formatDiagnostic(found)}\n`);
    process.stdout.write(`${summary(all, files)}\n`);
  }
}

function summary(all: readonly Diagnostic[], files: number): string {
  const count = (severity: string): string => counted(all.filter((d) => d.severity === severity).length, severity);
  return `${counted(files, 'file')}: ${count('error')}, ${count('warning')}, ${count('hint')}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A workflow command, as GitHub Actions reads it. */
function githubLine({ file, line, column, severity, code, message }: Diagnostic): string {
  const kind = severity === 'hint' ? 'notice' : severity;
  const escaped = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${kind} file=${file},line=${line},col=${column},title=${code}::${escaped}`;
}

function explain(code: string): number {
  const known = Object.keys(CODES);
  if (!Object.hasOwn(CODES, code))
    throw new ParleyError(
      'wrong_use',
      `there is no code "${code}"`,
      suggestion(code, known) ?? `Codes: ${known.join(', ')}`,
    );
  const facts = CODES[code as Code];
  process.stdout.write(`${code} (${facts.severity})\n  ${facts.explain}\n`);
  return 0;
}
