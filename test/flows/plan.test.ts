import { expect } from 'chai';
import type { Place } from '../../src/domain/place.ts';
import { versionOf } from '../../src/flow/compile.ts';
import { planOf } from '../../src/flow/plan.ts';
import type { FlowPlan, Plan } from '../../src/flow/plan.ts';

const BEFORE = `flow: pizza
triggers: [{ link: true }]
blocks:
  - { id: hello, type: message, text: "Hello!" }
  - { id: size, type: question, text: "Which size?", choices: [Small, Large] }
  - { id: town, type: question, text: "Which town?", retry: { max: 3, then: sorry } }
  - { id: sorry, type: end, text: "Sorry." }
`;

const file = (text: string, name = 'pizza.yaml'): { file: string; text: string } => ({ file: name, text });

/** So many conversations at a block, on the live version or another. */
function at(block: string, count: number, more: Partial<Place> = {}): Place {
  const conversations = Array.from({ length: Math.min(count, 10) }, (_, i) => `whatsapp:+57300${block}${i}`);
  return { flow: 'pizza', version: versionOf(BEFORE), block, waits: 'reply', count, conversations, ...more };
}

function plan(after: string | null, places: readonly Place[] = [], before = BEFORE): Plan {
  return planOf({ before: [file(before)], after: after === null ? [] : [file(after)], places });
}

/** One line per thing that the plan says of the flow. */
function told({ flows: [flow] }: Plan): string[] {
  if (flow === undefined) return [];
  const blocks = flow.blocks.flatMap((block) => {
    const mark = { added: '+', removed: '-', changed: '~' }[block.kind];
    const stands = block.standing.count === 0 ? '' : ` (${block.standing.count})`;
    const changes = [...block.differences, ...block.exits];
    return [`${mark} ${block.id}${stands}`, ...changes.map(shown)];
  });
  return [flow.kind, ...blocks, ...flow.settings.map(shown)];
}

function shown({ path, before, after }: FlowPlan['settings'][number]): string {
  return `${path}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`;
}

