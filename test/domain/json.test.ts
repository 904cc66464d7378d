import { expect } from 'chai';
import { copied, fits } from '../../src/domain/json.ts';
import type { Json } from '../../src/domain/json.ts';

describe('the size of a value', () => {
  const rows: readonly { what: string; value: Json; size: number }[] = [
    { what: 'a text is its characters', value: 'abc', size: 3 },
    { what: 'a number is nothing', value: 12_345, size: 0 },
    { what: 'nothing is nothing', value: null, size: 0 },
    { what: 'an empty object counts once', value: {}, size: 1 },
    { what: 'a field counts its name and its value', value: { ab: 'cde' }, size: 1 + 3 + 4 },
    {
      what: 'what is inside of an object counts',
      value: { a: { b: [1, 'x', null] } },
      size: 1 + 2 + 1 + 2 + 1 + 1 + 2 + 1,
    },
    { what: 'a list counts its items', value: ['a', 'bb', true], size: 1 + 2 + 3 + 1 },
  ];
  for (const { what, value, size } of rows) {
    it(what, () => {
      expect(fits(value, size)).to.equal(true);
      if (size > 0) expect(fits(value, size - 1)).to.equal(false);
    });
  }

  it('stops counting a huge value, however deep it is', () => {
    let deep: Json = 'x';
    for (let n = 0; n < 100_000; n += 1) deep = [deep];
    expect(fits(deep, 1000)).to.equal(false);
    expect(fits(deep, 200_000)).to.equal(true);
  });
});

describe('a copy of an object', () => {
  it('has the same fields, its own, and is another object', () => {
    const from = { a: 1, b: [2] };
    const copy = copied(from);
    expect(copy).to.deep.equal(from);
    copy.a = 3;
    expect(from.a).to.equal(1);
  });

  it('gets no other prototype by a field of that name', () => {
    const copy = copied(JSON.parse('{"a": 1, "__proto__": {"admin": true}}') as Record<string, unknown>);
    expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype);
    expect(copy['admin']).to.equal(undefined);
    expect(copy).to.deep.equal({ a: 1 });
  });
});
