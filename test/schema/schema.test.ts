import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { BLOCKS } from '../../src/blocks/index.ts';
import { schemaText } from '../../src/commands/schema.ts';
import { isObject, own, toText } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { parseSpan } from '../../src/domain/span.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { flowJsonSchema } from '../../src/flow/editor/flow.ts';
import { withFacts } from '../../src/flow/editor/texts.ts';
import { listYaml } from '../../src/flow/files.ts';
import { operatorNames, OPERATORS } from '../../src/operators/index.ts';
import { testJsonSchema } from '../../src/testing/editor.ts';
import { readTestFile } from '../../src/testing/testfile.ts';
import { parley } from '../cli/run.ts';
import { isValid } from '../support/json-schema.ts';

const root = resolve(import.meta.dirname, '../..');
const flowSchema = flowJsonSchema();
const testSchema = testJsonSchema();

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function at(schema: Json | undefined, ...path: readonly string[]): JsonObject {
  const found = path.reduce<Json | undefined>((value, step) => own(value, step), schema);
  if (!isObject(found)) throw new Error(`nothing at ${path.join('.')}`);
  return found;
}

function isFlow(data: Json): boolean {
  return isValid(flowSchema, data);
}

/** The fields of a case that are there. */
function pick(row: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));
}

/** A flow of one question with this rule. */
function ruled(rule: Json): Json {
  return { flow: 'a', blocks: [{ id: 'q', type: 'question', text: '?', rules: [rule] }] };
}

