import { expect } from 'chai';
import { fit } from '../../src/channel/fit.ts';
import { CONSOLE, SLACK, WEB, WHATSAPP, WHATSAPP_WEB } from '../../src/channel/limits.ts';
import type { Limits } from '../../src/channel/limits.ts';
import type { Option, Outbound } from '../../src/domain/message.ts';

const options = (count: number, label = 'Option'): Option[] =>
  Array.from({ length: count }, (_, i) => ({ id: `o${i + 1}`, label: `${label} ${i + 1}` }));

describe('what a channel shows: buttons and lists', () => {
  const rows: readonly { name: string; message: Outbound; limits: Limits; pieces: readonly Outbound[] }[] = [
    {
      name: 'three buttons stay buttons on WhatsApp',
      message: { text: 'Which?', buttons: options(3) },
      limits: WHATSAPP,
      pieces: [{ text: 'Which?', buttons: options(3) }],
    },
    {
      name: 'four become a list',
      message: { text: 'Which?', buttons: options(4) },
      limits: WHATSAPP,
      pieces: [{ text: 'Which?', list: { label: 'Options', options: options(4) } }],
    },
    {
      name: 'a label of 21 characters makes a list of two buttons',
      message: { text: 'Which?', buttons: options(2, 'A label of 19 chars') },
      limits: WHATSAPP,
      pieces: [{ text: 'Which?', list: { label: 'Options', options: options(2, 'A label of 19 chars') } }],
    },
    {
      name: 'eleven become numbered lines',
      message: { text: 'Which?', buttons: options(11) },
      limits: WHATSAPP,
      pieces: [
        {
          text: `Which?\n${options(11)
            .map(({ label }, i) => `${i + 1}. ${label}`)
            .join('\n')}`,
        },
      ],
    },
    {
      name: 'a list has numbered lines where there are no lists',
      message: {
        text: 'Which?',
        list: { label: 'Colours', options: [{ id: 'r', label: 'Red', description: 'warm' }] },
      },
      limits: WHATSAPP_WEB,
      pieces: [{ text: 'Which?\n1. Red – warm' }],
    },
    {
      name: 'what opens a list becomes the text where there is no other',
      message: { list: { label: 'Colours', options: options(1) } },
      limits: CONSOLE,
      pieces: [{ text: 'Colours\n1. Option 1' }],
    },
    {
      name: 'what opens a list and is too long stands in the text',
      message: { text: 'Which?', list: { label: 'Choose one of our colours', options: options(2) } },
      limits: WHATSAPP,
      pieces: [{ text: 'Which?\nChoose one of our colours', list: { label: 'Options', options: options(2) } }],
    },
    {
      name: 'quick replies become buttons where there are none',
      message: { text: 'Which?', quick_replies: options(2) },
      limits: WHATSAPP,
      pieces: [{ text: 'Which?', buttons: options(2) }],
    },
    {
      name: 'quick replies stay where they are known',
      message: { text: 'Which?', quick_replies: options(2) },
      limits: WEB,
      pieces: [{ text: 'Which?', quick_replies: options(2) }],
    },
    {
      name: 'buttons and quick replies are one group where a text carries them',
      message: { text: 'Which?', buttons: options(2), quick_replies: [{ id: 'q', label: 'Quick' }] },
      limits: WHATSAPP,
      pieces: [{ text: 'Which?', buttons: [...options(2), { id: 'q', label: 'Quick' }] }],
    },
    {
      name: 'a description needs a list where buttons have none',
      message: { text: 'Which?', buttons: [{ id: 'a', label: 'A', description: 'the first' }] },
      limits: SLACK,
      pieces: [
        { text: 'Which?', list: { label: 'Options', options: [{ id: 'a', label: 'A', description: 'the first' }] } },
      ],
    },
    {
      name: 'buttons need a text above them',
      message: { media: { type: 'image', url: 'https://x.example/a.png' }, buttons: options(1) },
      limits: WHATSAPP,
      pieces: [
        {
          media: { type: 'image', url: 'https://x.example/a.png' },
          text: 'Please choose one of these:',
          buttons: options(1),
        },
      ],
    },
    {
      name: 'an id that is too long cannot be a button',
      message: { text: 'Which?', buttons: [{ id: 'x'.repeat(201), label: 'A' }] },
      limits: WHATSAPP,
      pieces: [{ text: 'Which?\n1. A' }],
    },
  ];
  for (const { name, message, limits, pieces } of rows)
    it(name, () => expect(fit(message, limits)).to.deep.equal(pieces));

  it('speaks the language of the contact', () => {
    expect(fit({ text: '?', buttons: options(4) }, WHATSAPP, 'es-CO')[0]?.list?.label).to.equal('Opciones');
  });
});

describe('what a channel shows: texts, captions, templates', () => {
  it('a text that is too long is cut at paragraphs', () => {
    const [one, two] = ['a'.repeat(3000), 'b'.repeat(2000)];
    expect(fit({ text: `${one}\n\n${two}` }, WHATSAPP)).to.deep.equal([{ text: one }, { text: two }]);
  });

  it('options stand below the last piece', () => {
    const pieces = fit({ text: 'word '.repeat(500), buttons: options(2) }, WHATSAPP);
    expect(pieces.map(({ buttons }) => buttons?.length)).to.deep.equal([undefined, undefined, 2]);
    expect(pieces.every(({ text = '' }) => text.length <= 1024)).to.equal(true);
  });

  it('a caption that is too long becomes a text', () => {
    const media = { type: 'image', url: 'https://x.example/a.png' } as const;
    expect(fit({ media: { ...media, caption: 'c'.repeat(1025) } }, WHATSAPP)).to.deep.equal([
      { media },
      { text: 'c'.repeat(1025) },
    ]);
  });

  it('a sound has no caption on WhatsApp', () => {
    const media = { type: 'audio', url: 'https://x.example/a.ogg' } as const;
    expect(fit({ media: { ...media, caption: 'Listen' }, text: 'Now' }, WHATSAPP)).to.deep.equal([
      { media },
      { text: 'Listen' },
      { text: 'Now' },
    ]);
  });

  const template = { name: 'reminder', language: 'en_US', params: ['Ana', '9:00'] };
  it('a template stays where there are templates', () => {
    expect(fit({ template, text: 'Hello Ana' }, WHATSAPP)).to.deep.equal([{ template, text: 'Hello Ana' }]);
  });

  it('and is its text elsewhere, or what was filled in', () => {
    expect(fit({ template, text: 'Hello Ana' }, SLACK)).to.deep.equal([{ text: 'Hello Ana' }]);
    expect(fit({ template }, SLACK)).to.deep.equal([{ text: 'Ana\n9:00' }]);
  });

  it('half characters and NUL do not leave the house', () => {
    expect(fit({ text: 'a\uD83Db\u0000c' }, WHATSAPP)).to.deep.equal([{ text: 'a\uFFFDbc' }]);
  });

  it('blank texts are not sent', () => {
    expect(fit({ text: ' \n' }, WHATSAPP)).to.deep.equal([]);
  });
});
