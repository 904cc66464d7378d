import { expect } from 'chai';
import { findDate, parseDate } from '../../src/operators/read/date.ts';
import { foldCase, foldText, splitWords } from '../../src/domain/fold.ts';
import { findNumbers, parseNumber } from '../../src/operators/read/number.ts';
import { parsePhone } from '../../src/operators/read/phone.ts';
import { parseUrl } from '../../src/operators/read/url.ts';
import { CONTEXT } from './cases.ts';

describe('readers', () => {
  const numbers: readonly [text: string, language: string, found: readonly number[], whole: number | null][] = [
    ['1.500', 'es', [1500], 1500],
    ['1.500', 'es-MX', [1.5], 1.5],
    ['0.500', 'es', [0.5], 0.5],
    ['1.5', 'de', [1.5], 1.5],
    ['1.234.567,89', 'pt-BR', [1234567.89], 1234567.89],
    ['12,34,567', 'en-IN', [1234567], 1234567],
    ["1'000'000.5", 'de-CH', [1000000.5], 1000000.5],
    ['1\u202F234,5', 'fr', [1234.5], 1234.5],
    ['2024 100 200', 'en', [2024, 100, 200], null],
    ['10,20,30', 'en', [10, 20, 30], null],
    ['1.2.3', 'en', [], null],
    ['٣٫٥', 'ar', [3.5], 3.5],
    ['১২', 'bn', [12], 12],
    ['.5', 'en', [0.5], 0.5],
    ['si,5', 'es', [5], null],
    ['AB12.55', 'en', [], null],
    ['5.', 'en', [5], null],
    ['$ 1.500', 'es-CO', [1500], 1500],
    ['100 €', 'de', [100], 100],
    ['12 years', 'en', [12], null],
    ['', 'en', [], null],
  ];
  for (const [text, language, found, whole] of numbers) {
    it(`numbers in "${text}" (${language})`, () => {
      expect(parseNumber(text, language)).to.equal(whole);
      expect(findNumbers(text, language)).to.deep.equal(found);
    });
  }

  it('fold accents, forms, Turkish i and sharp s', () => {
    expect(foldText('ÁÇñ İIıi ﬁ ß')).to.equal('acn iiii fi ss');
    expect(foldCase('É İIıi ﬁ ß ΣΑΣ')).to.equal('é iiii fi ss σασ');
    expect(foldText('की नमस्ते')).to.equal('की नमस्ते');
    expect(foldText('がか')).to.equal('がか');
  });

  it('split words, joined emoji and flags being one', () => {
    const words = splitWords("Don’t “go” 👩🏽‍🚒❤️‍🔥🇨🇴 می‌خواهم 'yes' a_b 1️⃣").map((word) => word.folded);
    expect(words).to.deep.equal(["don't", 'go', '👩‍🚒', '❤‍🔥', '🇨🇴', 'میخواهم', 'yes', 'a_b', '1']);
  });

  it('dates at the changes of the clock, in half-hour zones and in zones that do not exist', () => {
    const at = (text: string, timezone: string): string | null => parseDate(text, { ...CONTEXT, timezone });
    expect(at('2024-03-10 02:30', 'America/New_York')).to.equal('2024-03-10T02:30:00-05:00');
    expect(at('2024-11-03 01:30', 'America/New_York')).to.equal('2024-11-03T01:30:00-04:00');
    expect(at('2024-07-01 10:00', 'Asia/Kathmandu')).to.equal('2024-07-01T10:00:00+05:45');
    expect(at('2024-07-01 10:00', 'Not/AZone')).to.equal('2024-07-01T10:00:00+00:00');
  });

  it('two-digit years within 80 years back and 20 ahead, and no year as this one', () => {
    expect(findDate('31/12/44', CONTEXT)?.date).to.equal('2044-12-31');
    expect(findDate('31/12/45', CONTEXT)?.date).to.equal('1945-12-31');
    expect(findDate('31/12', CONTEXT)?.date).to.equal('2024-12-31');
    expect(findDate('29/2/2023', CONTEXT)).to.equal(null);
  });

  it('whole phone numbers and web addresses', () => {
    expect(parsePhone('3001112233', { language: 'es-CO' })).to.equal('+573001112233');
    expect(parsePhone('my 3001112233', { language: 'es-CO' })).to.equal(null);
    expect(parseUrl('example.com/x')).to.equal('https://example.com/x');
    expect(parseUrl('hola.que tal')).to.equal(null);
    expect(parseUrl('ana@x.com')).to.equal(null);
    expect(parseUrl('ftp://x.com')).to.equal(null);
  });
});
