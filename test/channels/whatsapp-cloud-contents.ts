import { mediaLink } from '../../channels/whatsapp-cloud/media.ts';
import { SECRET } from './whatsapp-cloud-kit.ts';

/** What a row leads to: the message a flow gets, or the words of the log for what no flow gets. */
export type Row = readonly [name: string, fields: object, outcome: object | RegExp];

/** The address of a file as a flow gets it. */
const file = (id: string): string => mediaLink('https://bot.example', SECRET, id);

/** Texts, files, places and cards. */
export const CONTENTS: readonly Row[] = [
  ['text', { type: 'text', text: { body: 'Hello' } }, { text: 'Hello' }],
  [
    'text: emoji, right to left, zero width',
    { type: 'text', text: { body: '👩‍👩‍👧 שלום a\u200Bb' } },
    { text: '👩‍👩‍👧 שלום a\u200Bb' },
  ],
  ['text: spaces only', { type: 'text', text: { body: '   ' } }, { text: '   ' }],
  ['text: 4,096 characters', { type: 'text', text: { body: 'x'.repeat(4096) } }, { text: 'x'.repeat(4096) }],
  ['text: far too long', { type: 'text', text: { body: 'x'.repeat(20_000) } }, { text: 'x'.repeat(16_384) }],
  ['text: half a character and U+0000', { type: 'text', text: { body: 'a\uD800b\u0000c' } }, { text: 'a\uFFFDbc' }],
  ['text: empty', { type: 'text', text: { body: '' } }, /text without text cannot be read/],
  ['text: missing', { type: 'text' }, /text without text cannot be read/],
  ['text: null', { type: 'text', text: null }, /text without text cannot be read/],
  ['text: a number', { type: 'text', text: { body: 42 } }, { text: '42' }],
  [
    'text: an answer to an earlier message',
    { type: 'text', text: { body: 'yes' }, context: { from: '1', id: 'wamid.0', forwarded: true } },
    { text: 'yes' },
  ],
  [
    'text: about a product',
    {
      type: 'text',
      text: { body: 'Is it there?' },
      context: { referred_product: { catalog_id: '1', product_retailer_id: 'a' } },
    },
    { text: 'Is it there?' },
  ],
  [
    'text: from an ad',
    {
      type: 'text',
      text: { body: 'Hi' },
      referral: { source_url: 'https://fb.me/x', source_type: 'ad', ctwa_clid: 'x' },
    },
    { text: 'Hi' },
  ],
  ['text: fields that nobody knows', { type: 'text', text: { body: 'Hi', new_thing: {} }, other: [1] }, { text: 'Hi' }],
  ['timestamp: milliseconds', { type: 'text', timestamp: '1795219200000', text: { body: 'Hi' } }, { text: 'Hi' }],
  ['timestamp: no number', { type: 'text', timestamp: 'soon', text: { body: 'Hi' } }, { text: 'Hi' }],
  ['timestamp: missing', { type: 'text', timestamp: undefined, text: { body: 'Hi' } }, { text: 'Hi' }],

  [
    'image',
    { type: 'image', image: { id: '1479537139650973', mime_type: 'image/jpeg', sha256: 'x', caption: 'Mine' } },
    {
      text: 'Mine',
      attachments: [{ type: 'image', url: file('1479537139650973'), caption: 'Mine', mime: 'image/jpeg' }],
    },
  ],
  [
    'image: its own address is not used',
    { type: 'image', image: { id: '1', url: 'https://evil.example/x', link: 'http://10.0.0.1/' } },
    { text: '', attachments: [{ type: 'image', url: file('1') }] },
  ],
  [
    'image: without an id',
    { type: 'image', image: { link: 'https://x.example', status: 'undownloaded' } },
    /image without a file cannot be read/,
  ],
  ['image: without an id, with a caption', { type: 'image', image: { caption: 'Look' } }, { text: 'Look' }],
  ['image: without anything', { type: 'image' }, /image without a file cannot be read/],
  ['image: an id that is a path', { type: 'image', image: { id: '../me' } }, /image without a file cannot be read/],
  [
    'video',
    { type: 'video', video: { id: '2', mime_type: 'video/mp4' } },
    { text: '', attachments: [{ type: 'video', url: file('2'), mime: 'video/mp4' }] },
  ],
  [
    'audio',
    { type: 'audio', audio: { id: '3', mime_type: 'audio/ogg; codecs=opus', voice: true } },
    { text: '', attachments: [{ type: 'audio', url: file('3'), mime: 'audio/ogg; codecs=opus' }] },
  ],
  [
    'voice: a type of its own',
    { type: 'voice', voice: { id: '4' } },
    { text: '', attachments: [{ type: 'audio', url: file('4') }] },
  ],
  [
    'voice: under audio',
    { type: 'voice', audio: { id: '4' } },
    { text: '', attachments: [{ type: 'audio', url: file('4') }] },
  ],
  [
    'document',
    { type: 'document', document: { id: '5', filename: 'cv.pdf', mime_type: 'application/pdf', caption: 'CV' } },
    {
      text: 'CV',
      attachments: [{ type: 'document', url: file('5'), caption: 'CV', filename: 'cv.pdf', mime: 'application/pdf' }],
    },
  ],
  [
    'document: old hosts',
    { type: 'document', document: { file: '/usr/x', id: 'b1c68f38-8734-4ad3-b4a1-ef0c10d683' } },
    { text: '', attachments: [{ type: 'document', url: file('b1c68f38-8734-4ad3-b4a1-ef0c10d683') }] },
  ],
  [
    'sticker',
    { type: 'sticker', sticker: { id: '6', mime_type: 'image/webp', animated: true } },
    { text: '', attachments: [{ type: 'image', url: file('6'), mime: 'image/webp' }] },
  ],

  [
    'location',
    {
      type: 'location',
      location: { latitude: 4.711, longitude: -74.0721, name: 'Home', address: 'Calle 1', url: 'https://x.example' },
    },
    { text: 'Home, Calle 1', location: { latitude: 4.711, longitude: -74.0721, name: 'Home', address: 'Calle 1' } },
  ],
  [
    'location: 0, 0',
    { type: 'location', location: { latitude: 0, longitude: 0 } },
    { text: '', location: { latitude: 0, longitude: 0 } },
  ],
  [
    'location: as text',
    { type: 'location', location: { latitude: '4.5', longitude: '-74' } },
    { text: '', location: { latitude: 4.5, longitude: -74 } },
  ],
  [
    'location: nowhere',
    { type: 'location', location: { latitude: 91, longitude: 0 } },
    /location without a place cannot be read/,
  ],
  ['location: missing', { type: 'location', location: { latitude: 4 } }, /location without a place cannot be read/],

  [
    'contacts',
    {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'Bob Roe', first_name: 'Bob' },
          phones: [{ phone: '+1 650', wa_id: '1650', type: 'CELL' }, { wa_id: '1651' }],
        },
        { name: { first_name: 'Eve', last_name: 'Poe' } },
      ],
    },
    { text: 'Bob Roe: +1 650, 1651\nEve Poe' },
  ],
  ['contacts: empty', { type: 'contacts', contacts: [] }, /empty card cannot be read/],
];
