import { expect } from 'chai';
import { CHANNEL_LIMITS } from '../../src/channel/limits.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { formatDiagnostic } from '../../src/flow/diagnostic.ts';
import { checkProject } from '../../src/flow/project.ts';
import { callsDuring } from '../support/effort.ts';
import { largeFlow } from '../support/large-flow.ts';

/** Calls that checking a flow of so many blocks takes. */
function effort(blocks: number): number {
  const text = largeFlow(blocks);
  return callsDuring(() => void checkProject([{ file: 'large.yaml', text }], { limits: CHANNEL_LIMITS }));
}

describe('check: a flow of 300 blocks', () => {
  it('has nothing wrong', () => {
    const { flow, diagnostics } = compileFlow(largeFlow(300), 'large.yaml');
    expect(diagnostics.map(formatDiagnostic)).to.deep.equal([]);
    expect(flow?.blocks.size).to.equal(300);
  });

  it('takes three times the effort of 100 blocks, not nine times', () => {
    effort(10);
    const [small, large] = [effort(100), effort(300)];
    expect(small).to.be.greaterThan(5000);
    expect(large / small).to.be.within(2, 3.8);
  });

  it('does so with a mistake in every block too', () => {
    const wrong = (blocks: number): string =>
      largeFlow(blocks).replaceAll('@contact.name', '@nobody').replaceAll('next: bye', 'next: by');
    const calls = (blocks: number): number => callsDuring(() => void compileFlow(wrong(blocks), 'large.yaml'));
    calls(10);
    // Each misspelt name is held against each known one.
    expect(calls(300) / calls(100)).to.be.within(2, 6);
  });

  it('and many flows take as much as their sum', () => {
    const files = (count: number): { file: string; text: string }[] =>
      Array.from({ length: count }, (_, i) => ({ file: `${i}.yaml`, text: largeFlow(20, `flow-${i}`) }));
    const calls = (count: number): number =>
      callsDuring(() => void checkProject(files(count), { limits: CHANNEL_LIMITS }));
    calls(2);
    expect(calls(60) / calls(20)).to.be.within(2, 3.8);
  });
});
