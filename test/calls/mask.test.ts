import { expect } from 'chai';
import fc from 'fast-check';
import { MASK, UNMASKED, maskOf } from '../../src/calls/mask.ts';
import { escapeMarkup } from '../../src/domain/escape.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const form = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
/** Every unit as `\u....`, every byte as `%..`, every character as an entity. */
const allJson = (text: string): string =>
  text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
const allPercent = (text: string): string => hex(text).replace(/../g, '%$&');
const allEntities = (text: string): string => Array.from(text, (one) => `&#${one.codePointAt(0)};`).join('');
const allHexEntities = (text: string): string =>
  Array.from(text, (one) => `&#x${one.codePointAt(0)?.toString(16)};`).join('');

/** Every way a value may be written down. */
const WRITTEN: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  percent: encodeURIComponent,
  'percent in small letters': (value) => encodeURIComponent(value).replace(/%../g, (one) => one.toLowerCase()),
  'all percent': allPercent,
  form,
  json,
  'all json': allJson,
  'json in capitals': (value) => allJson(value).replace(/[a-f]/g, (one) => one.toUpperCase()),
  html: escapeMarkup,
  'html decimal': allEntities,
  'html hex': allHexEntities,
  base64,
  base64url,
  'base64 in a query': (value) => encodeURIComponent(base64(value)),
  'base64 in JSON with its slashes escaped': (value) => base64(value).replaceAll('/', '\\/'),
  hex,
  'hex in capitals': (value) => hex(value).toUpperCase(),
  'json in a form': (value) => form(JSON.stringify({ a: value })),
  'json in json': (value) => json(JSON.stringify({ a: value })),
  'percent twice': (value) => encodeURIComponent(encodeURIComponent(value)),
  'html of json': (value) => escapeMarkup(JSON.stringify({ a: value })),
  'basic, as the password': (value) => `Basic ${base64(`somebody:${value}`)}`,
  'basic, as the name': (value) => `Basic ${base64(`${value}:pass`)}`,
  'base64 of json': (value) => base64(JSON.stringify({ api_key: value, other: 1 })),
  'base64url of json': (value) => base64url(JSON.stringify({ api_key: value, other: 1 })),
  'base64 of a form': (value) => base64(`a=1&key=${form(value)}&b=2`),
  'base64 of a query': (value) => base64(`a=1&key=${encodeURIComponent(value)}&b=2`),
};

