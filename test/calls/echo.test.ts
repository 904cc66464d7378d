import { expect } from 'chai';
import { maskOutcome } from '../../src/calls/echo.ts';
import { MASK, UNMASKED, maskOf } from '../../src/calls/mask.ts';

describe('masking an outcome', () => {
  const mask = maskOf(['s3cr3t', '12345']);
  const answered = (body: string, value?: number): Parameters<typeof maskOutcome>[0] => ({
    kind: 'answered',
    status: 200,
    headers: { echo: 's3cr3t', other: 'x' },
    body,
    ...(value === undefined ? { json: JSON.parse(body) } : {}),
  });

  it('headers, body and JSON lose it, keys too', () => {
    expect(maskOutcome(answered('{"a":["s3cr3t"],"s3cr3t":{"b":"x \\u00733cr3t"},"n":1}'), mask)).to.deep.equal({
      kind: 'answered',
      status: 200,
      headers: { echo: MASK, other: 'x' },
      body: '{"a":["***"],"***":{"b":"x ***"},"n":1}',
      json: { a: [MASK], [MASK]: { b: `x ${MASK}` }, n: 1 },
    });
  });

  it('a number that is the secret becomes a masked text', () => {
    const outcome = maskOutcome(answered('{"a":12345,"b":1,"c":null,"d":[true]}'), mask);
    expect(outcome).to.have.property('body', '{"a":***,"b":1,"c":null,"d":[true]}');
    expect(outcome).to.have.deep.property('json', { a: MASK, b: 1, c: null, d: [true] });
  });

  it('names of headers lose it in any letters, and those that HTTP knows stay', () => {
    const hide = maskOf(['KeepMe-77', 'keep', 'date']);
    const headers = { 'x-keepme-77': '1', 'keep-alive': 'timeout=5', date: 'today', 'X-Keep-It': 'x' };
    const outcome = maskOutcome({ kind: 'answered', status: 200, headers, body: '' }, hide);
    expect(outcome).to.have.deep.property('headers', {
      'x-***': '1',
      'keep-alive': 'timeout=5',
      date: 'today',
      'x-***-it': 'x',
    });
  });

  it('a number is the secret however it is written', () => {
    const outcome = maskOutcome(answered('{"a":1.2345e4, "b":[12]}'), mask);
    expect(outcome).to.have.deep.property('json', { a: MASK, b: [12] });
    expect(outcome).to.have.property('body', '{"a":"***","b":[12]}');
    const clean = maskOutcome(answered('{"a":1.5e4, "b":"x"}'), mask);
    expect(clean).to.include({ body: '{"a":1.5e4, "b":"x"}' });
  });

  it('reasons lose it; what is clean, or has no secrets, stays the same', () => {
    const [broken, clean] = ['s3cr3t.example broke', 'clean'].map((reason) => ({ kind: 'timed_out', reason }) as const);
    expect(maskOutcome(broken ?? answered(''), mask)).to.deep.equal({
      kind: 'timed_out',
      reason: `${MASK}.example broke`,
    });
    expect(maskOutcome(clean ?? answered(''), mask)).to.equal(clean);
    const outcome = answered('{"a":"s3cr3t"}');
    expect(maskOutcome(outcome, UNMASKED)).to.equal(outcome);
  });
});
