import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect } from 'chai';
import { liveFlows } from '../../src/commands/test.ts';
import { listYaml } from '../../src/flow/files.ts';
import { checkProject } from '../../src/flow/project.ts';
import { runTest } from '../../src/testing/runtest.ts';
import { readTestFile } from '../../src/testing/testfile.ts';

const flowsDir = resolve(import.meta.dirname, '../../flows');
const flows = await liveFlows(flowsDir);
const files = await listYaml(join(flowsDir, 'tests'));

describe('the flows that ship', () => {
  it('check without errors or warnings', async () => {
    const sources = (await listYaml(flowsDir, new Set(['tests', 'integrations', '.schema']))).map((path) => ({
      file: path,
      text: readFileSync(path, 'utf8'),
    }));
    const found = checkProject(sources).diagnostics.filter(({ severity }) => severity !== 'hint');
    expect(found).to.deep.equal([]);
  });

  it('have a test each', () => {
    const names = files.map((path) => relative(flowsDir, path));
    for (const flow of flows.all()) expect(names).to.include(`tests/${flow.id}.test.yaml`);
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
