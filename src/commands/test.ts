import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ParleyError, messageOf } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import { formatDiagnostic } from '../flow/diagnostic.ts';
import { listYaml, readSources, shown } from '../flow/files.ts';
import { checkProject } from '../flow/project.ts';
import type { Project } from '../flow/project.ts';
import { Coverage } from '../testing/coverage.ts';
import { toJunit } from '../testing/junit.ts';
import { runTest } from '../testing/runtest.ts';
import type { TestResult } from '../testing/runtest.ts';
import type { TestFlows } from '../testing/simulator.ts';
import { readTestFile } from '../testing/testfile.ts';
import { configOrFail } from './config.ts';
import { runAgain } from './again.ts';

/** What `parley test` can be told. */
export interface TestOptions {
  readonly junit?: string;
  readonly grep?: string;
  readonly coverage?: boolean;
  readonly watch?: boolean;
}

/** `parley test`: runs flow tests; the last line counts them; 1 when one failed. */
export async function test(paths: readonly string[], options: TestOptions): Promise<number> {
  const { flowsDir } = configOrFail();
  const wanted = paths.length === 0 ? [join(flowsDir, 'tests')] : paths;
  const missing = wanted.find((path) => !existsSync(path));
  if (missing !== undefined) throw new ParleyError('wrong_use', `there is no file or folder "${missing}"`);
  const everything = paths.length === 0 && options.grep === undefined;
  const run = (): Promise<number> => runOnce(wanted, flowsDir, options, everything);
  return options.watch === true ? runAgain([flowsDir, ...wanted], run) : run();
}

async function runOnce(
  wanted: readonly string[],
  flowsDir: string,
  options: TestOptions,
  everything: boolean,
): Promise<number> {
  const project = await projectOf(flowsDir);
  const coverage = options.coverage === true ? new Coverage(project.files) : undefined;
  const live = flowsOf(project);
  const flows = coverage === undefined ? live : { ...live, ...coverage.flows() };
  const files = await Promise.all(wanted.map((path) => listYaml(path)));
  const results = await runAll([...new Set(files.flat())], flows, options.grep?.toLowerCase() ?? '');
  if (results.length === 0 && options.grep !== undefined)
    throw new ParleyError('wrong_use', `no test has "${options.grep}" in its name`);
  for (const result of results) process.stdout.write(`${line(result)}\n`);
  if (options.junit !== undefined) await writeReport(options.junit, toJunit(results));
  if (coverage !== undefined) process.stdout.write(`\n${coverage.report(everything).join('\n')}\n`);
  const failed = results.filter((result) => result.failure !== undefined).length;
  process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

async function writeReport(path: string, report: string): Promise<void> {
  await writeFile(path, report).catch((error: unknown) => {
    throw new ParleyError('wrong_use', `the report cannot be written: ${messageOf(error)}`);
  });
}

async function projectOf(dir: string): Promise<Project> {
  const { sources } = await readSources([dir]);
  return checkProject(sources);
}

/** The flows of a folder that check, without a server around them. */
export async function liveFlows(dir: string): Promise<TestFlows> {
  return flowsOf(await projectOf(dir));
}

function flowsOf(project: Project): TestFlows {
  const flows = project.files.flatMap((file) => file.flow ?? []);
  const byId = new Map<string, Flow>(flows.map((flow) => [flow.id, flow]));
  const integrations = project.integrations.flatMap((file) => file.integration ?? []);
  return {
    current: (id) => byId.get(id),
    all: () => flows,
    integration: (id) => integrations.find((each) => each.id === id),
  };
}

async function runAll(files: readonly string[], flows: TestFlows, grep: string): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const path of files) {
    const file = shown(path);
    const read = readTestFile(await readFile(path, 'utf8'), file);
    if ('tests' in read) {
      for (const [index, { test: written }] of read.tests.entries())
        if (written.test.toLowerCase().includes(grep)) results.push(runTest(read, index, flows));
    } else
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
