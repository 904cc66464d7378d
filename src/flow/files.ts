import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { messageOf } from '../domain/error.ts';
import { Findings } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { isIntegrationFile } from './sources.ts';
import type { SourceFile } from './sources.ts';

/** Folders of the flows folder that hold something else than flows. */
const OTHER = new Set(['integrations', 'tests', '.schema', 'node_modules']);

/** How far up a folder of integrations is looked for, from a flow that is named by itself. */
const LEVELS = 3;

/** Files of flows and integrations that were found, and those that could not be opened. */
export interface Found {
  readonly sources: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the YAML files of folders, and files named one by one. Names are relative to the working directory. */
export async function readSources(paths: readonly string[]): Promise<Found> {
  const sources: SourceFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    for (const found of await listSources(path)) {
      try {
        sources.push({ file: shown(found), text: await readFile(found, 'utf8') });
      } catch (error) {
        diagnostics.push(unreadable(found, error));
      }
    }
  }
  return { sources, diagnostics };
}

/** The flows below a folder, and the integrations in its folder for them; or the file itself. */
async function listSources(path: string): Promise<string[]> {
  const integrations = join(path, 'integrations');
  const facts = await stat(integrations).catch(() => null);
  const beside = facts?.isDirectory() === true ? await listYaml(integrations, OTHER) : [];
  return [...(await listYaml(path, OTHER)), ...beside];
}

/** The integrations that flows named one by one can use: those of the nearest folder around them that has some. */
export async function integrationsBeside(paths: readonly string[]): Promise<SourceFile[]> {
  const folders = new Set<string>();
  for (const path of paths) {
    const facts = await stat(path).catch(() => null);
    const folder = facts?.isFile() === true ? await nearestIntegrations(dirname(resolve(path)), LEVELS) : null;
    if (folder !== null) folders.add(folder);
  }
  return (await readSources([...folders])).sources.filter(isIntegrationFile);
}

async function nearestIntegrations(folder: string, levels: number): Promise<string | null> {
  const inside = join(folder, 'integrations');
  const facts = await stat(inside).catch(() => null);
  if (facts?.isDirectory() === true) return inside;
  return levels <= 1 ? null : nearestIntegrations(dirname(folder), levels - 1);
}

/** All YAML files below a folder in the order of their names, or the file itself. */
export async function listYaml(path: string, without: ReadonlySet<string> = new Set()): Promise<string[]> {
  const facts = await stat(path).catch(() => null);
  if (facts?.isDirectory() !== true) return [resolve(path)];
  const entries = await readdir(path, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(async (entry) => {
        const inside = join(path, entry.name);
        if (entry.isDirectory()) return without.has(entry.name) ? [] : listYaml(inside, without);
        return /\.ya?ml$/i.test(entry.name) ? [resolve(inside)] : [];
      }),
  );
  return found.flat();
}

/** A path as messages show it. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

function unreadable(path: string, error: unknown): Diagnostic {
  const findings = new Findings(shown(path));
  findings.add('unreadable-file', { line: 1, column: 1 }, messageOf(error));
  const [first] = findings.list();
  return (
    first ?? { file: path, line: 1, column: 1, severity: 'error', code: 'unreadable-file', message: 'cannot be opened' }
  );
}
