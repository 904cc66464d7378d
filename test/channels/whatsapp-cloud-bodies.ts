import type { Option, Outbound } from '../../src/domain/message.ts';

/** So many options. */
export const options = (count: number, label = (i: number): string => `Option ${i}`): Option[] =>
  Array.from({ length: count }, (_, i) => ({ id: `o${i + 1}`, label: label(i + 1) }));
const buttonsOf = (count: number): object[] =>
  options(count).map(({ id, label }) => ({ type: 'reply', reply: { id, title: label } }));
const rowsOf = (count: number): object[] => options(count).map(({ id, label }) => ({ id, title: label }));
const text = (body: string, preview_url = false): object => ({ type: 'text', text: { body, preview_url } });
const buttons = (body: string, count: number, more: object = {}): object => ({
  type: 'interactive',
  interactive: { type: 'button', ...more, body: { text: body }, action: { buttons: buttonsOf(count) } },
});
const list = (body: string, button: string, rows: object[]): object => ({
  type: 'interactive',
  interactive: { type: 'list', body: { text: body }, action: { button, sections: [{ rows }] } },
});
const image = { type: 'image', url: 'https://x.example/a.jpg' } as const;

/** What a flow says, and what Meta gets, without recipient and key. */
export const BODIES: [name: string, message: Outbound, bodies: object[]][] = [
  ['text', { text: 'Hello' }, [text('Hello')]],
  ['text with a link', { text: 'See https://x.example' }, [text('See https://x.example', true)]],
  ['text with half a character', { text: 'a\uD800b' }, [text('a\uFFFDb')]],
  [
    'text that is too long',
    { text: `${'a'.repeat(4000)} ${'b'.repeat(200)}` },
    [text('a'.repeat(4000)), text('b'.repeat(200))],
  ],
  ['image', { media: image }, [{ type: 'image', image: { link: image.url } }]],
  [
    'image with caption',
    { media: { ...image, caption: 'Mine' } },
    [{ type: 'image', image: { link: image.url, caption: 'Mine' } }],
  ],
  ['image with text', { media: image, text: 'Mine' }, [{ type: 'image', image: { link: image.url, caption: 'Mine' } }]],
  [
    'image with caption and text',
    { media: { ...image, caption: 'Mine' }, text: 'Yours' },
    [{ type: 'image', image: { link: image.url, caption: 'Mine' } }, text('Yours')],
  ],
  [
    'image with a long caption',
    { media: { ...image, caption: 'c'.repeat(1025) } },
    [{ type: 'image', image: { link: image.url } }, text('c'.repeat(1025))],
  ],
  [
    'video',
    { media: { type: 'video', url: 'https://x.example/a.mp4' } },
    [{ type: 'video', video: { link: 'https://x.example/a.mp4' } }],
  ],
  [
    'audio has no caption',
    { media: { type: 'audio', url: 'https://x.example/a.ogg', caption: 'Listen' } },
    [{ type: 'audio', audio: { link: 'https://x.example/a.ogg' } }, text('Listen')],
  ],
  [
    'document',
    { media: { type: 'document', url: 'https://x.example/a.pdf', filename: 'cv.pdf', caption: 'CV' } },
    [{ type: 'document', document: { link: 'https://x.example/a.pdf', filename: 'cv.pdf', caption: 'CV' } }],
  ],
  ['3 buttons', { text: 'Which?', buttons: options(3) }, [buttons('Which?', 3)]],
  ['3 quick replies', { text: 'Which?', quick_replies: options(3) }, [buttons('Which?', 3)]],
  [
    'buttons below a picture',
    { text: 'Which?', media: image, buttons: options(2) },
    [buttons('Which?', 2, { header: { type: 'image', image: { link: image.url } } })],
  ],
  [
    'buttons below a picture with a caption',
    { text: 'Which?', media: { ...image, caption: 'Mine' }, buttons: options(2) },
    [{ type: 'image', image: { link: image.url, caption: 'Mine' } }, buttons('Which?', 2)],
  ],
  [
    'buttons below a sound',
    { text: 'Which?', media: { type: 'audio', url: 'https://x.example/a.ogg' }, buttons: options(1) },
    [{ type: 'audio', audio: { link: 'https://x.example/a.ogg' } }, buttons('Which?', 1)],
  ],
  [
    'buttons below a place',
    { text: 'Here?', location: { latitude: 0, longitude: 0 }, buttons: options(1) },
    [{ type: 'location', location: { latitude: 0, longitude: 0 } }, buttons('Here?', 1)],
  ],
  ['4 buttons are a list', { text: 'Which?', buttons: options(4) }, [list('Which?', 'Options', rowsOf(4))]],
  [
    'buttons with long labels are a list',
    { text: 'Which?', buttons: options(2, (i) => `A label of 21 marks ${i}`) },
    [
      list('Which?', 'Options', [
        { id: 'o1', title: 'A label of 21 marks 1' },
        { id: 'o2', title: 'A label of 21 marks 2' },
      ]),
    ],
  ],
  [
    '11 buttons are numbered',
    { text: 'Which?', buttons: options(11) },
    [
      text(
        `Which?\n${options(11)
          .map(({ label }, i) => `${i + 1}. ${label}`)
          .join('\n')}`,
      ),
    ],
  ],
  [
    'list',
    {
      text: 'Which?',
      list: {
        label: 'Sizes',
        options: [
          { id: 's', label: 'S', description: '30 cm' },
          { id: 'm', label: 'M' },
        ],
      },
    },
    [
      list('Which?', 'Sizes', [
        { id: 's', title: 'S', description: '30 cm' },
        { id: 'm', title: 'M' },
      ]),
    ],
  ],
  [
    '10 rows',
    { text: 'Which?', list: { label: 'Sizes', options: options(10) } },
    [list('Which?', 'Sizes', rowsOf(10))],
  ],
  [
    'buttons that say the same are numbered',
    { text: 'Which?', buttons: options(2, () => 'Yes') },
    [text('Which?\n1. Yes\n2. Yes')],
  ],
  [
    'buttons without a label are numbered',
    { text: 'Which?', buttons: options(2, () => ' ') },
    [text('Which?\n1.  \n2.  ')],
  ],
  [
    'location',
    { location: { latitude: 4.7, longitude: -74, name: 'Us', address: 'Calle 1' } },
    [{ type: 'location', location: { latitude: 4.7, longitude: -74, name: 'Us', address: 'Calle 1' } }],
  ],
  [
    'location with text',
    { text: 'Here we are', location: { latitude: 4.7, longitude: -74 } },
    [{ type: 'location', location: { latitude: 4.7, longitude: -74 } }, text('Here we are')],
  ],
  [
    'template',
    { text: 'Hi Ana', template: { name: 'hello', language: 'es-CO', params: ['Ana\n  Roe', '3'] } },
    [
      {
        type: 'template',
        template: {
          name: 'hello',
          language: { code: 'es_CO' },
          components: [
            {
              type: 'body',
              parameters: [
                { type: 'text', text: 'Ana Roe' },
                { type: 'text', text: '3' },
              ],
            },
          ],
        },
      },
    ],
  ],
  [
    'template with buttons, of which the third and the first want something',
    {
      template: {
        name: 'login_code',
        language: 'en_US',
        params: ['123456'],
        buttons: [
          { kind: 'url', value: '123456', at: 0 },
          { kind: 'reply', value: 'stop all', at: 2 },
          { kind: 'copy_code', value: ' SALE ', at: 3 },
        ],
      },
    },
    [
      {
        type: 'template',
        template: {
          name: 'login_code',
          language: { code: 'en_US' },
          components: [
            { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
            { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '123456' }] },
            {
              type: 'button',
              sub_type: 'quick_reply',
              index: '2',
              parameters: [{ type: 'payload', payload: 'stop all' }],
            },
            {
              type: 'button',
              sub_type: 'copy_code',
              index: '3',
              parameters: [{ type: 'coupon_code', coupon_code: 'SALE' }],
            },
          ],
        },
      },
    ],
  ],
  [
    'template without values',
    { template: { name: 'hello', language: 'en', params: [] } },
    [{ type: 'template', template: { name: 'hello', language: { code: 'en' } } }],
  ],
];
