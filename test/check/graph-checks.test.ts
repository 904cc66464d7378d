import { expect } from 'chai';
import { stringify } from 'yaml';
import { availableVariables } from '../../src/flow/checks/available.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { checkProject } from '../../src/flow/project.ts';

/** The findings about one flow, as `code line`. */
function found(flow: object, others: readonly object[] = []): string[] {
  const sources = [flow, ...others].map((each, i) => ({ file: `${i}.yaml`, text: stringify(each) }));
  const { diagnostics } = checkProject(sources);
  return diagnostics.filter(({ file }) => file === '0.yaml').map(({ code }) => code);
}

const END = { id: 'z', type: 'end' };
const rule = (test: object, next = 'end'): object => ({ ...test, next });
const asking = (...rules: readonly object[]): object => ({
  flow: 'a',
  blocks: [{ id: 'q', type: 'question', text: '?', rules, otherwise: { next: 'end' } }],
});

describe('check: rules that never match', () => {
  const rows: readonly [string, object, readonly string[]][] = [
    ['the same rule twice', asking(rule({ has_yes: true }), rule({ has_yes: true }, 'q')), ['shadowed-rule']],
    ['the same under another name', asking(rule({ equals: 'a' }), rule({ equal_to: 'a' })), ['shadowed-rule']],
    [
      'fewer words after more',
      asking(rule({ has_any_word: ['a', 'b'] }), rule({ has_any_word: ['b'] })),
      ['shadowed-rule'],
    ],
    ['more words after fewer', asking(rule({ has_any_word: ['b'] }), rule({ has_any_word: ['a', 'b'] })), []],
    [
      'all of fewer words after all of more',
      asking(rule({ has_all_words: ['a', 'b'] }), rule({ has_all_words: ['b'] })),
      [],
    ],
    ['another value', asking(rule({ value: '@contact.a', equals: 1 }), rule({ value: '@contact.b', equals: 1 })), []],
    ['another argument', asking(rule({ equals: 1 }), rule({ equals: 2 })), []],
    [
      'cases of a condition',
      {
        flow: 'a',
        blocks: [
          {
            id: 'c',
            type: 'condition',
            cases: [rule({ if: 'contact.a > 1' }), rule({ if: 'contact.a > 1' }, 'z')],
            else: 'z',
          },
          END,
        ],
      },
      ['shadowed-rule'],
    ],
  ];
  for (const [name, flow, codes] of rows) it(name, () => expect(found(flow)).to.deep.equal(codes));
});

describe('check: waits that nobody ends', () => {
  const waiting = (...blocks: readonly object[]): object => ({ flow: 'a', blocks });
  it('a wait in a flow that tells nobody', () => {
    expect(found(waiting({ id: 'm', type: 'message', text: 'Wait', next: 'wait' }))).to.deep.equal(['dead-end']);
  });
  it('an exit that waits', () => {
    const ask = { id: 'q', type: 'question', text: '?', timeout: { after: '1h', next: 'wait' }, next: 'end' };
    expect(found(waiting(ask))).to.deep.equal(['dead-end']);
  });
  it('not after a call, and not where the way to go on is handed out', () => {
    const hook = { id: 'w', type: 'webhook', url: 'https://x.example/', on_failure: 'end', next: 'wait' };
    expect(found(waiting(hook))).to.deep.equal([]);
    expect(found(waiting({ id: 'm', type: 'message', text: 'Pay, then: @resume.url', next: 'wait' }))).to.deep.equal(
      [],
    );
  });
});

describe('check: variables that nobody uses', () => {
  const set = { id: 's', type: 'set_variable', variable: 'v', value: 1 };
  const declared = { v: { type: 'number', default: 1 } };
  it('declared and not used; set and not read', () => {
    expect(found({ flow: 'a', variables: declared, blocks: [END] })).to.deep.equal(['unused-variable']);
    expect(found({ flow: 'a', blocks: [set, END] })).to.deep.equal(['never-read']);
    expect(found({ flow: 'a', variables: declared, blocks: [set, END] })).to.deep.equal(['never-read']);
  });
  it('not where everything is sent, or somebody else reads it', () => {
    const hook = { id: 'w', type: 'webhook', url: 'https://x.example/', on_failure: 'end' };
    expect(found({ flow: 'a', blocks: [set, hook] })).to.deep.equal([]);
    expect(found({ flow: 'a', blocks: [set, { ...END, text: 'All: @flow' }] })).to.deep.equal([]);
    const caller = { flow: 'b', blocks: [{ id: 'c', type: 'subflow', flow: 'a', outputs: { x: 'v' } }] };
    expect(found({ flow: 'a', blocks: [set, END] }, [caller])).to.deep.equal([]);
  });
});

