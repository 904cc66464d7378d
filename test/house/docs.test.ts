import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { SETTINGS } from '../../src/config/settings.ts';
import { formatDiagnostic } from '../../src/flow/diagnostic.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { readTestFile } from '../../src/testing/testfile.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownIn(path);
    return path.endsWith('.md') ? [path] : [];
  });
}

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'flows/README.md', ...markdownIn('docs')];

function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** Runs sources in a process of their own and answers what it printed. */
async function node(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', ...args], { cwd: root });
  return stdout;
}

/** Fenced blocks of exactly this language, with the line they begin on. */
function fences(page: string, language: string): { line: number; text: string }[] {
  const text = textOf(page);
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === language)
    .map((match) => ({ line: text.slice(0, match.index).split('\n').length, text: match[2] ?? '' }));
}

/** Anchors of a page's headings, as code hosts make them. */
function anchors(page: string): Set<string> {
  const headings = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Where a link leads nowhere, in words; nothing for links to other sites. */
function brokenLink(page: string, link: string): string[] {
  if (/^[a-z]+:/i.test(link)) return [];
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return [`${page}: ${link}`];
  const found = anchor === undefined || !target.endsWith('.md') || anchors(target).has(anchor);
  return found ? [] : [`${page}: ${link}`];
}

describe('the house: documents', () => {
  it('generated pages are in step with the sources', async function () {
    this.timeout(30_000);
    expect(await node('scripts/write-docs.mjs', '--check')).to.equal('');
  });

  it('every command of parley --help is in the README', async function () {
    this.timeout(30_000);
    const help = await node('--eval', "import('./src/main.ts').then(({ main }) => main(['--help']))");
    const listed = /Commands:\n([\s\S]*?)\n\n/.exec(help)?.[1] ?? '';
    const commands = [...listed.matchAll(/^ {2}([a-z]+) /gm)]
      .map((match) => match[1] ?? '')
      .filter((c) => c !== 'help');
    expect(commands).to.include.members(['start', 'chat', 'check', 'test', 'graph']);
    const readme = textOf('README.md');
    for (const command of commands) expect(readme).to.contain(`\`parley ${command}`);
  });

  it('every setting is in .env.example', () => {
    const example = textOf('.env.example');
    for (const name of Object.keys(SETTINGS)) expect(example).to.match(new RegExp(`^#${name}=`, 'm'));
  });

  it('every script that a page names is in package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    for (const page of pages) {
      for (const [, name = ''] of textOf(page).matchAll(/npm run ([a-z]+)/g))
        expect(scripts, page).to.have.property(name);
    }
  });

  it('the architecture has the table of layers that is enforced', () => {
    const enforced = readFileSync(join(root, 'test/house/layers.test.ts'), 'utf8');
    const table = /MAY_IMPORT[^=]*= \{\n([\s\S]*?)\n\};/.exec(enforced)?.[1] ?? '';
    const rows = [...table.matchAll(/^ {2}'?([\w/]+)'?: \[(.*)\],$/gm)].map(([, layer = '', list = '']) => {
      const names = [...list.matchAll(/src\/(\w+)/g)].map((match) => match[1] ?? '');
      return `| \`${layer}\` | ${names.length === 0 ? 'nothing of ours' : names.join(', ')} |`;
    });
    expect(rows.length).to.be.greaterThan(10);
    const page = textOf('docs/architecture.md').split('\n');
    expect(rows.filter((row) => !page.includes(row))).to.deep.equal([]);
  });

  it('every relative link leads to a file, and to a heading of it', () => {
    const broken = pages.flatMap((page) => {
      const prose = textOf(page).replaceAll(/^```[\s\S]*?^```$/gm, '');
      return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => brokenLink(page, match[1] ?? ''));
    });
    expect(broken).to.deep.equal([]);
  });

  it('every file that prose names in backticks is there', () => {
    const named = /`((?:src|test|scripts|channels|flows|docs)\/[\w./-]+\.(?:ts|mjs|md|yaml))`/g;
    const missing = pages.flatMap((page) =>
      [...textOf(page).matchAll(named)].map((match) => match[1] ?? '').filter((path) => !existsSync(join(root, path))),
    );
    expect(missing.filter((path) => !WALKTHROUGH.has(path))).to.deep.equal([]);
  });

  it('no page names a path of a machine or the host of a registry', () => {
    const private_ = /(?:^|[\s`'"(=])(?:\/(?:home|root|tmp|work|Users|mnt|var)\/|[A-Z]:\\)|registry\.\w|npmjs/m;
    for (const page of [...pages, '.env.example']) expect(textOf(page), page).not.to.match(private_);
  });
});

/** Files that the walk-throughs make and the reader is told to make. */
const WALKTHROUGH = new Set([
  'flows/hello.yaml',
  'src/blocks/shout.ts',
  'test/blocks/cases/shout.yaml',
  'channels/echo.ts',
  'test/channels/echo.test.ts',
]);

describe('the house: examples in documents', () => {
  for (const page of pages) {
    for (const { line, text } of fences(page, 'yaml')) {
      if (text.startsWith('flow:')) {
        it(`${page}:${line} compiles`, () => {
          const { flow, diagnostics } = compileFlow(text, `${page}:${line}`);
          expect(flow, diagnostics.map(formatDiagnostic).join('\n')).not.to.equal(null);
        });
      }
      if (/^tests?:/.test(text)) {
        it(`${page}:${line} is a flow test`, () => {
          const read = readTestFile(text, page);
          expect(read, JSON.stringify(read)).to.have.property('tests');
        });
      }
    }
  }
});