describe('schema: files', () => {
  it('the files in flows/.schema are in step with the registries: run parley schema --write', () => {
    for (const kind of ['flow', 'integration', 'test'])
      expect(read(`flows/.schema/${kind}.json`)).to.equal(schemaText(kind));
  });

  it('a flow or test of flows/ that names its schema names the right one', async () => {
    const named = (await listYaml(join(root, 'flows'))).filter((path) => {
      const [, file] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(path, 'utf8')) ?? [];
      const kind = path.endsWith('.test.yaml') ? 'test' : path.includes('/integrations/') ? 'integration' : 'flow';
      if (file !== undefined)
        expect(resolve(path, '..', file), path).to.equal(join(root, `flows/.schema/${kind}.json`));
      return file !== undefined;
    });
    expect(named.length).to.be.greaterThan(1);
  });

  it('parley schema prints one, and writes all with a line on how to use them', async function () {
    this.timeout(30_000);
    const dir = mkdtempSync(join(tmpdir(), 'parley-schema-'));
    try {
      const missing = await parley(['schema', '--write'], { cwd: dir });
      expect([missing.code, missing.out]).to.deep.equal([1, '']);
      await mkdir(join(dir, 'flows'));
      const written = await parley(['schema', '--write'], { cwd: dir });
      expect([written.code, written.err]).to.deep.equal([0, '']);
      expect(written.out).to.match(/^wrote flows\/\.schema\/flow\.json, .*# yaml-language-server: \$schema=.*\n$/);
      expect(readdirSync(join(dir, 'flows/.schema')).sort()).to.deep.equal([
        'flow.json',
        'integration.json',
        'test.json',
      ]);
      const printed = await parley(['schema'], { cwd: dir });
      expect(printed.out).to.equal(readFileSync(join(dir, 'flows/.schema/flow.json'), 'utf8'));
      const forTests = await parley(['schema', '--for', 'test'], { cwd: dir });
      expect(forTests.out).to.equal(readFileSync(join(dir, 'flows/.schema/test.json'), 'utf8'));
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('schema: what it takes', () => {
  it('every flow and every test of flows/', async () => {
    for (const path of await listYaml(join(root, 'flows'), new Set(['.schema', 'integrations']))) {
      const schema = path.endsWith('.test.yaml') ? testSchema : flowSchema;
      expect(isValid(schema, parse(readFileSync(path, 'utf8')) as Json), path).to.equal(true);
    }
  });

  for (const name of readdirSync(join(root, 'test/blocks/cases'))) {
    it(`the cases of ${name}`, () => {
      for (const row of parse(read(`test/blocks/cases/${name}`)) as readonly JsonObject[]) {
        if (row['problems'] !== undefined) continue;
        const flow = pick(row, 'settings', 'variables', 'triggers', 'blocks');
        for (const file of [{ flow: 'case', ...flow }, ...(isObject(row['other']) ? [row['other']] : [])])
          expect(isFlow(file), JSON.stringify(file)).to.equal(true);
        const test = { test: 'case', flow: 'case', ...pick(row, 'dialogue', 'mocks', 'channel', 'language') };
        expect(isValid(testSchema, test), JSON.stringify(test)).to.equal(true);
      }
    });
  }

  it('the examples of block types and operators', () => {
    for (const { example } of BLOCKS.values()) {
      expect(isFlow({ flow: 'a', blocks: parse(example) as Json }), example).to.equal(true);
    }
    for (const { example } of OPERATORS.values()) {
      expect(isFlow(ruled(parse(example) as Json)), example).to.equal(true);
    }
  });

  it('nested rules, and templates for arguments that are no texts', () => {
    const rules: readonly Json[] = [
      { all: [{ value: '@a', number_gte: 1 }, { not: { any: [{ has_yes: null }] } }], category: 'A', next: 'end' },
      { number_between: '@range' },
      { has_media: ['@kind'] },
      { if: 'a > 1' },
    ];
    for (const rule of rules) expect(isFlow(ruled(rule)), JSON.stringify(rule)).to.equal(true);
  });
});

/** Codes that say a key or the type of a value is wrong: what editors can see without knowing the language. */
const SHAPE = new Set(['wrong-type', 'missing-key', 'unknown-key', 'unknown-block-type', 'unknown-operator']);

/** Files with values that a pattern or a number of items shows to be wrong. */
const VALUES = new Set(['settings.yaml', 'timeouts.yaml', 'no-blocks.yaml']);

describe('schema: what it refuses', () => {
  for (const name of readdirSync(join(root, 'test/check/bad'))) {
    const text = read(`test/check/bad/${name}`);
    const misshapen = compileFlow(text, name).diagnostics.some(({ code }) => SHAPE.has(code));
    if (misshapen || VALUES.has(name)) it(`bad/${name}`, () => expect(isFlow(parse(text) as Json)).to.equal(false));
  }

  it('a block without a type or with the keys of another, a rule without or with two operators', () => {
    const blocks: readonly Json[] = [{ id: 'a' }, { id: 'a', type: 'end', url: 'x' }, { type: 'end' }, 'a'];
    for (const block of blocks) expect(isFlow({ flow: 'a', blocks: [block] }), JSON.stringify(block)).to.equal(false);
    const rules: readonly Json[] = [
      { next: 'end' },
      { has_yes: true, equals: 'a' },
      { has_yess: true },
      { has_yes: 'yes' },
      { all: [{ next: 'end' }] },
      { number_between: [1] },
      { status_in: 404 },
    ];
    for (const rule of rules) expect(isFlow(ruled(rule)), JSON.stringify(rule)).to.equal(false);
  });

  it('tests with unknown keys, steps of two things, mocks without a reply', () => {
    const test = { test: 'x', flow: 'a', dialogue: [{ user: 'hi' }] };
    const good: readonly JsonObject[] = [test, { tests: [test, test] }];
    const bad: readonly JsonObject[] = [
      { ...test, dialog: [] },
      { ...test, tests: [test] },
      { tests: [] },
      { ...test, dialogue: [{ user: 'hi', bot: 'hi' }] },
      { ...test, dialogue: [{ advance: 'soon' }] },
      { ...test, mocks: [{ on: 'a' }] },
      { ...test, now: 'noon' },
    ];
    for (const [files, wanted] of [
      [good, true],
      [bad, false],
    ] as const)
      for (const file of files) {
        expect(isValid(testSchema, file), JSON.stringify(file)).to.equal(wanted);
        expect('tests' in readTestFile(JSON.stringify(file), 'a.test.yaml'), JSON.stringify(file)).to.equal(wanted);
      }
  });
});

describe('schema: what it leaves to parley check', () => {
  /** Refinements, which JSON Schema does not get to see: keys that depend on each other, and texts that are parsed. */
  const refined: readonly JsonObject[] = [
    { type: 'message' },
    { type: 'question', accept: 'number' },
    { type: 'question', text: '?', accept: 'choice' },
    { type: 'set_variable', variable: 'a', contact_field: 'b', value: 1 },
    { type: 'delay', for: '1m', until: '2026-01-05' },
    { type: 'data_authorization', text: '?', policy_url: 'nowhere' },
    { type: 'question', text: '?', rules: [{ number_gt: 'many' }], otherwise: { next: 'end' } },
  ];
  for (const block of refined)
    it(JSON.stringify(block), () => {
      const file = { flow: 'a', blocks: [{ id: 'a', ...block }] };
      expect(isFlow(file)).to.equal(true);
      expect(compileFlow(JSON.stringify(file), 'a.yaml').flow).to.equal(null);
    });
});

describe('schema: what it tells', () => {
  it('every block type has its keys and an example to read', () => {
    const { type } = at(flowSchema, 'definitions', 'block', 'properties');
    expect(own(type, 'enum')).to.deep.equal([...BLOCKS.keys()]);
    for (const [name, { summary, example }] of BLOCKS) {
      const { description, markdownDescription } = at(flowSchema, 'definitions', `block_${name}`, 'properties', 'type');
      expect(description).to.equal(summary);
      expect(markdownDescription).to.contain(example.trim());
    }
  });

  it('rules know every operator and alias and what it does, and nothing that the checker does not know', () => {
    const keys = at(flowSchema, 'definitions', 'rule', 'properties');
    expect(keys).to.include.all.keys(operatorNames());
    for (const [name, { summary, aliases = [] }] of OPERATORS)
      for (const known of [name, ...aliases]) expect(own(keys[known], 'description')).to.contain(summary);
    const rest = Object.keys(keys).filter((key) => !operatorNames().includes(key));
    for (const key of rest) {
      const { diagnostics } = compileFlow(JSON.stringify(ruled({ [key]: '1 > 0' })), 'a.yaml');
      expect(
        diagnostics.map(({ code }) => code),
        key,
      ).not.to.include('unknown-operator');
    }
  });

  it('every key of a flow, its settings and its tests has a description', () => {
    const places = [
      at(flowSchema, 'properties'),
      at(flowSchema, 'properties', 'settings', 'properties'),
      at(flowSchema, 'properties', 'triggers', 'items', 'properties'),
      at(testSchema, 'definitions', 'test', 'properties'),
      at(testSchema, 'definitions', 'test', 'properties', 'dialogue', 'items', 'properties'),
    ];
    for (const keys of places)
      for (const [key, schema] of Object.entries(keys)) expect(schema, key).to.have.property('description');
  });

  it('a description for a key that is not there stops the generator', () => {
    expect(() => withFacts({ properties: { a: {} } }, { 'a.b': {} })).to.throw('a.b');
  });

  it('lengths of time look as the checker reads them', () => {
    const { pattern } = at(flowSchema, 'properties', 'settings', 'properties', 'expire_after');
    for (const text of ['90s', ' 1h30m ', '2d', '1.5h', '500ms', '', 'soon', '5', '5 m', '-1s', '1.2345s'])
      expect(new RegExp(toText(pattern), 'u').test(text), text).to.equal(parseSpan(text) !== null);
  });
});
