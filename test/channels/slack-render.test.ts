import { expect } from 'chai';
import { render } from '../../channels/slack/blocks.ts';
import type { Rendered } from '../../channels/slack/blocks.ts';
import { fit } from '../../src/channel/fit.ts';
import { SLACK } from '../../src/channel/limits.ts';
import type { Option, Outbound } from '../../src/domain/message.ts';

const options = (count: number, more: Partial<Option> = {}): Option[] =>
  Array.from({ length: count }, (_, i) => ({ id: `o${i + 1}`, label: `Option ${i + 1}`, ...more }));
const plain = (text: string): object => ({ type: 'plain_text', text, emoji: true });
const section = (text: string): object => ({ type: 'section', text: { type: 'mrkdwn', text }, expand: true });
const button = (i: number, label: string, value: string): object => ({
  type: 'button',
  action_id: `parley:pick:${i}`,
  text: plain(label),
  value,
});
const BUTTONS = { type: 'actions', elements: [button(0, 'Option 1', 'o1'), button(1, 'Option 2', 'o2')] };
const MAP = 'https://www.openstreetmap.org/?mlat=4.5&amp;mlon=-74#map=16/4.5/-74';

const CASES: readonly (readonly [
  what: string,
  message: Outbound,
  rendered: readonly Rendered[] | readonly object[],
])[] = [
  ['a text', { text: 'Hello *you*' }, [{ text: 'Hello *you*' }]],
  ['what would call everybody', { text: '<!channel> & <@U1>' }, [{ text: '&lt;!channel&gt; &amp; &lt;@U1&gt;' }]],
  [
    'buttons',
    { text: 'Pick', buttons: options(2) },
    [{ text: 'Pick\n1. Option 1\n2. Option 2', blocks: [section('Pick'), BUTTONS] }],
  ],
  [
    'quick replies',
    { text: 'Pick', quick_replies: options(2) },
    [{ text: 'Pick\n1. Option 1\n2. Option 2', blocks: [section('Pick'), BUTTONS] }],
  ],
  [
    'a label that is markup',
    { text: 'Pick', buttons: [{ id: 'x', label: '<b> & c' }] },
    [
      {
        text: 'Pick\n1. &lt;b&gt; &amp; c',
        blocks: [section('Pick'), { type: 'actions', elements: [button(0, '<b> & c', 'x')] }],
      },
    ],
  ],
  [
    'a list',
    { text: 'Pick', list: { label: 'Open', options: options(1, { description: 'Nice' }) } },
    [
      {
        text: 'Pick\n1. Option 1 – Nice',
        blocks: [
          section('Pick'),
          {
            type: 'actions',
            elements: [
              {
                type: 'static_select',
                action_id: 'parley:pick',
                placeholder: plain('Open'),
                options: [{ text: plain('Option 1'), value: 'o1', description: plain('Nice') }],
              },
            ],
          },
        ],
      },
    ],
  ],
  [
    'a picture',
    { media: { type: 'image', url: 'https://x.co/a.png', caption: 'A & B' } },
    [
      {
        text: '[image] A &amp; B https://x.co/a.png',
        blocks: [{ type: 'image', image_url: 'https://x.co/a.png', alt_text: 'A & B' }, section('A &amp; B')],
      },
    ],
  ],
  [
    'a picture with buttons',
    { text: 'Pick', media: { type: 'image', url: 'https://x.co/a.png' }, buttons: options(2) },
    [
      {
        text: '[image] https://x.co/a.png\nPick\n1. Option 1\n2. Option 2',
        blocks: [{ type: 'image', image_url: 'https://x.co/a.png', alt_text: 'image' }, section('Pick'), BUTTONS],
      },
    ],
  ],
  [
    'a document',
    { media: { type: 'document', url: 'https://x.co/a.pdf?b=1&c=|', filename: 'a|b.pdf' } },
    [
      {
        text: '[document] https://x.co/a.pdf?b=1&amp;c=|',
        blocks: [section('<https://x.co/a.pdf?b=1&amp;c=%7C|a¦b.pdf>')],
      },
    ],
  ],
  [
    'a place',
    { location: { latitude: 4.5, longitude: -74, name: 'Shop', address: 'Street 1' } },
    [{ text: '[location] Shop, Street 1 4.5,-74', blocks: [section(`<${MAP}|Shop, Street 1>`)] }],
  ],
  [
    'a place without a name',
    { location: { latitude: 4.5, longitude: -74 } },
    [{ text: '[location] 4.5,-74', blocks: [section(`<${MAP}|4.5, -74>`)] }],
  ],
  ['a template', { template: { name: 'x', language: 'en', params: ['Ana'] } }, [{ text: 'Ana' }]],
];

const rendered = (message: Outbound): Rendered[] => fit(message, SLACK).map((piece) => render(piece));
const kinds = (message: Outbound): (string | undefined)[][] =>
  rendered(message).map(({ blocks = [] }) =>
    blocks.map(({ type, ...block }) => ('elements' in block ? block.elements[0]?.type : type)),
  );

describe('slack: what messages look like', () => {
  for (const [what, message, wanted] of CASES) it(what, () => expect(rendered(message)).to.deep.equal(wanted));

  it('shows 25 buttons, then a menu of up to 100, then numbered lines', () => {
    expect(kinds({ text: 'Pick', buttons: options(25) })).to.deep.equal([['section', 'button']]);
    expect(kinds({ text: 'Pick', buttons: options(26) })).to.deep.equal([['section', 'static_select']]);
    expect(kinds({ text: 'Pick', buttons: options(100) })).to.deep.equal([['section', 'static_select']]);
    const [lines] = rendered({ text: 'Pick', buttons: options(101) });
    expect(lines?.text)
      .to.contain('\n101. Option 101')
      .and.match(/^Pick\n1\. Option 1\n/);
    expect(lines).not.to.have.property('blocks');
  });

  it('cuts long texts between words, with the buttons at the end', () => {
    const text = 'word '.repeat(1600).trim();
    const messages = rendered({ text, buttons: options(2) });
    expect(messages.every(({ blocks = [] }) => JSON.stringify(blocks).length < 5000)).to.equal(true);
    expect(messages.map(({ blocks }) => blocks?.at(-1)?.type)).to.deep.equal([
      ...messages.slice(1).map(() => undefined),
      'actions',
    ]);
    expect(messages.length).to.be.greaterThan(1);
  });

  it('keeps sections within 3,000 characters, however much has to be escaped', () => {
    const blocks = rendered({ text: '&'.repeat(2900), buttons: options(1) })[0]?.blocks ?? [];
    const texts = blocks.flatMap((block) => (block.type === 'section' ? [block.text?.text ?? ''] : []));
    expect(texts.every((text) => text.length <= 3000)).to.equal(true);
    expect(texts.join('').replaceAll('&amp;', '&')).to.equal('&'.repeat(2900));
  });

  it('links a picture that cannot be shown', () => {
    const media = { type: 'image', url: 'https://x.co/a.png', caption: 'A' } as const;
    expect(render({ media }, { images: false }).blocks).to.deep.equal([
      section('<https://x.co/a.png|image>'),
      section('A'),
    ]);
  });
});
