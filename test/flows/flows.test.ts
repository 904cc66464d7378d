import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect } from 'chai';
import { CHANNEL_LIMITS } from '../../src/channel/limits.ts';
import { liveFlows } from '../../src/commands/test.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { listYaml } from '../../src/flow/files.ts';
import { checkProject } from '../../src/flow/project.ts';
import { toSvg } from '../../src/flow/svg.ts';
import { Coverage } from '../../src/testing/coverage.ts';
import { runTest } from '../../src/testing/runtest.ts';
import { readTestFile } from '../../src/testing/testfile.ts';

const flowsDir = resolve(import.meta.dirname, '../../flows');
const flows = await liveFlows(flowsDir);
const files = await listYaml(join(flowsDir, 'tests'));

/** Flows of the repository itself; whoever adds their own keeps them to their own rules. */
const SHIPPED = ['appointment', 'login-otp', 'onboarding', 'order-status', 'payment-resume', 'survey'];
const INTEGRATIONS = ['demo-sms', 'user-login'];

function sourceOf(path: string): { file: string; text: string } {
  return { file: path, text: readFileSync(path, 'utf8') };
}

const shipped = SHIPPED.map((id) => join(flowsDir, `${id}.yaml`));
const sources = [...shipped, ...INTEGRATIONS.map((id) => join(flowsDir, 'integrations', `${id}.yaml`))].map(sourceOf);

describe('the flows that ship', () => {
  it('check without errors or warnings, each beside the others, and have a test', () => {
    const { diagnostics } = checkProject(sources, { limits: CHANNEL_LIMITS });
    expect(diagnostics).to.deep.equal([]);
    for (const id of SHIPPED) expect(files).to.include(join(flowsDir, 'tests', `${id}.test.yaml`));
  });

  it('have tests that reach every block and every exit', () => {
    const coverage = new Coverage(checkProject(sources).files);
    for (const id of SHIPPED) {
      const read = readTestFile(readFileSync(join(flowsDir, 'tests', `${id}.test.yaml`), 'utf8'), id);
      if (!('tests' in read)) throw new Error(JSON.stringify(read));
      for (const i of read.tests.keys()) runTest(read, i, { ...flows, ...coverage.flows() });
    }
    const report = coverage.report(true);
    expect(report.at(-1), report.join('\n')).to.match(/^coverage: 100 % of blocks .*, 100 % of exits /);
  });

  it('have a picture in the manual that shows them as they are', () => {
    for (const path of shipped) {
      const { file, text } = sourceOf(path);
      const { flow, drafts } = compileFlow(text, file);
      const picture = readFileSync(join(flowsDir, '../docs/samples', `${flow?.id}.svg`), 'utf8');
      expect(picture.trimEnd(), `run: npx parley graph ${flow?.id} --format svg`).to.equal(
        toSvg(flow?.name ?? '', drafts).trimEnd(),
      );
    }
  });

  for (const path of files) {
    const file = readTestFile(readFileSync(path, 'utf8'), relative(process.cwd(), path));
    if (!('tests' in file)) throw new Error(JSON.stringify(file));
    for (const [i, { test }] of file.tests.entries()) {
      it(`${test.flow}: ${test.test}`, () => {
        const { failure } = runTest(file, i, flows);
        expect(failure, failure?.message).to.equal(undefined);
      });
    }
  }
});
