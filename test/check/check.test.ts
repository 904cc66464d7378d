import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { compileFlow } from '../../src/flow/compile.ts';
import type { Diagnostic } from '../../src/flow/diagnostic.ts';
import { checkProject } from '../../src/flow/project.ts';

const folder = join(import.meta.dirname, 'bad');

/** What a bad file says is wrong with it: `# line:column code` behind a line, once or several times. */
function expected(text: string): string[] {
  const marks = [...text.matchAll(/ # ((?:\d+:\d+ [a-z-]+ ?)+)$/gm)].map((match) => match[1] ?? '');
  return marks.flatMap((mark) => mark.match(/\d+:\d+ [a-z-]+/g) ?? []).sort();
}

function found(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`).sort();
}

describe('check: bad files', () => {
  for (const name of readdirSync(folder)) {
    it(name, () => {
      const text = readFileSync(join(folder, name), 'utf8');
      const { diagnostics } = compileFlow(text, name);
      expect(found(diagnostics), JSON.stringify(diagnostics, null, 1)).to.deep.equal(expected(text));
      for (const { message } of diagnostics) expect(message).to.match(/\S/);
    });
  }

  it('the file of 5,000 nested lists is refused, and so is one of 100,000', () => {
    for (const depth of [5000, 100_000]) {
      const [first] = compileFlow(`flow: a\nblocks: ${'['.repeat(depth)}`, 'deep.yaml').diagnostics;
      expect(first).to.include({ code: 'yaml-too-deep', line: 2 });
    }
  });

  it('5,000 nested mappings in block style are refused', () => {
    const lines = Array.from({ length: 700 }, (_, i) => `${' '.repeat(i)}a:`);
    expect(compileFlow(lines.join('\n'), 'deep.yaml').diagnostics[0]?.code).to.equal('yaml-too-deep');
    expect(compileFlow(`a:\n  ${'- '.repeat(5000)}b`, 'deep.yaml').diagnostics[0]?.code).to.equal('yaml-too-deep');
  });

  it('an anchor bomb is refused', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array.from({ length: 9 }, () => `*l${i}`).join(', ')}]`,
    );
    const [first] = compileFlow(['flow: a', 'l0: &l0 [x]', ...levels].join('\n'), 'bomb.yaml').diagnostics;
    expect(first?.code).to.equal('yaml-aliases');
  });

  it('twenty thousand keys are read without a hang, the doubled one is found', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`);
    const { diagnostics } = compileFlow([...keys, 'k77: 2'].join('\n'), 'keys.yaml');
    expect(diagnostics[0]).to.include({ code: 'yaml-duplicate-key', line: 20_001 });
  });

  it('a file that is too large is refused', () => {
    expect(compileFlow(`# ${'x'.repeat(300_000)}`, 'large.yaml').diagnostics[0]?.code).to.equal('yaml-too-large');
  });

  it('no text makes it throw', () => {
    const piece = fc.constantFrom(
      'flow: a\n',
      'blocks:\n',
      '  - ',
      'id: x\n',
      'type: message\n',
      'text: "@(',
      '@x',
      '{',
      '[',
      ']',
      ': ',
      '&a ',
      '*a ',
      '\t',
      '!!',
      '"',
      "'",
      '|',
      '\n',
      '%',
      '---',
      '\u0000',
      '__proto__: 1',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
        ),
        (text) => {
          compileFlow(text, 'any.yaml');
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe('check: several files', () => {
  const flow = (id: string, rest: string): { file: string; text: string } => ({
    file: `${id}.yaml`,
    text: `flow: ${id}\n${rest}`,
  });
  const codes = (...files: readonly { file: string; text: string }[]): string[] =>
    checkProject(files).diagnostics.map(({ file, line, code }) => `${file}:${line} ${code}`);

  it('two files with one id', () => {
    expect(
      codes(flow('a', 'blocks: [{ id: x, type: end }]'), {
        file: 'b.yaml',
        text: 'flow: a\nblocks: [{ id: x, type: end }]',
      }),
    ).to.deep.equal(['b.yaml:1 duplicate-flow']);
  });

  it('a jump to a flow, or a block of one, that is not there', () => {
    const jumps = 'blocks:\n  - { id: x, type: jump, flow: bb }\n  - { id: z, type: end }';
    const toBlock = 'blocks:\n  - { id: x, type: jump, flow: c, block: nope }';
    expect(codes(flow('a', jumps), flow('b', toBlock), flow('c', 'blocks: [{ id: y, type: end }]'))).to.deep.equal([
      'a.yaml:3 unknown-flow',
      'a.yaml:4 unreachable-block',
      'b.yaml:3 unknown-target',
    ]);
  });

  it('two flows with one keyword', () => {
    const rest = 'triggers: [{ keywords: [Pedido] }]\nblocks: [{ id: x, type: end }]';
    expect(codes(flow('a', rest), flow('b', rest))).to.deep.equal(['a.yaml:2 same-keyword', 'b.yaml:2 same-keyword']);
  });
});
