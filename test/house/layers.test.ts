import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, dirname } from 'node:path';
import { expect } from 'chai';

/** What each layer may import of ours, as docs/architecture.md states it. A missing row fails the test. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  'src/config': [],
  'src/log': ['src/domain'],
  'src/operators': ['src/domain'],
  'src/engine': ['src/domain'],
  'src/channel': ['src/domain'],
  'src/store': ['src/domain'],
  'src/blocks': ['src/domain', 'src/operators'],
  'src/flow': ['src/domain', 'src/blocks', 'src/operators', 'src/integrations'],
  'src/calls': ['src/domain', 'src/log'],
  'src/integrations': ['src/domain'],
  'src/inbox': ['src/domain', 'src/store'],
  'src/conversation': ['src/domain', 'src/store', 'src/flow', 'src/engine'],
  'src/outbox': ['src/domain', 'src/store', 'src/channel'],
  'src/api': ['src/domain'],
  'src/testing': ['src/domain', 'src/blocks', 'src/flow', 'src/engine', 'src/conversation', 'src/channel'],
  channels: ['src/domain', 'src/channel'],
};

/** Files that join the layers, and may import everything. */
const ROOTS = ['src/app.ts', 'src/main.ts', 'src/version.ts', 'src/wiring', 'src/commands'];

/** Third-party packages, and the one file or folder that may import each of them (types are free). */
const OWNERS: Readonly<Record<string, string>> = {
  express: 'src/api',
  helmet: 'src/api/server.ts',
  libsql: 'src/store/driver.ts',
  'libsql/promise': 'src/store/driver.ts',
  mongoose: 'src/store/mongo',
  yaml: 'src/flow',
  '@marcbachmann/cel-js': 'src/flow/language',
  re2js: 'src/operators/read/pattern.ts',
  'libphonenumber-js/min': 'src/operators/read/phone.ts',
  '@dagrejs/dagre': 'src/flow/svg.ts',
  chokidar: 'src/flow/watch.ts',
  commander: 'src/main.ts',
  winston: 'src/log/logger.ts',
  undici: 'src/calls/connections.ts',
  'prom-client': 'src/wiring/metrics.ts',
  'node-cron': 'src/inbox/cron.ts',
  '@slack/bolt': 'channels/slack',
  'whatsapp-web.js': 'channels/whatsapp-web',
  qrcode: 'channels/whatsapp-web',
};

/** Packages whose whole point is to be used in many places. */
const EVERYWHERE = new Set(['zod']);

const root = resolve(import.meta.dirname, '../..');

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

const files = [...sources('src'), ...sources('channels')].filter((file) => !file.startsWith('channels/web/page'));

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(import|export)\s+(type\s+)?[^'"();]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map((match) => ({
    file,
    target: match[3] ?? match[4] ?? match[5] ?? '',
    typeOnly: match[2] !== undefined,
  }));
}

const imports = files.flatMap(importsOf);
const own = imports.filter(({ target }) => target.startsWith('.'));
const foreign = imports.filter(({ target }) => !target.startsWith('.') && !target.startsWith('node:'));

function layerOf(file: string): string {
  if (file.startsWith('channels/')) return 'channels';
  return file.split('/').slice(0, 2).join('/');
}

/** The folder or file of a channel; undefined for what is none, and for the registry. */
function channelOf(file: string): string | undefined {
  const name = /^channels\/([^/]+)/.exec(file)?.[1];
  return name === 'all.ts' || name === 'index.ts' ? undefined : name;
}

function isRoot(file: string): boolean {
  return ROOTS.some((entry) => file === entry || file.startsWith(`${entry}/`));
}

describe('the house: layers', () => {
  it('finds the imports it judges', () => {
    expect(own.length).to.be.greaterThan(100);
    expect(foreign.length).to.be.greaterThan(10);
  });

  it('every layer has a row in the table', () => {
    const layers = new Set(files.filter((file) => !isRoot(file)).map(layerOf));
    expect([...layers].filter((layer) => MAY_IMPORT[layer] === undefined)).to.deep.equal([]);
  });

  it('a layer imports only what its row allows', () => {
    const wrong = own.flatMap(({ file, target }) => {
      if (isRoot(file)) return [];
      const to = layerOf(relative(root, resolve(root, dirname(file), target)));
      const from = layerOf(file);
      return from === to || (MAY_IMPORT[from] ?? []).includes(to) ? [] : [`${file} imports ${to}`];
    });
    expect(wrong).to.deep.equal([]);
  });

  it('a channel imports nothing of another channel', () => {
    const wrong = own.flatMap(({ file, target }) => {
      const [from, to] = [file, relative(root, resolve(root, dirname(file), target))].map(channelOf);
      return from === undefined || to === undefined || from === to ? [] : [`${file} imports ${to}`];
    });
    expect(wrong).to.deep.equal([]);
  });

  it('each package is imported by its one file or folder', () => {
    const wrong = foreign.flatMap(({ file, target, typeOnly }) => {
      const owner = OWNERS[target];
      if (typeOnly || EVERYWHERE.has(target)) return [];
      return owner !== undefined && (file === owner || file.startsWith(`${owner}/`))
        ? []
        : [`${file} imports ${target}`];
    });
    expect(wrong).to.deep.equal([]);
  });

  it('there is no circle of imports between files, types aside', () => {
    const edges = new Map<string, string[]>();
    for (const { file, target, typeOnly } of own) {
      if (!typeOnly)
        edges.set(file, [...(edges.get(file) ?? []), relative(root, resolve(root, dirname(file), target))]);
    }
    expect(circle(edges)).to.equal(null);
  });
});

/** The files of some circle, or null. */
function circle(edges: ReadonlyMap<string, readonly string[]>): string | null {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, path: readonly string[]): string | null => {
    if (state.get(file) === 'done') return null;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file].join(' → ');
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found !== null) return found;
    }
    state.set(file, 'done');
    return null;
  };
  for (const file of edges.keys()) {
    const found = visit(file, []);
    if (found !== null) return found;
  }
  return null;
}
