import { expect } from 'chai';
import { readMessage } from '../../channels/whatsapp-web/inbound.ts';
import { pick } from '../../channels/whatsapp-web/raw.ts';
import { THANDI } from '../support/wweb-phone.ts';

const link = (id: string): string => `https://bot.example/m/${id}`;

/** A record of WhatsApp's page, as whatsapp-web.js 1.34.7 passes it on. */
function raw(fields: object, chat = THANDI): object {
  return {
    id: { fromMe: false, remote: chat, id: '3EB0A1', _serialized: `false_${chat}_3EB0A1` },
    from: { server: 'c.us', user: '27821234567', _serialized: chat },
    to: '15550001111@c.us',
    t: 1_795_219_200,
    notifyName: 'Thandi',
    ack: 1,
    isNewMsg: true,
    links: [],
    ...fields,
  };
}

const FILE = { directPath: '/v/t62', mediaKey: 'k', filehash: 'h', mimetype: 'image/jpeg', size: 1234 };
const url = `https://bot.example/m/false_${THANDI}_3EB0A1`;
const CARD =
  'BEGIN:VCARD\nVERSION:3.0\nN:Zulu;Sipho;;;\nFN:Sipho Zulu\nitem1.TEL;waid=27831112222:+27 83 111 2222\nEND:VCARD';

