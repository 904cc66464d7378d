import { expect } from 'chai';
import { fromKey, toKey } from '../../src/store/embedded/record.ts';

describe('ids as the embedded store writes them', () => {
  const ids = [
    'web:a',
    '',
    '\0',
    '\x01',
    '\0\x01',
    '\x01\0',
    '\x01\x01\0',
    '\x01\x02',
    '\0\x03d800',
    '\x01\x03d800',
    'a\uD800',
    'a\uDC00b',
  ];
  for (const id of [...ids, '\uDC00\uD800', '😀', '😀\uD83D']) {
    it(`come back as they were: ${JSON.stringify(id)}`, () => {
      const key = toKey(id);
      expect(fromKey(key)).to.equal(id);
      expect(key.includes('\0')).to.equal(false);
      expect(key.isWellFormed()).to.equal(true);
    });
  }

  it('are as different as before', () => {
    const keys = [...ids, 'a\uD801'].map(toKey);
    expect(new Set(keys).size).to.equal(keys.length);
  });
});
