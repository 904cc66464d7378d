import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { addOutputs } from '../../src/flow/edit.ts';
import type { Edited, NewOutput } from '../../src/flow/edit.ts';
import { compileIntegration } from '../../src/flow/integration.ts';
import { follow, parsePath } from '../../src/flow/language/path.ts';
import { candidatesOf } from '../../src/integrations/candidates.ts';
import { actionOf, definitionText } from './compiled.ts';

const request = { method: 'GET', endpoint: 'https://crm.example/' };

/** The outputs that an action with these declarations reads of an answer. */
function outputs(declared: readonly object[], json?: Json): JsonObject | { readonly problem: string } {
  const answer = {
    kind: 'answered',
    status: 200,
    headers: {},
    body: '',
    ...(json === undefined ? {} : { json }),
  } as const;
  return actionOf({ request, outputs: declared }).outputs(answer);
}

describe('answers: outputs', () => {
  it('TA11 a key is a property or a path; its last name is the output’s, unless another is given', () => {
    const answer = { id: 7, data: { list: [{ name: 'Ana' }], 'odd key': 1 }, 'a.b': 2, 'x-y': 3 };
    const declared = [
      { key: 'id', name: 'Id', type: 'string' },
      { key: 'data.list[0].name', name: 'Name', type: 'string' },
      { key: 'data["odd key"]', name: 'Odd', type: 'integer', as: 'odd' },
      { key: 'a.b', name: 'Dotted', type: 'integer', as: 'dotted' },
      { key: 'x-y', name: 'Dashed', type: 'number', as: 'dashed' },
    ];
    expect(outputs(declared, answer)).to.deep.equal({ id: '7', name: 'Ana', odd: 1, dotted: 2, dashed: 3 });
    expect(outputs([{ key: '[1].x', name: 'X', type: 'integer' }], [0, { x: 1 }])).to.deep.equal({ x: 1 });
  });

  it('TA12 a required one that is missing, empty or of another type is a problem', () => {
    const id = { key: 'data.id', name: 'Id', type: 'integer', required: true };
    expect(outputs([id], { data: { id: '7' } })).to.deep.equal({ id: 7 });
    expect(outputs([id], { other: 1, more: 2 })).to.deep.equal({
      problem: 'the answer has no "data.id"; it has other, more',
    });
    expect(outputs([id], { data: { id: null } })).to.deep.equal({ problem: '"data.id" of the answer is empty' });
    expect(outputs([id], { Data: { ID: 7 } })).to.deep.equal({
      problem: 'the answer has no "data.id", but it has "Data.ID"',
    });
    expect(outputs([id], { data: { id: 'x' } })).to.deep.equal({
      problem: '"data.id" of the answer: "x" is not a whole number',
    });
    expect(outputs([id])).to.deep.equal({ problem: 'the answer is not JSON, so it has no "data.id"' });
    expect(outputs([{ ...id, key: 'constructor', as: 'c' }], {})).to.have.property('problem');
  });

  it('TA13 an optional one that is missing or odd is left out', () => {
    const declared = [
      { key: 'a', name: 'A', type: 'integer' },
      { key: 'b', name: 'B', type: 'boolean' },
    ];
    expect(outputs(declared, { b: 'true' })).to.deep.equal({ b: true });
    expect(outputs(declared, { a: 'x' })).to.deep.equal({});
    expect(outputs(declared)).to.deep.equal({});
  });
});

describe('answers: candidates (TA10)', () => {
  it('TA10 finds every value with its path, type and a sample, the nearest first', () => {
    const answer = {
      data: { id: 'VLD1', tries: [{ left: 3, at: '2026-01-05T09:00:00Z' }, { left: 9 }], empty: [], none: {} },
      ok: true,
      ratio: 0.5,
      'odd key': null,
      big: 'x'.repeat(500),
    };
    expect(candidatesOf(answer)).to.deep.equal([
      { path: 'ok', type: 'boolean', sample: true },
      { path: 'ratio', type: 'number', sample: 0.5 },
      { path: '["odd key"]', type: 'string', sample: null },
      { path: 'big', type: 'string', sample: `${'x'.repeat(200)}…` },
      { path: 'data.id', type: 'string', sample: 'VLD1' },
      { path: 'data.tries[0].left', type: 'integer', sample: 3 },
      { path: 'data.tries[0].at', type: 'datetime', sample: '2026-01-05T09:00:00Z' },
    ]);
    expect(candidatesOf([{ a: 1 }])).to.deep.equal([{ path: '[0].a', type: 'integer', sample: 1 }]);
    for (const nothing of ['text', 7, null, [], {}]) expect(candidatesOf(nothing)).to.deep.equal([]);
  });

  it('every path it names leads to the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const answer = value as Json;
        for (const { path, sample } of candidatesOf(answer)) {
          const found = follow(answer, parsePath(path) ?? []);
          if (typeof found !== 'string') expect(found, path).to.deep.equal(sample);
        }
      }),
    );
  });

  it('is bounded in depth and count, whatever the answer', () => {
    let deep: Json = 1;
    for (let i = 0; i < 60; i += 1) deep = { a: deep, b: i };
    expect(candidatesOf(deep).length).to.be.lessThan(20);
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, { a: i, b: { c: i } }]));
    expect(candidatesOf(wide).length).to.be.at.most(200);
  });
});