/** What a record is for a flow: a message, or why it is none. */
const TABLE: readonly (readonly [string, object, object | RegExp])[] = [
  ['text', { type: 'chat', body: 'Hi' }, { text: 'Hi' }],
  ['text with a quote', { type: 'chat', body: 'Hi', quotedMsg: { body: 'x' } }, { text: 'Hi' }],
  [
    'text that was forwarded, with mentions and all that the library knows',
    {
      type: 'chat',
      body: 'Hi',
      author: null,
      isForwarded: true,
      forwardingScore: 127,
      mentionedJidList: ['1@c.us'],
      hasReaction: false,
      latestEditMsgKey: null,
      ack: 5,
      deviceType: 'ios',
      dynamicReplyButtons: [],
    },
    { text: 'Hi' },
  ],
  ['text with numbers and objects where texts should be', { type: 'chat', body: 7, notifyName: {} }, { text: '7' }],
  ['disappearing text', { type: 'chat', body: 'Hi', isEphemeral: true }, { text: 'Hi' }],
  ['text of a broadcast list', { type: 'chat', body: 'Sale', broadcast: true }, { text: 'Sale' }],
  ['text without text', { type: 'chat', body: '' }, /unreadable: a text without text/],
  ['text with a null body', { type: 'chat', body: null }, /unreadable/],
  ['text of 70,000 characters', { type: 'chat', body: 'a'.repeat(70_000) }, { text: 'a'.repeat(16_384) }],
  [
    'picture, whose body is a small picture',
    { type: 'image', body: '/9j/4AAQSk', caption: 'My leg', ...FILE },
    { text: 'My leg', attachments: [{ type: 'image', url, caption: 'My leg', mime: 'image/jpeg' }] },
  ],
  ['sticker', { type: 'sticker', ...FILE }, { text: '', attachments: [{ type: 'image', url, mime: 'image/jpeg' }] }],
  ['film', { type: 'video', ...FILE }, { text: '', attachments: [{ type: 'video', url, mime: 'image/jpeg' }] }],
  ['sound', { type: 'audio', ...FILE }, { text: '', attachments: [{ type: 'audio', url, mime: 'image/jpeg' }] }],
  [
    'voice message',
    { type: 'ptt', ...FILE, mimetype: 'audio/ogg; codecs=opus' },
    { text: '', attachments: [{ type: 'audio', url, mime: 'audio/ogg; codecs=opus' }] },
  ],
  [
    'document',
    { type: 'document', ...FILE, mimetype: 'application/pdf', filename: 'id.pdf' },
    { text: '', attachments: [{ type: 'document', url, filename: 'id.pdf', mime: 'application/pdf' }] },
  ],
  ['picture to be seen once', { type: 'image', isViewOnce: true }, /unreadable: a file .* only the phone can show/],
  [
    'place',
    { type: 'location', lat: -33.9, lng: 18.4, loc: 'Clinic\nMain Rd\nCape Town' },
    {
      text: 'Clinic, Main Rd, Cape Town',
      location: { latitude: -33.9, longitude: 18.4, name: 'Clinic', address: 'Main Rd, Cape Town' },
    },
  ],
  ['place 0, 0', { type: 'location', lat: 0, lng: 0 }, { text: '', location: { latitude: 0, longitude: 0 } }],
  ['place without numbers', { type: 'location', loc: 'x' }, /unreadable: a location without a place/],
  ['place outside the world', { type: 'location', lat: 91, lng: 0 }, /unreadable/],
  ['card', { type: 'vcard', body: CARD }, { text: 'Sipho Zulu: +27 83 111 2222' }],
  ['cards', { type: 'multi_vcard', vcardList: [{ vcard: CARD }, {}] }, { text: 'Sipho Zulu: +27 83 111 2222' }],
  ['cards without a list, for which the library throws', { type: 'multi_vcard' }, /unreadable: cards without content/],
  [
    'row of an old list',
    { type: 'list_response', body: 'Large', listResponse: { singleSelectReply: { selectedRowId: 'l' } } },
    { text: 'Large', choice: 'l' },
  ],
  ['old button', { type: 'buttons_response', body: 'Yes', selectedButtonId: 'y' }, { text: 'Yes', choice: 'y' }],
  [
    'button of a template',
    { type: 'template_button_reply', body: 'Yes', selectedId: 'y' },
    { text: 'Yes', choice: 'y' },
  ],
  ['button without a label', { type: 'buttons_response', selectedButtonId: 'y' }, { text: 'y', choice: 'y' }],
  ['button without anything', { type: 'buttons_response' }, /unreadable: a reply without an id/],
  ['order with a note', { type: 'order', body: 'Two, please', orderId: '1' }, { text: 'Two, please' }],
  ['product', { type: 'product', title: 'Shoes', productId: '1' }, { text: 'Shoes' }],
  ['list of a business', { type: 'list', body: 'Pick' }, { text: 'Pick' }],
  ['template of a business', { type: 'hsm', body: 'Hello' }, { text: 'Hello' }],
  ['interactive message', { type: 'interactive', body: 'Hello' }, { text: 'Hello' }],
  ['reply to an interactive message', { type: 'interactive_response', body: 'Yes' }, { text: 'Yes' }],
  ['form', { type: 'native_flow' }, /unreadable: a form/],
  ['payment', { type: 'payment' }, /unreadable: a payment/],
  ['poll', { type: 'poll_creation', pollName: 'Lunch?' }, /unreadable: a poll/],
  ['event', { type: 'scheduled_event_creation' }, /unreadable: an event/],
  ['event, newer', { type: 'event_creation', eventName: 'Party' }, /unreadable: an event/],
  ['invitation to a group', { type: 'groups_v4_invite' }, /unreadable: an invitation/],
  ['message that is too long', { type: 'oversized' }, /unreadable: .* too long/],
  ['unknown to WhatsApp Web', { type: 'unknown' }, /unreadable/],
  ['unknown to us', { type: 'hologram' }, /unreadable: a message of type "hologram"/],
  ['named like a property of every object', { type: 'constructor' }, /unreadable: .*"constructor"/],
  ['without a type', { body: 'x' }, /unreadable/],
  ['album, whose pictures come one by one', { type: 'album' }, /ignored: an album/],
  ['not decrypted yet', { type: 'ciphertext' }, /ignored: .* not decrypted yet/],
  ['never decrypted', { type: 'ciphertext_failed' }, /unreadable: .* could not be decrypted/],
  ['deleted', { type: 'revoked' }, /ignored: a deleted message/],
  ['reaction', { type: 'reaction', body: '👍' }, /ignored: a reaction/],
  ['call', { type: 'call_log' }, /ignored: a call/],
  ...[
    'broadcast_notification',
    'debug',
    'e2e_notification',
    'gp2',
    'group_notification',
    'notification',
    'notification_template',
    'protocol',
  ].map((type) => [`notice ${type}`, { type, body: 'x' }, /ignored: a notice/] as const),
];

