import { expect } from 'chai';
import { stringify } from 'yaml';
import { CHANNEL_LIMITS } from '../../src/channel/limits.ts';
import { checkProject } from '../../src/flow/project.ts';

/** What is found in a flow of these blocks on these channels: `code path` of each finding of a limit. */
function found(channels: readonly string[] | undefined, ...blocks: readonly object[]): string[] {
  const flow = {
    flow: 'a',
    ...(channels === undefined ? {} : { channels }),
    blocks: blocks.map((b, i) => ({ id: `b${i}`, ...b })),
  };
  const { diagnostics } = checkProject([{ file: 'a.yaml', text: stringify(flow) }], { limits: CHANNEL_LIMITS });
  return diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

const labels = (count: number): string[] => Array.from({ length: count }, (_, i) => `L${i + 1}`);
const say = (text: string, more: object = {}): object => ({ type: 'message', text, ...more });
const ask = (more: object): object => ({ type: 'question', text: 'Which?', ...more });

describe('check: the window of WhatsApp', () => {
  const CLOSED = /^window-closed: after this wait whatsapp-cloud takes only templates from "(\w+)"/;
  const template = { template: { name: 't', language: 'en' } };
  const rows: readonly (readonly [what: string, blocks: readonly object[], block: string | null, on?: string])[] = [
    ['a delay of a day', [{ type: 'delay', for: '1d' }, say('Hi')], 'b1'],
    ['a shorter one', [{ type: 'delay', for: '23h59m' }, say('Hi')], null],
    ['a template after it', [{ type: 'delay', for: '2d' }, say('Hi', template)], null],
    [
      'something silent after it',
      [{ type: 'delay', for: '2d' }, { type: 'set_variable', contact_field: 'a', value: 1 }, say('Hi')],
      null,
    ],
    [
      'an end with a text',
      [
        { type: 'delay', for: '2d' },
        { type: 'end', text: 'Bye' },
      ],
      'b1',
    ],
    ['another block, by next', [{ type: 'delay', for: '2d', next: 'b2' }, say('A', template), say('B')], 'b2'],
    ['a timeout', [ask({ timeout: { after: '24h', next: 'b2' } }), say('Thanks'), say('Are you there?')], 'b2'],
    [
      'an answer, which opens it',
      [ask({ timeout: { after: '24h', next: 'b2' } }), say('Thanks'), say('A', template)],
      null,
    ],
    ['a person who does not give it back', [{ type: 'handoff', return_after: '3d' }, say('Hi')], 'b1'],
    ['the linked phone, which has none', [{ type: 'delay', for: '2d' }, say('Hi')], null, 'whatsapp-web'],
    ['the web, which has none', [{ type: 'delay', for: '2d' }, say('Hi')], null, 'web'],
  ];
  for (const [what, blocks, block, on = 'whatsapp'] of rows)
    it(`${what}: ${block === null ? 'nothing' : 'a warning'}`, () => {
      const closed = found([on], ...blocks).flatMap((line) => CLOSED.exec(line)?.[1] ?? []);
      expect(closed).to.deep.equal(block === null ? [] : [block]);
    });
});

describe('check: limits of channels', () => {
  const rows: readonly {
    name: string;
    channels: readonly string[] | undefined;
    block: object;
    finds: readonly string[];
  }[] = [
    { name: 'a text at the limit', channels: ['whatsapp'], block: say('x'.repeat(4096)), finds: [] },
    {
      name: 'a text over the limit',
      channels: ['whatsapp-cloud'],
      block: say('x'.repeat(4097)),
      finds: ['text-too-long: this has 4097 characters; whatsapp-cloud shows 4096'],
    },
    {
      name: 'the tightest channel is told',
      channels: ['web', 'slack'],
      block: say('x'.repeat(20_000)),
      finds: ['text-too-long: this has 20000 characters; slack shows 4000'],
    },
    { name: 'a flow for any channel', channels: undefined, block: say('x'.repeat(5000)), finds: [] },
    {
      name: 'what references fill in is not known',
      channels: ['whatsapp'],
      block: say(`@contact.name ${'x'.repeat(4096)}`),
      finds: ['text-too-long: this has at least 4097 characters; whatsapp-cloud shows 4096'],
    },
    {
      name: 'there is less room above buttons',
      channels: ['whatsapp'],
      block: say('x'.repeat(1025), { buttons: ['Yes', 'No'] }),
      finds: ['text-too-long: this has 1025 characters; whatsapp-cloud shows 1024'],
    },
    {
      name: 'the text of a retry stands alone',
      channels: ['whatsapp'],
      block: ask({ accept: 'number', retry: { text: 'x'.repeat(1025) } }),
      finds: [],
    },
    {
      name: 'a caption',
      channels: ['whatsapp'],
      block: { type: 'message', media: { image: 'https://x.example/a.png', caption: 'x'.repeat(1025) } },
      finds: ['caption-too-long: this has 1025 characters; whatsapp-cloud shows 1024'],
    },
    { name: 'three buttons', channels: ['whatsapp'], block: ask({ buttons: labels(3) }), finds: [] },
    {
      name: 'four buttons',
      channels: ['whatsapp'],
      block: ask({ buttons: labels(4) }),
      finds: ['too-many-buttons: these are 4; whatsapp-cloud shows 3, so they become a list'],
    },
    {
      name: 'eleven buttons',
      channels: ['whatsapp'],
      block: ask({ buttons: labels(11) }),
      finds: ['too-many-options: these are 11; whatsapp-cloud shows 3, so they become numbered lines'],
    },
    { name: 'ten choices', channels: ['whatsapp'], block: ask({ choices: labels(10) }), finds: [] },
    {
      name: 'eleven choices',
      channels: ['whatsapp', 'slack'],
      block: ask({ choices: labels(11) }),
      finds: ['too-many-options: these are 11; whatsapp-cloud shows 10, so they become numbered lines'],
    },
    {
      name: 'a label of 21 on a button',
      channels: ['whatsapp'],
      block: ask({ buttons: ['x'.repeat(21)] }),
      finds: ['label-too-long: this has 21 characters; whatsapp-cloud shows 20'],
    },
    { name: 'a label of 24 on a choice', channels: ['whatsapp'], block: ask({ choices: ['x'.repeat(24)] }), finds: [] },
    {
      name: 'a label of 25 on a choice',
      channels: ['whatsapp'],
      block: ask({ choices: ['x'.repeat(25)] }),
      finds: ['label-too-long: this has 25 characters; whatsapp-cloud shows 24'],
    },
    {
      name: 'the parts of a list',
      channels: ['whatsapp'],
      block: say('Which?', { list: { label: 'x'.repeat(21), options: [{ label: 'A', description: 'x'.repeat(73) }] } }),
      finds: [
        'label-too-long: this has 21 characters; whatsapp-cloud shows 20',
        'label-too-long: this has 73 characters; whatsapp-cloud shows 72',
      ],
    },
    {
      name: 'channels that number everything have no limits on labels',
      channels: ['console', 'whatsapp-web'],
      block: ask({ choices: ['x'.repeat(100), ...labels(50)] }),
      finds: [],
    },
    {
      name: 'a template on WhatsApp alone',
      channels: ['whatsapp-cloud'],
      block: { type: 'message', template: { name: 'hello' } },
      finds: [],
    },
    {
      name: 'a template elsewhere',
      channels: ['whatsapp-cloud', 'slack'],
      block: { type: 'message', template: { name: 'hello' } },
      finds: ['template-without-text: slack has no templates, and there is no text to say instead'],
    },
    {
      name: 'a channel that is not there',
      channels: ['slakc'],
      block: say('x'.repeat(9999)),
      finds: ['unknown-channel: there is no channel "slakc"'],
    },
  ];
  for (const { name, channels, block, finds } of rows)
    it(name, () => expect(found(channels, block)).to.deep.equal(finds));
});