describe('check: flows that start alike', () => {
  const flow = (id: string, triggers: readonly object[], channels?: readonly string[]): object => ({
    flow: id,
    triggers,
    ...(channels === undefined ? {} : { channels }),
    blocks: [END],
  });
  it('catch_all and new_contact of two flows on one channel', () => {
    for (const trigger of [{ catch_all: true }, { new_contact: true }])
      expect(found(flow('a', [trigger]), [flow('b', [trigger])])).to.deep.equal(['same-trigger']);
    const web = flow('a', [{ catch_all: true }], ['web']);
    expect(found(web, [flow('b', [{ catch_all: true }], ['slack'])])).to.deep.equal([]);
    expect(found(web, [flow('b', [{ new_contact: true }])])).to.deep.equal([]);
  });
  it('whatsapp is whatsapp-cloud too', () => {
    const cloud = flow('b', [{ keywords: ['Hi'] }], ['whatsapp-cloud']);
    expect(found(flow('a', [{ keywords: ['hi'] }], ['whatsapp']), [cloud])).to.deep.equal(['same-keyword']);
  });
  it('a keyword that begins a longer one', () => {
    const longer = flow('b', [{ keywords: ['log in now'] }]);
    expect(found(flow('a', [{ keywords: ['log in'] }]), [longer])).to.deep.equal(['keyword-prefix']);
    expect(found(flow('a', [{ keywords: ['log'] }]), [flow('b', [{ keywords: ['login'] }])])).to.deep.equal([]);
    expect(found(longer, [flow('a', [{ keywords: ['log in'] }])])).to.deep.equal([]);
  });
});

describe('check: consent and redirects', () => {
  const consent = { id: 'c', type: 'data_authorization', text: 'May we?' };
  const name = { id: 'n', type: 'question', text: 'Name?' };
  it('consent comes first on the web, and in flows for any channel', () => {
    expect(found({ flow: 'a', blocks: [name, consent] })).to.deep.equal(['late-consent']);
    expect(found({ flow: 'a', channels: ['whatsapp'], blocks: [name, consent] })).to.deep.equal([]);
    expect(found({ flow: 'a', blocks: [consent, name] })).to.deep.equal([]);
  });
  it('redirect_url of the settings, and of an end', () => {
    const to = { redirect_url: 'https://x.example/done' };
    const flow = { flow: 'a', channels: ['slack'], settings: to, blocks: [{ ...END, ...to }] };
    expect(found(flow)).to.deep.equal(['redirect-without-web', 'redirect-without-web']);
    expect(found({ ...flow, channels: ['slack', 'web'] })).to.deep.equal([]);
  });
});

describe('check: the variables of each block', () => {
  it('tells those of all paths, of some, and of none', () => {
    const text = stringify({
      flow: 'a',
      variables: { plan: { type: 'string', default: 'free' } },
      blocks: [
        { id: 'ask', type: 'question', text: '?' },
        { id: 'choose', type: 'condition', cases: [{ if: 'plan == "gold"', next: 'more' }], else: 'last' },
        { id: 'more', type: 'question', text: '?' },
        { id: 'last', type: 'end', text: '@ask @plan' },
        { id: 'island', type: 'end' },
      ],
    });
    const { flow, drafts, yaml } = compileFlow(text, 'a.yaml');
    if (flow === null || yaml === null) throw new Error('it compiles');
    const blocks = availableVariables(flow, drafts, yaml).map(({ block, always, sometimes, never }) => ({
      block,
      always,
      sometimes,
      never,
    }));
    expect(blocks).to.deep.equal([
      { block: 'ask', always: ['plan'], sometimes: [], never: ['ask', 'more'] },
      { block: 'choose', always: ['plan', 'ask'], sometimes: [], never: ['more'] },
      { block: 'more', always: ['plan', 'ask'], sometimes: [], never: ['more'] },
      { block: 'last', always: ['plan', 'ask'], sometimes: ['more'], never: [] },
      { block: 'island', always: [], sometimes: [], never: ['plan', 'ask', 'more'] },
    ]);
  });
});