const EDITS: readonly (readonly [edit: string, after: string | null, told: readonly string[]])[] = [
  ['nothing', BEFORE, ['same']],
  ['a comment and a note', `# Hi\n${BEFORE.replace('id: hello,', 'id: hello, note: "polite",')}`, ['changed']],
  ['another text', BEFORE.replace('Hello!', 'Hi!'), ['changed', '~ hello', 'text: "Hello!" → "Hi!"']],
  [
    'a choice more in front',
    BEFORE.replace('[Small', '[Tiny, Small'),
    ['changed', '~ size', 'choices[0]: nothing → "Tiny"'],
  ],
  [
    'a key less',
    BEFORE.replace(', choices: [Small, Large]', ''),
    ['changed', '~ size', 'choices: ["Small","Large"] → nothing'],
  ],
  ['deep inside', BEFORE.replace('max: 3', 'max: 2'), ['changed', '~ town', 'retry.max: 3 → 2']],
  ['an exit', BEFORE.replace('then: sorry', 'then: end'), ['changed', '~ town', 'then: "sorry" → "end"']],
  [
    'a block in between moves the exit of the one above',
    BEFORE.replace('  - { id: town', '  - { id: street, type: question, text: "Street?" }\n  - { id: town'),
    ['changed', '~ size', 'next: "town" → "street"', '+ street'],
  ],
  [
    'a block less',
    BEFORE.replace(/ {2}- \{ id: size.*\n/, ''),
    ['changed', '- size', '~ hello', 'next: "size" → "town"'],
  ],
  [
    'another type',
    BEFORE.replace('type: message', 'type: end'),
    ['changed', '~ hello', 'type: "message" → "end"', 'next: "size" → nothing'],
  ],
  [
    'settings',
    BEFORE.replace('blocks:', 'settings: { expire_after: 2h }\nblocks:'),
    ['changed', 'settings: nothing → {"expire_after":"2h"}'],
  ],
  [
    'a trigger',
    BEFORE.replace('link: true', 'keywords: [pizza]'),
    ['changed', 'triggers[0].link: true → nothing', 'triggers[0].keywords: nothing → ["pizza"]'],
  ],
  [
    'another first block',
    BEFORE.replace('blocks:\n', 'blocks:\n  - { id: ola, type: message, text: "Olá!" }\n'),
    ['changed', '+ ola', 'first block: "hello" → "ola"'],
  ],
  ['a file with errors', 'flow: pizza\nblocks: nonsense\n', ['broken']],
  ['a file that cannot be read', 'flow: [', ['broken']],
  ['the file is gone', null, ['removed']],
];

describe('plan: edits', () => {
  for (const [edit, after, wanted] of EDITS) it(edit, () => expect(told(plan(after))).to.deep.equal(wanted));

  it('another order of blocks that lead to the same ones is no change of any of them', () => {
    const blocks = [
      '  - { id: a, type: message, text: A, next: b }',
      '  - { id: b, type: message, text: B, next: c }',
      '  - { id: c, type: message, text: C, next: end }',
    ];
    const flow = (order: readonly number[]): string =>
      `flow: pizza\nblocks:\n${order.map((i) => blocks[i]).join('\n')}\n`;
    expect(told(plan(flow([0, 2, 1]), [], flow([0, 1, 2])))).to.deep.equal(['changed']);
  });

  it('a flow that is new', () => {
    const { flows, attention } = planOf({ before: [], after: [file(BEFORE)], places: [] });
    expect([flows.map(({ flow, kind }) => `${flow} ${kind}`), attention]).to.deep.equal([['pizza added'], 0]);
  });

  it('a long value is cut', () => {
    const { differences } = plan(BEFORE.replace('Hello!', 'x'.repeat(500))).flows[0]?.blocks[0] ?? { differences: [] };
    expect(differences[0]?.after).to.have.length(81);
  });
});

describe('plan: conversations', () => {
  const without = BEFORE.replace('id: size', 'id: how_big').replace('@size', '@how_big');

  it('those on a removed block need somebody to decide, and the block it may be now is named', () => {
    const { flows, attention } = plan(without, [at('size', 12), at('town', 3)]);
    const [size] = flows[0]?.blocks ?? [];
    expect(size).to.deep.include({ id: 'size', kind: 'removed', attention: 12, renamed: 'how_big' });
    expect(size?.standing.conversations).to.have.length(10);
    expect([attention, flows[0]?.running.count, flows[0]?.older]).to.deep.equal([12, 15, 15]);
  });

  it('moved: takes them along, to a block or to the end', () => {
    for (const to of ['how_big', 'town', 'end']) {
      const after = `${without}moved: { size: ${to} }\n`;
      const { flows, attention } = plan(after, [at('size', 12), at('town', 3)]);
      expect([attention, flows[0]?.older]).to.deep.equal([0, 3]);
      expect(flows[0]?.moved.map(({ from, to: where, standing }) => [from, where, standing.count])).to.deep.equal([
        ['size', to, 12],
      ]);
    }
  });

  it('a flow that waits for another one is moved to a block that calls one, and to no other', () => {
    const waiting = [at('size', 1, { waits: 'flow' })];
    expect(plan(`${without}moved: { size: how_big }\n`, waiting).attention).to.equal(1);
    const calls = without.replace(/id: how_big.*\}/, 'id: how_big, type: subflow, flow: pizza }');
    expect(plan(`${calls}moved: { size: how_big }\n`, waiting).attention).to.equal(0);
  });

  it('those on a changed block go on as they began', () => {
    const { flows, attention } = plan(BEFORE.replace('Which size', 'What size'), [at('size', 2)]);
    expect(flows[0]?.blocks[0]).to.deep.include({ id: 'size', kind: 'changed', attention: 0 });
    expect([flows[0]?.blocks[0]?.standing.count, flows[0]?.older, attention]).to.deep.equal([2, 2, 0]);
  });

  it('what an earlier deploy has left behind needs nobody again', () => {
    const older = at('colour', 5, { version: 'older' });
    const same = plan(BEFORE, [older]);
    const edited = plan(BEFORE.replace('Hello!', 'Hi!'), [older]);
    for (const { flows, attention } of [same, edited]) expect([flows[0]?.older, attention]).to.deep.equal([5, 0]);
  });

  it('who is on an older version and stands on a block that only now goes, counts', () => {
    expect(plan(without, [at('size', 2, { version: 'older' })]).attention).to.equal(2);
  });

  it('after a roll-back those who never left that version are on the live one', () => {
    const { flows, attention } = plan(without, [at('how_big', 4, { version: versionOf(without) })]);
    expect([flows[0]?.older, attention]).to.deep.equal([0, 0]);
  });

  it('a flow without a file keeps those who are in it; others that call it are named', () => {
    const calling =
      'flow: order\nblocks:\n  - { id: go, type: subflow, flow: pizza }\n  - { id: q, type: question, text: "?" }\n';
    const quiet = calling.replace('flow: order', 'flow: quiet');
    const { flows, attention } = planOf({
      before: [file(BEFORE), file(calling, 'order.yaml'), file(quiet, 'quiet.yaml')],
      after: [file('flow: other\nblocks: [{ id: x, type: end }]\n', 'other.yaml')],
      places: [at('size', 3), at('q', 2, { flow: 'order' })],
    });
    const pizza = flows.find(({ flow }) => flow === 'pizza');
    expect(pizza).to.deep.include({ kind: 'removed', attention: 3, callers: [{ flow: 'order', conversations: 2 }] });
    expect(attention).to.equal(5);
  });

  it('a flow that only those who are in it know', () => {
    const { flows, attention } = plan(BEFORE, [at('x', 2, { flow: 'lost' })]);
    expect(flows.map(({ flow, kind, older }) => `${flow} ${kind} ${older}`)).to.deep.equal([
      'lost gone 2',
      'pizza same 0',
    ]);
    expect(attention).to.equal(0);
  });

  it('a broken file takes nothing away', () => {
    for (const text of ['flow: pizza\nblocks: nonsense\n', 'flow: [']) {
      const { flows, problems, attention } = plan(text, [at('size', 2)]);
      expect(flows.map(({ kind }) => kind)).to.deep.equal(['broken']);
      expect([problems.length > 0, attention]).to.deep.equal([true, 0]);
    }
  });

  it('a file that cannot be opened takes nothing away either', () => {
    const found = {
      file: 'pizza.yaml',
      line: 1,
      column: 1,
      severity: 'error',
      code: 'unreadable-file',
      message: 'no',
    } as const;
    const { flows, problems } = planOf({ before: [file(BEFORE)], after: [], places: [], unopened: [found] });
    expect([flows, problems]).to.deep.equal([[], [found]]);
  });

  it('with a part of the files the other flows stay, and are checked against it', () => {
    const calling = file('flow: order\nblocks:\n  - { id: go, type: jump, flow: pizza, block: size }\n', 'order.yaml');
    const { flows, problems } = planOf({
      before: [file(BEFORE), calling],
      after: [file(without)],
      places: [],
      partial: true,
    });
    expect(flows.map(({ flow, kind }) => `${flow} ${kind}`)).to.deep.equal(['order broken', 'pizza changed']);
    expect(problems.map(({ file: name, code }) => `${name} ${code}`)).to.deep.equal(['order.yaml unknown-target']);
  });
});
