import { expect } from 'chai';
import fc from 'fast-check';
import { isoOf } from '../../src/domain/iso.ts';

describe('times as ISO 8601', () => {
  it('are what Date writes, for any time and in any order', () => {
    const time = fc.oneof(
      fc.integer({ min: -1e13, max: 1e14 }),
      fc.integer({ min: 1_763_700_000_000, max: 1_763_700_003_000 }),
    );
    fc.assert(
      fc.property(fc.array(time, { minLength: 1 }), (times) => {
        for (const at of times) expect(isoOf(at)).to.equal(new Date(at).toISOString());
      }),
    );
    expect(isoOf(1_763_700_000_000.7)).to.equal(new Date(1_763_700_000_000).toISOString());
    expect(() => isoOf(Number.NaN)).to.throw(RangeError);
  });
});
