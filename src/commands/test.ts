import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveFlows } from '../conversation/routing.ts';
import { ParleyError, messageOf } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import { formatDiagnostic } from '../flow/diagnostic.ts';
import { listYaml, readSources, shown } from '../flow/files.ts';
import { checkProject } from '../flow/project.ts';
import { toJunit } from '../testing/junit.ts';
import { runTest } from '../testing/runtest.ts';
import type { TestResult } from '../testing/runtest.ts';
import { readTestFile } from '../testing/testfile.ts';
import { configOrFail } from './config.ts';

/** `parley test`: runs flow tests; the last line counts them; 1 when one failed. */
export async function test(paths: readonly string[], options: { junit?: string }): Promise<number> {
  const { flowsDir } = configOrFail();
  const wanted = paths.length === 0 ? [join(flowsDir, 'tests')] : paths;
  const missing = wanted.find((path) => !existsSync(path));
  if (missing !== undefined) throw new ParleyError('wrong_use', `there is no file or folder "${missing}"`);
  const flows = await liveFlows(flowsDir);
  const results = (await Promise.all(wanted.map(async (path) => runAll(await listYaml(path), flows)))).flat();
  for (const result of results) process.stdout.write(`${line(result)}\n`);
  if (options.junit !== undefined) await writeReport(options.junit, toJunit(results));
  const failed = results.filter((result) => result.failure !== undefined).length;
  process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

async function writeReport(path: string, report: string): Promise<void> {
  await writeFile(path, report).catch((error: unknown) => {
    throw new ParleyError('wrong_use', `the report cannot be written: ${messageOf(error)}`);
  });
}

/** The flows of a folder that check, without a server around them. */
export async function liveFlows(dir: string): Promise<LiveFlows> {
  const { sources } = await readSources([dir]);
  const flows = checkProject(sources).files.flatMap((file) => file.flow ?? []);
  const byId = new Map<string, Flow>(flows.map((flow) => [flow.id, flow]));
  return { current: (id) => byId.get(id), all: () => flows };
}

async function runAll(files: readonly string[], flows: LiveFlows): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const path of files) {
    const file = shown(path);
    const read = readTestFile(await readFile(path, 'utf8'), file);
    if ('tests' in read) for (const index of read.tests.keys()) results.push(runTest(read, index, flows));
    else
      results.push({
        name: 'the file can be read',
        file,
        ms: 0,
        failure: {
          message: `it has mistakes:\n${read.map(formatDiagnostic).join('\n')}`,
          at: { line: read[0]?.line ?? 1, column: read[0]?.column ?? 1 },
        },
      });
  }
  return results;
}

function line({ name, file, failure }: TestResult): string {
  if (failure === undefined) return `✓ ${name}`;
  const spoke = failure.block === undefined ? '' : `\n  spoken by ${failure.block}`;
  return `✗ ${name}\n  ${file}:${failure.at.line}:${failure.at.column}: ${failure.message.replaceAll('\n', '\n  ')}${spoke}`;
}
