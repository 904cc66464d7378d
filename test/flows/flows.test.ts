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

/** Flows of the repository itself; whoever adds their own keeps them to their own rules. */
const SHIPPED = ['order-status'];

describe('the flows that ship', () => {
  it('check without errors or warnings, and have a test', async () => {
    for (const id of SHIPPED) {
      const path = join(flowsDir, `${id}.yaml`);
      const { diagnostics } = checkProject([{ file: path, text: readFileSync(path, 'utf8') }]);
      expect(diagnostics.filter(({ severity }) => severity !== 'hint')).to.deep.equal([]);
      expect(files).to.include(join(flowsDir, 'tests', `${id}.test.yaml`));
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