describe('answers: outputs written into the file (TA10)', () => {
  const added: readonly NewOutput[] = [
    { key: 'data.id', name: 'Id: the first', type: 'string', required: true },
    { key: 'list[0].x', name: 'X', type: 'integer', as: 'x1' },
  ];
  const lines = [
    '- { key: data.id, name: "Id: the first", type: string, required: true }',
    '- { key: "list[0].x", name: X, type: integer, as: x1 }',
  ];
  const textOf = (edited: Edited): string => {
    if ('problem' in edited) throw new Error(edited.problem);
    return edited.text;
  };

  it('adds lines behind the last output and changes nothing else', () => {
    const before = definitionText('user-login');
    const after = textOf(addOutputs(before, 'create_user_validation', added));
    const anchor = '      - { key: expires, name: Expires, type: datetime }\n';
    expect(after).to.equal(before.replace(anchor, `${anchor}${lines.map((line) => `      ${line}\n`).join('')}`));
    expect(
      compileIntegration(after, 'a.yaml').integration?.actions.get('create_user_validation')?.declared,
    ).to.have.length(5);
  });

  const head = `# A comment at the top
integration: crm
name: CRM # the name
authentication: { scheme: api_key }
test_request: { method: GET, endpoint: https://crm.example/ }
actions:

  # the first
  - action: go
    name: Go
    request: { method: GET, endpoint: https://crm.example/ } # read only
`;
  const shapes: Readonly<Record<string, string>> = {
    'no outputs': head,
    'no outputs, and a comment at the end': `${head}    # to be continued\n`,
    'no line break at the end': head.trimEnd(),
    'another action behind it': `${head}  - { action: other, name: Other, request: { method: GET, endpoint: https://crm.example/ } }\n`,
    'an empty list': `${head}    outputs: [] # none yet\n`,
    'a list on one line': `${head}    outputs: [ { key: a, name: A, type: string } ] # one\n`,
    'a list with a comma at the end': `${head}    outputs: [ { key: a, name: A, type: string }, ]\n`,
    'a list without indentation': `${head}    outputs:\n    # first\n    - key: a\n      name: A # the name\n      type: string # the type\n    # last\n`,
    'a key without a value': `${head}    outputs:\n`,
    'a text over several lines at the end': `${head}    outputs:\n      - key: a\n        type: string\n        name: |\n          A\n          long name\n  # the end\n`,
    'line breaks of Windows': `${head}    outputs:\n      - { key: a, name: A, type: string }\n`.replaceAll(
      '\n',
      '\r\n',
    ),
    'an action in braces': head.replace(
      / {2}- action: go[\s\S]*/,
      '  - { action: go, name: Go, request: { method: GET, endpoint: https://crm.example/ } } # all of it\n',
    ),
  };
  for (const [shape, text] of Object.entries(shapes)) {
    it(`into ${shape}, keeping all comments`, () => {
      const after = textOf(addOutputs(text, 'go', added));
      type File = { readonly actions: readonly { readonly outputs?: readonly object[] | null }[] };
      const [before, now] = [parse(text) as File, parse(after) as File];
      expect(now.actions[0]?.outputs).to.deep.equal([...(before.actions[0]?.outputs ?? []), ...added]);
      expect({ ...now, actions: [{ ...now.actions[0], outputs: null }, ...now.actions.slice(1)] }).to.deep.equal({
        ...before,
        actions: [{ ...before.actions[0], outputs: null }, ...before.actions.slice(1)],
      });
      for (const comment of text.match(/#[^\r\n]*/g) ?? []) expect(after).to.contain(comment);
    });
  }

  it('says when there is no such action, or no YAML', () => {
    expect(addOutputs(head, 'gone', added)).to.deep.equal({ problem: 'the file has no action "gone"' });
    expect(addOutputs('a: [', 'go', added)).to.deep.equal({ problem: 'the file is not valid YAML: run parley check' });
    expect(addOutputs('', 'go', added)).to.have.property('problem');
    expect(addOutputs(head, 'go', [])).to.deep.equal({ text: head });
  });
});
