import { existsSync } from 'node:fs';
import { CHANNELS } from '../../channels/index.ts';
import { CHANNEL_LIMITS } from '../channel/limits.ts';
import { ParleyError } from '../domain/error.ts';
import type { ChannelLimits } from '../flow/checks/limits.ts';
import { formatDiagnostic, hasErrors } from '../flow/diagnostic.ts';
import type { Diagnostic } from '../flow/diagnostic.ts';
import { integrationsBeside, readSources } from '../flow/files.ts';
import { checkProject } from '../flow/project.ts';
import { configOrFail } from './config.ts';
import { explain } from './explain.ts';
import { variables } from './variables.ts';

/** What `parley check` is asked for, besides files. */
export interface CheckOptions {
  readonly format: string;
  /** A code to be explained. */
  readonly explain?: string;
  /** A flow whose variables are to be listed. */
  readonly variables?: string;
}

/** `parley check`: prints what is wrong with flows; 1 when there are errors. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<number> {
  if (options.explain !== undefined) return explain(options.explain);
  const wanted = paths.length === 0 ? [configOrFail().flowsDir] : paths;
  const missing = wanted.find((path) => !existsSync(path));
  if (missing !== undefined) throw new ParleyError('wrong_use', `there is no file or folder "${missing}"`);
  const { sources, diagnostics } = await readSources(wanted);
  if (options.variables !== undefined) return variables(options.variables, sources, options.format);
  const named = new Set(sources.map(({ file }) => file));
  const beside = (await integrationsBeside(wanted)).filter(({ file }) => !named.has(file));
  const project = checkProject([...sources, ...beside], { limits: limitsOfAll() });
  const all = [...diagnostics, ...project.diagnostics.filter(({ file }) => named.has(file))];
  print(all, options.format, sources.length);
  return hasErrors(all) ? 1 : 0;
}

/** What the channels show, also those that this server does not run. */
function limitsOfAll(): ChannelLimits {
  const running = [...CHANNELS.values()].map(({ name, limits }) => [name, limits] as const);
  return new Map([...CHANNEL_LIMITS, ...running]);
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
