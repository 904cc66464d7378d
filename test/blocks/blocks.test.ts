import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { BLOCKS } from '../../src/blocks/index.ts';
import type { Flow } from '../../src/domain/flow.ts';
import type { Integration } from '../../src/domain/integration.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import { checkProject } from '../../src/flow/project.ts';
import { runTest } from '../../src/testing/runtest.ts';
import { readTestFile } from '../../src/testing/testfile.ts';

/** One row of a case file: a small flow, and either a dialogue with it or the problems `check` finds. */
interface Case {
  readonly case: string;
  readonly blocks: readonly object[];
  readonly settings?: object;
  readonly variables?: object;
  readonly triggers?: readonly object[];
  /** Files of test/integrations/definitions that are there. */
  readonly integrations?: readonly string[];
  readonly other?: { readonly flow: string; readonly blocks: readonly object[] };
  readonly problems?: readonly string[];
  readonly mocks?: readonly object[];
  readonly channel?: string;
  readonly language?: string;
  readonly dialogue?: readonly object[];
}

const folder = join(import.meta.dirname, 'cases');

function flowsOf(row: Case): Map<string, Flow> {
  const { blocks, settings, variables, triggers } = row;
  const defined = Object.fromEntries(
    Object.entries({ settings, variables, triggers }).filter(([, value]) => value !== undefined),
  );
  const sources = [{ flow: 'case', ...defined, blocks }, ...(row.other === undefined ? [] : [row.other])];
  const compiled = sources.map((source) => compileFlow(stringify(source), `${source.flow}.yaml`));
  for (const { flow, diagnostics } of compiled)
    if (flow === null) throw new Error(JSON.stringify(diagnostics, null, 2));
  return new Map(compiled.flatMap(({ flow }) => (flow === null ? [] : [[flow.id, flow] as const])));
}

function definitionsOf({ integrations = [] }: Case): { file: string; text: string }[] {
  return integrations.map((name) => ({
    file: `integrations/${name}.yaml`,
    text: readFileSync(join(import.meta.dirname, `../integrations/definitions/${name}.yaml`), 'utf8'),
  }));
}

function integrationsOf(row: Case): Map<string, Integration> {
  return new Map(
    definitionsOf(row).map(({ text, file }) => {
      const { integration, diagnostics } = compileIntegration(text, file);
      if (integration === null) throw new Error(JSON.stringify(diagnostics, null, 2));
      return [integration.id, integration] as const;
    }),
  );
}

function runDialogue(row: Case): void {
  const flows = flowsOf(row);
  const { mocks, channel, language, dialogue } = row;
  const facts = Object.fromEntries(
    Object.entries({ mocks, channel, language }).filter(([, value]) => value !== undefined),
  );
  const file = readTestFile(stringify({ test: row.case, flow: 'case', ...facts, dialogue }), 'case.test.yaml');
  if (!('tests' in file)) throw new Error(JSON.stringify(file, null, 2));
  const integrations = integrationsOf(row);
  const result = runTest(file, 0, {
    current: (id) => flows.get(id),
    all: () => [...flows.values()],
    integration: (id) => integrations.get(id),
  });
  expect(result.failure, result.failure?.message).to.equal(undefined);
}

function runCheck(row: Case): void {
  const flow = { flow: 'case', ...(row.settings === undefined ? {} : { settings: row.settings }), blocks: row.blocks };
  const { diagnostics } =
    row.integrations === undefined
      ? compileFlow(stringify(flow), 'case.yaml')
      : checkProject([{ file: 'case.yaml', text: stringify(flow) }, ...definitionsOf(row)]);
  expect(diagnostics.map(({ code }) => code)).to.deep.equal(row.problems);
}

for (const name of readdirSync(folder)) {
  describe(`block ${name.replace(/\.yaml$/, '')}`, () => {
    const rows = parse(readFileSync(join(folder, name), 'utf8')) as readonly Case[];
    for (const row of rows) it(row.case, () => (row.problems === undefined ? runDialogue(row) : runCheck(row)));
  });
}

describe('block examples', () => {
  const open = new Set(['unknown-target', 'unknown-reference', 'unknown-name', 'unknown-flow']);
  for (const [name, type] of BLOCKS) {
    it(`the example of ${name} compiles`, () => {
      const { diagnostics } = compileFlow(`flow: example\nblocks:\n${type.example}`, 'example.yaml');
      expect(diagnostics.filter(({ severity, code }) => severity === 'error' && !open.has(code))).to.deep.equal([]);
      expect(type.example).to.contain(`type: ${name}`);
    });
  }
});
