import { expect } from 'chai';
import fc from 'fast-check';
import type { Json } from '../../src/domain/json.ts';
import { compileExpression } from '../../src/flow/language/expression.ts';
import { FUNCTIONS } from '../../src/flow/language/functions.ts';
import { languageContext, scopeOf } from './support.ts';

function evaluate(source: string): Json | undefined {
  const context = languageContext();
  const get = compileExpression(source, context);
  expect(context.problems, source).to.deep.equal([]);
  return get(scopeOf());
}

/** What expressions give. Whole and decimal numbers mix, results are plain JSON, what is missing is null. */
const TABLE: readonly (readonly [string, Json])[] = [
  ['age + 1', 35],
  ['7 / 2', 3.5],
  ['7 % 4 - 2 * 3', -3],
  ['-age', -34],
  ['half + 1', 1.5],
  ['extra.n + 1', 4],
  ['"n: " + extra.n', 'n: 3'],
  ['name + " is " + age', 'Ana is 34'],
  ['age >= 18 && name == "Ana"', true],
  ['age < 18 || yes', true],
  ['!yes', false],
  ['yes ? "a" : "b"', 'a'],
  ['1 / 0', null],
  ['age == 34.0', true],
  ['"a" < "b"', true],
  ['"34" == age', false],
  ['number("34") == age', true],
  ['nothing == null', true],
  ['data.missing.more', null],
  ['data.missing == null', true],
  ['default(data.missing, "none")', 'none'],
  ['data.deep.list[0].c', 7],
  ['data["status"]', 'paid'],
  ['data.deep["odd key"]', 1],
  ['get(data, "deep.list[0].c")', 7],
  ['get(data, "nope")', null],
  ['list[5]', null],
  ['size(list) + size(name) + size(data)', 8],
  ['2 in list', true],
  ['"status" in data', true],
  ['list.filter(n, n > 1)', [3, 2]],
  ['people.filter(p, p.age >= 18).map(p, p.name)', ['Ana']],
  ['people.exists(p, p.name == "Bo")', true],
  ['people.all(p, p.age > 18)', false],
  ['list.map(n, n > 1, n * 10)', [30, 20]],
  ['[1, "a", true, null]', [1, 'a', true, null]],
  ['{"a": age, "b": [name]}', { a: 34, b: ['Ana'] }],
  ['has(data.status) && !has(data.nope)', true],
  ['upper(name) + name.lower()', 'ANAana'],
  ['title("ana maría de león")', 'Ana María De León'],
  ['trim("  x ")', 'x'],
  ['round(2.345, 2)', 2.35],
  ['round(-2.5)', -3],
  ['text(data.deep.list)', '[{"c":7}]'],
  ['json(list)', '[3,1,2]'],
  ['urlencode("a b&c/ñ")', 'a%20b%26c%2F%C3%B1'],
  ['pluralize(1, "order") + ", " + pluralize(2, "box", "boxes")', '1 order, 2 boxes'],
  ['join(list, "-") + first(list) + last(list)', '3-1-232'],
  ['split("a,b,c", ",")', ['a', 'b', 'c']],
  ['name.contains("na") && name.startsWith("A") && name.endsWith("a")', true],
  ['replace("a.b.c", ".", "-")', 'a-b-c'],
  ['substring("héllo", 1, 3)', 'él'],
  ['name.matches("^an+a$")', true],
  ['date(now)', '2026-01-05'],
  ['now + duration("90s")', '2026-01-05T09:01:30.000Z'],
  ['timestamp("2026-01-06T09:00:00Z") - now == duration("1d")', true],
  ['days_between(now, "2026-02-05")', 31],
  ['format_date(now, "EEEE d MMMM yyyy HH:mm", "America/Bogota")', 'Monday 5 January 2026 04:00'],
  ['contact.name + "/" + contact.plan', 'Ana María/gold'],
  ['answer.category + ": " + answer', 'Yes: yes please'],
  ['message.text', 'hello'],
  ['extcall_1.status', 'paid'],
  ['id', 'web:x1'],
  ['[1, 2] + [3]', [1, 2, 3]],
  ['data.constructor', null],
  ['data.__proto__', null],
  ['list.length', 3],
];

describe('expressions', () => {
  for (const [source, value] of TABLE)
    it(`${source} is ${JSON.stringify(value)}`, () => expect(evaluate(source)).to.deep.equal(value));

  it('every function explains itself and is total', () => {
    const any = fc.oneof(fc.jsonValue(), fc.constant(undefined)).map((value) => value as Json);
    for (const [name, fn] of FUNCTIONS) {
      expect(fn.summary, name).to.match(/\S/);
      fc.assert(
        fc.property(fc.array(any, { minLength: fn.args[0], maxLength: fn.args[1] }), (args) => {
          fn.run(args, { now: 0, language: 'en', note: () => undefined });
        }),
        { numRuns: 50 },
      );
    }
  });

  it('mistakes are problems with an offset', () => {
    const problems = (source: string): string[] => {
      const context = languageContext();
      compileExpression(source, context)(scopeOf());
      return context.problems.map(({ code, offset }) => `${code}@${offset}`);
    };
    expect(problems('1 +')).to.deep.equal(['bad-expression@3']);
    expect(problems('')).to.deep.equal(['bad-expression@0']);
    expect(problems('age + agee')).to.deep.equal(['unknown-name@6']);
    expect(problems('uper(name)')).to.deep.equal(['unknown-name@0']);
    expect(problems('upper(name, 1)')).to.deep.equal(['bad-expression@0']);
    expect(problems('name.matches("(?=x)")')).to.deep.equal(['bad-pattern@13']);
    expect(problems('@name')).to.deep.equal(['bad-expression@0']);
    expect(problems('('.repeat(3000))).to.deep.equal(['bad-expression@250']);
    expect(problems('x'.repeat(5000))).to.deep.equal(['bad-expression@0']);
  });

  it('ends by construction: a lot of work is cut off with a note', () => {
    const context = languageContext();
    const big = compileExpression(
      'list.map(a, list.map(b, list.map(c, list.map(d, list.map(e, list.map(f, list.map(g, list.map(h, list.map(i, list.map(j, list.map(k, 1)))))))))))',
      context,
    );
    const scope = scopeOf();
    expect(big(scope)).to.equal(null);
    expect(scope.notes.at(-1)).to.deep.include({ kind: 'note' });
    const grow = compileExpression(`${'text(['.repeat(1)}"${'x'.repeat(2000)}"${'])'.repeat(1)}`, context);
    expect(grow(scope)).to.be.a('string');
  });

  it('never throws, whatever the source', () => {
    const piece = fc.constantFrom(
      'age',
      'name',
      'list',
      '.',
      '[',
      ']',
      '(',
      ')',
      '+',
      '-',
      '*',
      '/',
      '==',
      '&&',
      '?',
      ':',
      '"a"',
      '1',
      'map',
      'filter',
      'x',
      ',',
      '!',
      'in',
      'null',
      'matches',
      '{',
      '}',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(' ')),
        ),
        (source) => {
          compileExpression(source, languageContext())(scopeOf());
        },
      ),
      { numRuns: 3000 },
    );
  });
});
