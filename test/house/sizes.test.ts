import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '../..');
const CEILING = 250;
/** The engine is one machine, and is allowed to be read in one piece. */
const LARGER: Readonly<Record<string, number>> = { 'src/engine/engine.ts': 300 };

function files(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return files(path);
    return /\.(ts|mjs)$/.test(path) ? [path] : [];
  });
}

/** Lines of code, comments included, blank lines too. */
function lines(path: string): number {
  return readFileSync(join(root, path), 'utf8').split('\n').length - 1;
}

const all = ['src', 'channels', 'scripts'].flatMap(files).map((path) => ({ path, lines: lines(path) }));

describe('the house: sizes', () => {
  it('no file is over its ceiling', () => {
    expect(all.filter(({ path, lines: count }) => count > (LARGER[path] ?? CEILING))).to.deep.equal([]);
  });

  it('half of the files have less than 100 lines', () => {
    const sorted = all.map(({ lines: count }) => count).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).to.be.lessThan(100);
  });
});
