import { expect } from 'chai';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { isObject } from '../../src/domain/json.ts';
import type { Json } from '../../src/domain/json.ts';
import { OPERATORS, findOperator, operatorNames } from '../../src/operators/index.ts';
import { OperatorError } from '../../src/operators/operator.ts';
import type { Operator, Verdict } from '../../src/operators/operator.ts';
import { CONTEXT, caseFiles, readCases } from './cases.ts';
import type { Case } from './cases.ts';

const VERDICTS = new Set(['match', 'no_match', 'error']);

/** 64 KB each of what makes careless readers slow: no end, no match, or a match everywhere. */
const HOSTILE = [
  'a',
  'a ',
  '1',
  '1,',
  '1.',
  '1 ',
  '9/9/',
  '1:',
  '@',
  'a@',
  'a.a@a.',
  'www.',
  'http://',
  '(((',
  '👍\u200d',
  'ñ\u0301',
  "a'",
  '+57 300 ',
  'no yes ',
  '3 may',
  '2024-01-',
].map((part) => part.repeat(65_536 / part.length));

const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }) as fc.Arbitrary<Json>;
const telling = fc.constantFrom<Json>(
  '',
  ' ',
  'yes',
  '__proto__',
  'constructor',
  '2xx',
  '2024-05-03',
  'today',
  '09:00',
  '[',
  '(a+)+$',
  1,
  -0,
  1e308,
  true,
);
const pairs = fc.constantFrom<Json>([1, 2], ['09:00', '18:00'], ['2024-01-01', 'today'], [], [null], [[]]);
const argument = fc.oneof(json, telling, pairs);
const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[-\d.,:/@ A-Za-z+٠-٩ñáİıß👍]{0,40}$/u));
const value = fc.option(fc.oneof(json, texts, telling), { nil: undefined });
const context = fc.record({
  language: fc.oneof(
    fc.constantFrom('en', 'es-CO', 'pt-BR', 'ar', 'bn', 'fr', 'tr', 'ja', 'x', '', 'not a tag'),
    fc.string(),
  ),
  timezone: fc.oneof(fc.constantFrom('UTC', 'America/Bogota', 'Asia/Kathmandu', 'Not/AZone'), fc.string()),
  now: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  channel: fc.string(),
  windowOpen: fc.boolean(),
});

describe('operators', () => {
  it('have one case file each, and no case file stands alone', () => {
    expect(caseFiles().toSorted()).to.deep.equal([...OPERATORS.keys()].toSorted());
  });

  it('are the ones the flow language promises', () => {
    expect(OPERATORS.size).to.equal(60);
  });

  it('answer to their aliases, and no two names clash', () => {
    const names = operatorNames();
    expect(new Set(names).size).to.equal(names.length);
    const written = [...OPERATORS].flatMap(([name, operator]) => [name, ...(operator.aliases ?? [])]);
    expect(written.toSorted()).to.deep.equal(names.toSorted());
    for (const [name, operator] of OPERATORS) {
      for (const alias of [name, ...(operator.aliases ?? [])])
        expect(findOperator(alias)).to.deep.equal({ name, operator });
    }
  });

  it('know no names of JavaScript prototypes', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'default', ''])
      expect(findOperator(name)).to.equal(null);
  });

  for (const [name, operator] of OPERATORS) describe(name, () => suiteOf(name, operator));
});

function suiteOf(name: string, operator: Operator): void {
  it('has an example that works', () => {
    const rule = parse(operator.example) as Json;
    const written = isObject(rule) && Object.hasOwn(rule, name) ? rule[name] : undefined;
    expect(written, `the example does not use ${name}`).to.not.equal(undefined);
    expect(() => operator.prepare(written ?? null)).to.not.throw();
    if (operator.argument === undefined) expect(written).to.equal(true);
    else expect(operator.argument.safeParse(written).success).to.equal(true);
  });

  it('has enough cases', () => {
    expect(readCases(name).length).to.be.within(6, 30);
  });

  readCases(name).forEach((one, i) => it(titleOf(one, i), () => check(operator, one)));

  it('comes to an end on long and hostile texts', () => {
    const test = exampleTest(operator);
    for (const text of HOSTILE) expect(VERDICTS.has(test(text, CONTEXT).kind)).to.equal(true);
  });

  it('never throws from a test, and only OperatorError from prepare', () => {
    fc.assert(
      fc.property(argument, value, context, (written, tested, where) => total(operator, written, tested, where)),
      { numRuns: 150 },
    );
  });
}

function titleOf(one: Case, i: number): string {
  const { argument: written = true, ...rest } = one;
  return `${i + 1}. ${JSON.stringify({ argument: written, ...rest })}`.slice(0, 120);
}

function check(operator: Operator, one: Case): void {
  const written = one.argument === undefined ? true : one.argument;
  if (one.refused !== undefined) {
    expect(() => operator.prepare(written)).to.throw(OperatorError, one.refused);
    return;
  }
  if (operator.argument !== undefined)
    expect(operator.argument.safeParse(written).success, 'the schema refuses the argument').to.equal(true);
  const verdict = operator.prepare(written)(one.value, { ...CONTEXT, ...one.context });
  expect(outcomeOf(verdict)).to.deep.equal(expectedOf(one));
  if (one.extra !== undefined) expect(verdict).to.have.property('extra').that.deep.equals(one.extra);
}

function outcomeOf(verdict: Verdict): Json {
  return verdict.kind === 'match' ? { match: verdict.value } : verdict.kind;
}

function expectedOf(one: Case): Json {
  if (one.matched !== undefined) return { match: one.matched };
  if (one.match === false) return 'no_match';
  return one.match === 'error' ? 'error' : { match: one.match ?? null };
}

function total(operator: Operator, written: Json, tested: Json | undefined, where: typeof CONTEXT): void {
  try {
    const test = operator.prepare(written);
    const verdict = test(tested, where);
    expect(VERDICTS.has(verdict.kind)).to.equal(true);
    expect(test(tested, where)).to.deep.equal(verdict);
  } catch (problem) {
    if (!(problem instanceof OperatorError)) throw problem;
  }
  // Operators that take any argument are tried on every value too.
  const test = operator.argument === undefined ? operator.prepare(true) : exampleTest(operator);
  expect(VERDICTS.has(test(tested, where).kind)).to.equal(true);
}

function exampleTest(operator: Operator): ReturnType<Operator['prepare']> {
  const rule = parse(operator.example) as Json;
  const key = isObject(rule) ? Object.keys(rule).find((one) => findOperator(one) !== null) : undefined;
  return operator.prepare(isObject(rule) && key !== undefined ? (rule[key] ?? null) : null);
}
