import { expect } from 'chai';
import { stringify } from 'yaml';
import { z } from 'zod';
import { BLOCKS } from '../../src/blocks/index.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import type { Diagnostic } from '../../src/flow/diagnostic.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import { COMMON_KEYS, flowSchema } from '../../src/flow/schema.ts';
import { definitionSchema } from '../../src/integrations/definition.ts';
import { readTestFile, testSchema } from '../../src/testing/testfile.ts';

type Steps = readonly (string | number)[];

/** The path of every key of a schema; a list is its first item, a mapping of names has one called `name`. */
function keyPaths(schema: z.core.$ZodType, at: Steps = []): Steps[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keyPaths(schema.unwrap(), at);
  if (schema instanceof z.ZodPipe) return keyPaths(schema.in, at);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option: z.core.$ZodType) => keyPaths(option, at));
  if (schema instanceof z.ZodArray) return keyPaths(schema.element, [...at, 0]);
  if (schema instanceof z.ZodRecord) return keyPaths(schema.valueType, [...at, 'name']);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, value]) => [
    [...at, key],
    ...(value instanceof z.ZodType ? keyPaths(value, [...at, key]) : []),
  ]);
}

/** Rules take any key, which is an operator then: they have rows of their own below. */
function isRule(path: Steps): boolean {
  return path.length > 2 && path.some((step) => step === 'rules' || step === 'cases' || step === 'audience');
}

function distinct(paths: readonly Steps[]): Steps[] {
  return [...new Map(paths.filter((path) => !isRule(path)).map((path) => [path.join('.'), path])).values()];
}

/** One letter too many, in the middle. */
function misspelt(key: string): string {
  const middle = Math.floor(key.length / 2);
  return key.slice(0, middle) + key.charAt(middle) + key.slice(middle);
}

/** The misspelt key at its place, and nothing else. */
function valueAt(path: Steps): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return 'x';
  if (typeof step === 'number') return [valueAt(rest)];
  return { [rest.length === 0 ? misspelt(step) : step]: valueAt(rest) };
}

function expectHint(diagnostics: readonly Diagnostic[], path: Steps): void {
  const key = String(path.at(-1));
  const unknown = diagnostics.filter(({ code }) => code === 'unknown-key' || code === 'unknown-operator');
  const hints = unknown.map(({ message, hint }) => `${message}; ${hint}`);
  const all = JSON.stringify(diagnostics, null, 1);
  expect(hints.join('\n'), all)
    .to.contain(`"${misspelt(key)}"`)
    .and.to.contain(`did you mean "${key}"?`);
}

const BLOCK = { id: 'a', type: 'end' };

describe('check: a typo in a key', () => {
  for (const path of distinct(keyPaths(flowSchema))) {
    it(`flow: ${path.join('.')}`, () => {
      const written = valueAt(path);
      const flow = { flow: 'a', blocks: [BLOCK], ...(typeof written === 'object' ? written : {}) };
      expectHint(compileFlow(stringify(flow), 'a.yaml').diagnostics, path);
    });
  }

  for (const [type, { schema }] of BLOCKS) {
    for (const path of distinct([...COMMON_KEYS.map((key) => [key]), ...keyPaths(schema)])) {
      it(`${type}: ${path.join('.')}`, () => {
        const written = valueAt(path);
        const facts = { id: 'a', type };
        if (path.length === 1 && path[0] === 'id') Reflect.deleteProperty(facts, 'id');
        if (path.length === 1 && path[0] === 'type') Reflect.deleteProperty(facts, 'type');
        const block = { ...facts, ...(typeof written === 'object' ? written : {}) };
        expectHint(compileFlow(stringify({ flow: 'a', blocks: [block] }), 'a.yaml').diagnostics, path);
      });
    }
  }

  for (const path of distinct(keyPaths(definitionSchema))) {
    it(`integration: ${path.join('.')}`, () =>
      expectHint(compileIntegration(stringify(valueAt(path)), 'a.yaml').diagnostics, path));
  }

  for (const path of distinct(keyPaths(testSchema))) {
    it(`flow test: ${path.join('.')}`, () => {
      const read = readTestFile(stringify(valueAt(path)), 'a.yaml');
      expectHint('tests' in read ? [] : read, path);
    });
  }

  it('a schedule: field', () => {
    const audience = { feild: 'plan', value: '@contact.plan', equals: 'gold' };
    const triggers = [{ schedule: { cron: '0 9 * * *', audience } }];
    const { diagnostics } = compileFlow(stringify({ flow: 'a', triggers, blocks: [BLOCK] }), 'a.yaml');
    expect(diagnostics.map(({ hint }) => hint)).to.deep.equal(['did you mean "field"?']);
  });

  const rules: readonly [string, object, string][] = [
    [
      'a rule',
      { id: 'q', type: 'question', text: '?', rules: [{ has_yes: true, nxet: 'end' }], otherwise: {} },
      'next',
    ],
    [
      'a rule',
      { id: 'q', type: 'question', text: '?', rules: [{ has_yes: true, categroy: 'Y' }], otherwise: {} },
      'category',
    ],
    ['a rule', { id: 'q', type: 'question', text: '?', rules: [{ has_yes: true, noote: 'Y' }], otherwise: {} }, 'note'],
    ['a rule', { id: 'q', type: 'wait_for_message', rules: [{ has_yess: true }], otherwise: {} }, 'has_yes'],
    ['a case', { id: 'c', type: 'condition', cases: [{ valeu: 1, equals: 1, next: 'end' }], else: 'end' }, 'value'],
    ['a case', { id: 'c', type: 'condition', cases: [{ equals: 1, nextt: 'end' }], else: 'end' }, 'next'],
    ['a case', { id: 'c', type: 'condition', cases: [{ iff: 'true', next: 'end' }], else: 'end' }, 'if'],
    ['a case', { id: 'c', type: 'condition', cases: [{ al: [{ has_yes: true }], next: 'end' }], else: 'end' }, 'all'],
  ];
  for (const [name, block, key] of rules) {
    it(`${name}: ${key}`, () => {
      const { diagnostics } = compileFlow(stringify({ flow: 'a', blocks: [block] }), 'a.yaml');
      expect(diagnostics.map(({ hint }) => hint)).to.include(`did you mean "${key}"?`);
    });
  }
});
