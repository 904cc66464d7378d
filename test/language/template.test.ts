import { expect } from 'chai';
import fc from 'fast-check';
import { toText } from '../../src/domain/json.ts';
import type { Json } from '../../src/domain/json.ts';
import { compileText, compileValue } from '../../src/flow/language/template.ts';
import { compileUrl } from '../../src/flow/language/url.ts';
import { VARIABLES, languageContext, scopeOf } from './support.ts';

const fill = (template: string): string => compileText(template, languageContext())(scopeOf());

/** What templates give. */
const TABLE: readonly (readonly [string, string])[] = [
  ['Hello @name!', 'Hello Ana!'],
  ['@name.', 'Ana.'],
  ['@NAME @Extra.status @flow.name', 'Ana Shipped Ana'],
  ['@data.deep.list[0].c and @data["status"]', '7 and paid'],
  ['@(age + 1)/@(upper(name))', '35/ANA'],
  ['@(")" + name)', ')Ana'],
  ['@@name a@@b @@', '@name a@b @'],
  ['help@acme.com @someone-unknown', 'help@acme.com @someone-unknown'],
  ['[@empty][@nothing][@data.nope]', '[][][]'],
  ['@contact.name @contact.plan @contact.channel @id', 'Ana María gold web web:x1'],
  ['@bot_id @block_id @message.text @today', 'flow-1 block_1 hello 2026-01-05'],
  ['@answer/@answer.category/@answer.text', 'yes please/Yes/yes please'],
  ['@server.url/x', 'http://parley.test/x'],
  ['@list @yes @age @half', '[3,1,2] true 34 0.5'],
  ['@name@age', 'Ana34'],
  ['@', '@'],
  ['100 @ 5', '100 @ 5'],
  ['@name_x', '@name_x'],
  ['@EXTCALL_1.status', 'paid'],
];

describe('templates', () => {
  for (const [template, text] of TABLE) it(`${template} gives ${text}`, () => expect(fill(template)).to.equal(text));

  it('one single reference keeps its type; anything around it makes text', () => {
    const value = (written: Json): Json | undefined => compileValue(written, () => languageContext())(scopeOf());
    expect(value('@age')).to.equal(34);
    expect(value('@data')).to.deep.equal(VARIABLES['data']);
    expect(value('@(age * 2)')).to.equal(68);
    expect(value(' @age')).to.equal(' 34');
    expect(value({ a: ['@list', 1, null, true], b: '@@age' })).to.deep.equal({
      a: [[3, 1, 2], 1, null, true],
      b: '@age',
    });
  });

  it('an unknown name is a hint to its author, with a suggestion', () => {
    const context = languageContext();
    compileText('Hi @nmae', context);
    expect(context.problems).to.deep.equal([
      {
        code: 'misspelt-reference',
        text: 'nothing is called "@nmae", so it stays as text',
        offset: 3,
        hint: 'did you mean "name"?',
      },
    ]);
  });

  it('what a contact typed is never looked at as a template again', () => {
    const template = compileText('<@name|@(name)|@data.status>', languageContext());
    const evil = fc.oneof(
      fc.string(),
      fc.constantFrom('@age', '@(1+1)', '@@', '${x}', '{{x}}', '@contact.id', '\\', '@data'),
    );
    fc.assert(
      fc.property(evil, evil, (typed, status) => {
        const scope = scopeOf({ ...VARIABLES, name: typed, data: { status } });
        expect(template(scope)).to.equal(`<${typed}|${typed}|${status}>`);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('URLs', () => {
  const url = (template: string, name: Json): string => {
    const context = languageContext();
    const built = compileUrl(template, context)(scopeOf({ ...VARIABLES, name }));
    expect(context.problems).to.deep.equal([]);
    return 'url' in built ? built.url : `! ${built.problem}`;
  };

  it('values are percent-encoded, each in its place', () => {
    expect(url('https://a.example/o/@name?q=@name#@name', 'a/b?c=d&e#f ñ')).to.equal(
      'https://a.example/o/a%2Fb%3Fc%3Dd%26e%23f%20%C3%B1?q=a%2Fb%3Fc%3Dd%26e%23f%20%C3%B1#a%2Fb%3Fc%3Dd%26e%23f%20%C3%B1',
    );
    expect(url('@server.url/demo/@name', 'x')).to.equal('http://parley.test/demo/x');
  });

  it('a value can never change host, path depth or parameters', () => {
    const parsed = (value: string): URL | null => {
      const built = url('https://a.example:8443/v1/@name/x@name?q=@name&fixed=1', value);
      return built.startsWith('!') ? null : new URL(built);
    };
    const nasty = fc.constantFrom(
      '..',
      '.',
      '../..',
      '%2e%2e',
      '@evil.example',
      '//evil.example',
      'a\r\nHost: x',
      '\0',
      '?',
      '#',
      '&a=b',
      ';',
      '\\',
      '\u2028',
      '\uD800',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nasty), (value) => {
        const result = parsed(value);
        if (result === null) return;
        expect(result.host).to.equal('a.example:8443');
        expect(result.pathname.split('/')).to.have.length(4);
        expect([...result.searchParams.keys()]).to.deep.equal(['q', 'fixed']);
        expect(result.hash).to.equal('');
        expect(result.searchParams.get('q')).to.equal(toText(value.toWellFormed()));
      }),
      { numRuns: 2000 },
    );
  });

  it('the scheme and the host are the author’s', () => {
    for (const template of [
      '@name',
      '@name/x',
      'ftp://a/',
      'https://@name/',
      'https://u:p@host/',
      'https:///x',
      '//host/x',
      'javascript:alert(1)',
      '/x',
    ]) {
      const context = languageContext();
      compileUrl(template, context);
      expect(
        context.problems.map(({ code }) => code),
        template,
      ).to.deep.equal(['bad-template']);
    }
  });
});