/** Chats that are no conversation with one person. */
const PLACES: readonly (readonly [string, RegExp])[] = [
  ['120363@g.us', /ignored: a message of a group, quiet/],
  ['status@broadcast', /ignored: a status or a broadcast list, quiet/],
  ['1234@broadcast', /ignored: a status or a broadcast list, quiet/],
  ['120363@newsletter', /ignored: a message of a channel, quiet/],
  ['867051@bot', /ignored: a message of a bot/],
  ['0@c.us', /ignored: a notice of WhatsApp/],
  ['1@new.thing', /ignored: a message of the unknown place new\.thing/],
];

describe('whatsapp web: what comes in', () => {
  for (const [name, fields, outcome] of TABLE) {
    it(name, () => expectOutcome(raw(fields), outcome));
  }

  for (const [chat, outcome] of PLACES) {
    it(`a text in ${chat}`, () => expectOutcome(raw({ type: 'chat', body: 'Hi' }, chat), outcome));
  }

  it('a status that looks like a message', () => {
    expectOutcome(raw({ type: 'chat', body: 'Hi', isStatusV3: true }), /ignored: a status/);
  });

  it('names, time and chat are kept, the device is not part of the chat', () => {
    expect(pick(raw({ type: 'chat', body: 'Hi' }, '27821234567:12@s.whatsapp.net'))).to.deep.equal({
      id: 'false_27821234567:12@s.whatsapp.net_3EB0A1',
      chat: THANDI,
      own: false,
      type: 'chat',
      at: 1_795_219_200,
      text: 'Hi',
      name: 'Thandi',
      status: false,
    });
  });

  it('a chat that comes as an object is the same chat', () => {
    const key = { fromMe: false, remote: { server: 'c.us', user: '27821234567', _serialized: THANDI } };
    const object = raw({
      type: 'chat',
      body: 'Hi',
      id: { ...key, id: '3EB0A1', _serialized: `false_${THANDI}_3EB0A1` },
    });
    expect(pick(object)).to.include({ chat: THANDI, own: false });
  });

  it('an own message belongs to the chat it was sent to', () => {
    const own = raw({ id: { fromMe: true, _serialized: 'true_x_1' }, to: { _serialized: THANDI }, from: '1@c.us' });
    expect(pick(own)).to.include({ own: true, chat: THANDI });
  });

  for (const odd of [
    null,
    'text',
    7,
    [],
    {},
    { id: 'x' },
    { id: { _serialized: 5 } },
    { id: { _serialized: 'x' } },
    raw({ id: { _serialized: 'a'.repeat(600) } }),
  ]) {
    it(`a record that is none: ${JSON.stringify(odd)?.slice(0, 60)}`, () => {
      expect(pick(odd)).to.equal(null);
    });
  }
});

function expectOutcome(record: object, outcome: object | RegExp): void {
  const message = pick(record);
  if (message === null) throw new Error('the record was not read');
  const read = readMessage(message, link);
  if (!(outcome instanceof RegExp)) {
    expect(read).to.deep.equal({ kind: 'said', message: outcome });
    return;
  }
  const quiet = read.kind === 'ignored' && read.quiet === true ? ', quiet' : '';
  expect(read.kind === 'said' ? 'said' : `${read.kind}: ${read.what}${quiet}`).to.match(outcome);
}
