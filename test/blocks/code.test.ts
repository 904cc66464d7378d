import { expect } from 'chai';
import { asksAgain, codeIn } from '../../src/blocks/one-time-code.ts';
import { codeOf, sameCode } from '../../src/domain/code.ts';
import { phrase } from '../../src/domain/phrases.ts';
import { worldWith } from '../../src/domain/world.ts';

const world = worldWith('a key of this server');
const codes = Array.from({ length: 5000 }, (_, i) => codeOf(world, `nonce ${i}`, 6));

describe('one-time codes: what they are made of', () => {
  it('the same nonce gives the same digits, another nonce or another key gives others', () => {
    expect(codeOf(world, 'n1', 6)).to.equal(codeOf(world, 'n1', 6));
    expect(codeOf(world, 'n1', 6)).not.to.equal(codeOf(world, 'n2', 6));
    expect(codeOf(world, 'n1', 6)).not.to.equal(codeOf(worldWith('another key'), 'n1', 6));
  });

  it('has as many digits as asked for, also more than one derivation has bytes for', () => {
    for (const length of [4, 6, 10, 100]) expect(codeOf(world, 'n', length)).to.match(new RegExp(`^\\d{${length}}$`));
  });

  it('every digit is as likely at every place', () => {
    for (let place = 0; place < 6; place += 1) {
      const counts = new Map<string, number>();
      for (const code of codes) counts.set(code.charAt(place), (counts.get(code.charAt(place)) ?? 0) + 1);
      // 500 each on average; 5 standard deviations are 106.
      for (const digit of '0123456789') expect(counts.get(digit), `${digit} at ${place}`).to.be.within(394, 606);
    }
    expect(new Set(codes).size).to.be.greaterThan(4950);
  });

  it('bytes that would favour small digits are left out', () => {
    const bytes = [255, 254, 253, 252, 251, 250, 249, 7, 8, 9];
    const fixed = { derive: () => Buffer.from(bytes).toString('base64url') };
    expect(codeOf(fixed, 'n', 4)).to.equal('9789');
  });

  it('two codes are the same by every digit and by their length', () => {
    expect(sameCode('123456', '123456')).to.equal(true);
    for (const other of ['123457', '023456', '12345', '1234567', '', '١٢٣٤٥٦'])
      expect(sameCode('123456', other)).to.equal(false);
  });
});

describe('one-time codes: what a contact writes', () => {
  const rows: readonly (readonly [string, string | null])[] = [
    ['123456', '123456'],
    [' 123 456 ', '123456'],
    ['123-456', '123456'],
    ['My code is 123456.', '123456'],
    ['١٢٣٤٥٦', '123456'],
    ['１２３４５６', '123456'],
    ['12345', null],
    ['1234567', null],
    ['123456 or 654321', null],
    ['code', null],
    ['', null],
  ];
  for (const [text, wanted] of rows)
    it(`${JSON.stringify(text)}: ${wanted ?? 'no code'}`, () => expect(codeIn(text, 6)).to.equal(wanted));

  it('a new code is asked for by the button, its label or number, or a keyword', () => {
    const button = { id: 'resend', label: phrase('resend', 'pt') };
    const asks = ['Enviar outro código!', 'RESEND', 'reenviar', 'nuevo codigo', 'novo código', '1'];
    for (const text of asks) expect(asksAgain({ text }, button), text).to.equal(true);
    expect(asksAgain({ text: 'x', choice: 'resend' }, button)).to.equal(true);
    for (const text of ['', '2', 'no', 'I resend it']) expect(asksAgain({ text }, button), text).to.equal(false);
    expect(asksAgain({ text: 'resend' }, button, ['de nuevo'])).to.equal(false);
    expect(asksAgain({ text: 'De nuevo' }, button, ['de nuevo'])).to.equal(true);
  });
});
