import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { BLOCKS } from '../../src/blocks/index.ts';
import type { Integration } from '../../src/domain/integration.ts';
import { formatDiagnostic } from '../../src/flow/diagnostic.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import { OPERATORS } from '../../src/operators/index.ts';
import { runTest } from '../../src/testing/runtest.ts';
import { readTestFile } from '../../src/testing/testfile.ts';
import { around, compiled, kindOf, run } from './minimal.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = new Map<string, string>();

/** Pieces of YAML on a page. */
function fences(page: string): string[] {
  return [...(pages.get(page) ?? '').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}

function integrationOf(text: string): Integration {
  const { integration, diagnostics } = compileIntegration(text, 'integrations/example.yaml');
  if (integration === null) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return integration;
}

/** The integrations that the reference shows, which its blocks may call. */
function integrations(): Map<string, Integration> {
  const shown = [...pages.keys()].flatMap(fences).filter((text) => kindOf(text) === 'integration');
  return new Map(shown.map(integrationOf).map((each) => [each.id, each]));
}

function runTests(text: string, page: string): void {
  const file = readTestFile(text, page);
  if (!('tests' in file)) throw new Error(file.map(formatDiagnostic).join('\n'));
  const flows = fences(page)
    .filter((each) => kindOf(each) === 'flow')
    .map(compiled);
  for (const i of file.tests.keys()) {
    const { failure, name } = runTest(file, i, {
      current: (id) => flows.find((flow) => flow.id === id),
      all: () => flows,
    });
    expect(failure, `${name}: ${failure?.message}`).to.equal(undefined);
  }
}

/** Runs one example as what it is; answers what that was. */
function execute(text: string, page: string): string {
  const kind = kindOf(text);
  if (kind === 'flow') expect(run(text, integrations())).to.deep.equal([]);
  if (kind === 'test') runTests(text, page);
  if (kind === 'integration') integrationOf(text);
  if (kind === 'blocks') expect(run(around(parse(text) as readonly object[]), integrations()), text).to.deep.equal([]);
  return kind;
}

describe('the reference', function () {
  this.timeout(60_000);
  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-docs-'));
    try {
      await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/write-docs.mjs', '--out', folder], {
        cwd: root,
      });
      for (const name of readdirSync(folder, { recursive: true }).map(String))
        if (name.endsWith('.md')) pages.set(name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has a page for every block type, with its example', () => {
    for (const [name, { summary, example }] of BLOCKS) {
      const page = pages.get(`docs/reference/blocks/${name}.md`) ?? '';
      expect(page).to.contain(`# ${name}\n\n${summary}`).and.to.contain(example.trim());
    }
  });

  it('has every operator with its other names', () => {
    const page = pages.get('docs/reference/operators.md') ?? '';
    for (const [name, { aliases = [] }] of OPERATORS) {
      expect(page).to.contain(`| \`${name}\``);
      for (const alias of aliases) expect(page).to.contain(`\`${alias}\``);
    }
  });

  it('has examples that compile and run', () => {
    const kinds = [...pages.keys()].flatMap((page) => fences(page).map((text) => execute(text, page)));
    const count = (kind: string): number => kinds.filter((each) => each === kind).length;
    expect(count('unknown')).to.equal(0);
    expect(count('blocks')).to.equal(BLOCKS.size);
    expect([count('flow'), count('test'), count('integration')]).to.deep.equal([2, 1, 1]);
  });

  it('has operators whose examples work as rules', () => {
    const rows = [...(pages.get('docs/reference/operators.md') ?? '').matchAll(/`(\{ .* \})` \|$/gm)];
    const rules = rows.map(([, rule = '']) => rule.replaceAll(String.raw`\|`, '|'));
    expect(rules).to.have.length(OPERATORS.size + 5);
    for (const rule of rules) {
      const cases = [parse(rule) as { readonly next?: string }];
      expect(cases[0]).to.have.property('next');
      const text = around([{ id: 'choose', type: 'condition', cases, else: 'after' }]);
      expect(run(text), `${rule}\n${text}`).to.deep.equal([]);
    }
  });

  it('has no link within its pages that leads nowhere', () => {
    const broken = [...pages].flatMap(([page, text]) =>
      [...text.matchAll(/\]\(([^)#\s]+\.md)(?:#([\w-]+))?\)/g)].flatMap(([, path = '', anchor]) => {
        const target = pages.get(relative('.', join(dirname(page), path)));
        if (target === undefined) return path.includes('flow-language') ? [] : [`${page}: ${path}`];
        const titles = [...target.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
          title.toLowerCase().replaceAll(' ', '-'),
        );
        return anchor === undefined || titles.includes(anchor) ? [] : [`${page}: ${path}#${anchor}`];
      }),
    );
    expect(broken).to.deep.equal([]);
  });
});

describe('examples around the reference', () => {
  it('a rule that fails would be seen', () => {
    const loop = {
      flow: 'a',
      blocks: [{ id: 's', type: 'set_variable', variable: 'v', value_type: 'number', value: 'no number' }],
    };
    expect(run(stringify(loop)).map(({ code }) => code)).to.deep.equal(['bad_value']);
  });
});
