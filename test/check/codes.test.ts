import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CHANNEL_LIMITS } from '../../src/channel/limits.ts';
import { CODES } from '../../src/flow/codes.ts';
import { formatDiagnostic } from '../../src/flow/diagnostic.ts';
import { EXAMPLES } from '../../src/flow/explain/index.ts';
import { readSources } from '../../src/flow/files.ts';
import { checkProject } from '../../src/flow/project.ts';
import type { SourceFile } from '../../src/flow/project.ts';

const codes = Object.keys(CODES);

describe('check: codes', () => {
  it('every code says what it means in a sentence', () => {
    for (const { explain } of Object.values(CODES)) expect(explain).to.match(/^[A-Z].*\.$/);
  });

  it('every code has an example in src/flow/explain, and every example a code', () => {
    expect(codes.filter((code) => !EXAMPLES.has(code))).to.deep.equal([]);
    expect([...EXAMPLES.keys()].filter((code) => !codes.includes(code))).to.deep.equal([]);
  });

  for (const [code, { files, grow, mend }] of EXAMPLES) {
    if (code === 'unreadable-file') continue;
    it(`${code} is found in its example, and nothing that is worse`, () => {
      const sources = Object.entries(files).map(([file, text]): SourceFile => ({ file, text: grow?.(text) ?? text }));
      const { diagnostics } = checkProject(sources, { limits: CHANNEL_LIMITS });
      const found = diagnostics.filter((d) => d.file === sources[0]?.file || d.code === code);
      const said = diagnostics.map(formatDiagnostic).join('\n');
      expect(
        found.map((d) => d.code),
        said,
      ).to.include(code);
      const others = found.filter((d) => d.code !== code && d.severity === 'error');
      expect(others.map(formatDiagnostic)).to.deep.equal([]);
      expect(mend).to.match(/^[A-Z].*\.$/);
    });
  }

  it('unreadable-file is found where nothing can be opened', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-'));
    try {
      const { diagnostics } = await readSources([join(folder, 'gone.yaml')]);
      expect(diagnostics.map(({ code }) => code)).to.deep.equal(['unreadable-file']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