describe('masking', () => {
  const VALUES = [
    's3cr3t-Value',
    'a b+c&d=e/f?',
    'quote"\\back\nline',
    "<b>&amp;'x'",
    'ñandú😀key',
    '100%41x"y',
    '++++',
    '////',
    'aaaa',
    'MIIE'.repeat(60),
  ];
  for (const [how, write] of Object.entries(WRITTEN)) {
    it(`finds a value that is written in ${how}`, () => {
      for (const value of VALUES) {
        const text = `before|${write(value)}|after`;
        const masked = maskOf([value])(text);
        expect(masked, value).to.include(MASK).and.not.to.include(write(value));
        expect(masked.startsWith('before|') && masked.endsWith('|after'), masked).to.equal(true);
      }
    });
  }

  it('finds base64 at all three places of a longer text', () => {
    for (const before of ['', 'a', 'ab', 'abc', 'abcd']) {
      for (const after of ['', 'x', 'xy', 'xyz']) {
        for (const encode of [base64, base64url]) {
          const masked = maskOf(['k3y-of-mine'])(encode(`${before}k3y-of-mine${after}`));
          expect(masked).to.include(MASK);
          expect(Buffer.from(masked.replaceAll(MASK, ''), 'base64').toString()).not.to.include('k3y');
        }
      }
    }
  });

  const rows: readonly (readonly [string, readonly string[], string, string])[] = [
    ['nothing to hide', [], 'abc', 'abc'],
    ['an empty value', [''], 'abc', 'abc'],
    ['an empty text', ['abcd'], '', ''],
    ['a text without it', ['abcd'], 'abc d', 'abc d'],
    ['several times', ['abcd'], 'abcd-abcd,abcd', '***-***,***'],
    ['side by side', ['abcd'], 'abcdabcd', '***'],
    ['values in each other', ['abcd', 'xxabcdyy'], '-xxabcdyy-', '-***-'],
    ['values that overlap', ['abcd', 'cdef'], '-abcdef-', '-***-'],
    ['a short value, as a word', ['ab'], 'ab, cab, abc, x-ab, "ab" ab', '***, cab, abc, x-ab, "***" ***'],
    ['a short value, escaped', ['a"b'], '{"k":"a\\"b"}', '{"k":"***"}'],
    ['three letters, as a word', ['abc'], 'abcd abc', 'abcd ***'],
    ['in a URL', ['p w/1'], 'https://x.example/p%20w%2f1?a=p+w%2F1', 'https://x.example/***?a=***'],
    ['with a NUL that readers drop', ['abcd'], '{"a":"ab\\u0000cd"}', '{"a":"***"}'],
    ['characters around it stay whole', ['abcd'], '😀abcdé', '😀***é'],
    ['a pair after another escape', ['A😀bc'], '\\u0041\\ud83d\\ude00bc', '***'],
  ];
  for (const [what, values, text, wanted] of rows) {
    it(what, () => expect(maskOf(values)(text)).to.equal(wanted));
  }

  const SENT: readonly (readonly [string, string, readonly string[]])[] = [
    ['blanks around it', '  s3cr3t-value \r\n', ['s3cr3t-value', '  s3cr3t-value \r\n']],
    ['a control character inside', 's3cr\u00073t-value', ['s3cr3t-value', 's3cr\u00073t-value']],
    ['a line break inside', 'first line\nsecond line', ['first linesecond line', 'first line\r\nsecond line']],
    ['a line break of Windows', 'first line\r\nsecond line', ['first linesecond line', 'first line\nsecond line']],
    ['letters beyond ASCII', 'contraseña', [Buffer.from('contraseña').toString('latin1'), 'contraseña']],
  ];
  for (const [what, value, texts] of SENT) {
    it(`finds a value with ${what} as it is sent`, () => {
      const mask = maskOf([value]);
      for (const text of texts) {
        for (const write of [(one: string): string => one, base64, hex, encodeURIComponent, json]) {
          const shown = mask(`<${write(text)}>`);
          expect(shown, text).to.include(MASK).and.not.to.include(write(text.trim()));
        }
      }
    });
  }

  it('white space alone is no secret', () => {
    expect(maskOf(['     '])).to.equal(UNMASKED);
  });

  it('nobody can read a value out of a masked text, whatever is around it', () => {
    const value = fc
      .string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
      .filter((text) => text.trim().length >= 4 && !text.includes('*'));
    const around = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.string({ maxLength: 20, unit: 'grapheme' }),
      fc.constantFrom('%', '\\', '&', '\\u00', '%4', '&#', 'QUJD', 'YWJj'),
    );
    const how = fc.constantFrom(...Object.keys(WRITTEN));
    fc.assert(
      fc.property(value, how, around, around, (secret, name, before, after) => {
        fc.pre(!`${before}|${after}`.includes(secret));
        // Half an escape would take the first characters of the value for its own, and nobody could read it there.
        const text = before.replace(/[%\\&]\S{0,8}$/, '$& ') + (WRITTEN[name]?.(secret) ?? '') + after;
        const masked = maskOf([secret])(text);
        expect(readings(masked).some((reading) => reading.includes(secret))).to.equal(false);
      }),
      { numRuns: 3000 },
    );
  });

  it('is linear: a large text that is nearly all secret costs no more than its length', () => {
    const value = 'ab'.repeat(2000);
    const mask = maskOf([value, 'aaaaaaaaaaaaaaaaaaab', '%25%25%25%25', '&amp;&amp;&amp;']);
    for (const unit of ['ab', 'a', '%25', '&amp;', '\\u0061', 'YWJh', '6162']) {
      const text = unit.repeat(Math.ceil(262_144 / unit.length));
      expect(mask(text).length).to.be.at.most(text.length);
    }
  });

  it('never lengthens a text by more than one mask for each value, and keeps what is clean', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(maskOf(['a value that is not there'])(text)).to.equal(text);
      }),
    );
  });
});

/** A text, and what somebody would read in it after undoing escapes and decoding everything that looks encoded. */
function readings(text: string): string[] {
  const found = [text];
  for (let from = 0, to = 1, round = 0; round < 4; round += 1, from = to, to = found.length) {
    for (const one of found.slice(from))
      found.push(...undone(one).filter((next) => next !== one && !found.includes(next)));
  }
  const tokens = found.flatMap((one) => [...one.matchAll(/[A-Za-z0-9+/_-]{4,}/g)].map(([token]) => token));
  const decoded = tokens.flatMap((token) => [
    ...[0, 1, 2, 3].map((skip) => Buffer.from(token.slice(skip), 'base64').toString()),
    ...[0, 1].map((skip) => Buffer.from(token.slice(skip), 'hex').toString()),
  ]);
  return [...found, ...decoded, ...decoded.flatMap(undone)];
}

function undone(text: string): string[] {
  const unescaped = (one: string): string =>
    one.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return [
    text.replaceAll('+', ' '),
    text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString()),
    unescaped(text),
    text.replace(/\\(["\\/bfnrt])/g, (_, one: string) => JSON.parse(`"\\${one}"`)),
    unescaped(text).replace(/\\(["\\/])/g, '$1'),
    text
      .replace(/&#(\d{1,6});/g, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
      .replace(/&#x([0-9a-f]{1,5});/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  ];
}
