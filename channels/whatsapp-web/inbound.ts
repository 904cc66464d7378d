import type { Inbound, Media } from '../../src/domain/message.ts';
import { cardLine } from './card.ts';
import type { WebMessage } from './message.ts';

/** What a message of WhatsApp is for us. */
export type Read =
  | { readonly kind: 'said'; readonly message: Inbound }
  /** Something that cannot be shown to a flow: a flow that waits may ask again, others hear nothing. */
  | { readonly kind: 'unreadable'; readonly what: string }
  /** Nothing to answer, by rule. `quiet`: not even for the log, because there are too many. */
  | { readonly kind: 'ignored'; readonly what: string; readonly quiet?: true };

/** Makes an address by which the file of a message can be fetched from this server. */
export type Link = (messageId: string) => string;

type Reader = (message: WebMessage, link: Link) => Read;

const unreadable =
  (what: string): Reader =>
  () => ({ kind: 'unreadable', what });
const ignored =
  (what: string): Reader =>
  () => ({ kind: 'ignored', what });

/** A message of a business, of which only the words can be used. */
const wordsOf =
  (what: string): Reader =>
  ({ text }) =>
    said(text, what);

/** One row per type that WhatsApp Web has; everything else is unreadable. */
const READERS: Readonly<Record<string, Reader>> = {
  chat: ({ text }) => said(text, 'a text without text'),
  image: file('image'),
  sticker: file('image'),
  video: file('video'),
  gif: file('video'),
  audio: file('audio'),
  ptt: file('audio'),
  document: file('document'),
  location,
  vcard: ({ cards = [] }) => said(lines(cards), 'an empty card'),
  multi_vcard: ({ cards = [] }) => said(lines(cards), 'cards without content'),
  list_response: picked,
  buttons_response: picked,
  template_button_reply: picked,
  order: wordsOf('an order'),
  product: wordsOf('a product'),
  list: wordsOf('a list'),
  hsm: wordsOf('a template'),
  interactive: wordsOf('an interactive message'),
  interactive_response: picked,
  native_flow: wordsOf('a form'),
  payment: unreadable('a payment'),
  poll_creation: unreadable('a poll'),
  scheduled_event_creation: unreadable('an event'),
  event_creation: unreadable('an event'),
  groups_v4_invite: unreadable('an invitation to a group'),
  oversized: unreadable('a message that is too long for WhatsApp Web'),
  unknown: unreadable('a message that WhatsApp Web does not know'),
  ciphertext_failed: unreadable('a message that could not be decrypted'),
  // Its pictures come as messages of their own.
  album: ignored('an album'),
  // The text comes later, under the same id.
  ciphertext: ignored('a message that is not decrypted yet'),
  revoked: ignored('a deleted message'),
  reaction: ignored('a reaction'),
  call_log: ignored('a call'),
  broadcast_notification: ignored('a notice'),
  debug: ignored('a notice'),
  e2e_notification: ignored('a notice of encryption'),
  gp2: ignored('a notice of a group'),
  group_notification: ignored('a notice of a group'),
  notification: ignored('a notice'),
  notification_template: ignored('a notice'),
  protocol: ignored('a notice'),
};

/** Places that are no conversation with one person. */
const PLACES: Readonly<Record<string, string>> = {
  'g.us': 'a message of a group',
  broadcast: 'a status or a broadcast list',
  newsletter: 'a message of a channel',
  bot: 'a message of a bot of WhatsApp',
};

/** Reads one message, whatever its shape; never throws. */
export function readMessage(message: WebMessage, link: Link): Read {
  const server = message.chat.split('@')[1] ?? '';
  const place = Object.hasOwn(PLACES, server) ? PLACES[server] : undefined;
  if (place !== undefined) return { kind: 'ignored', what: place, quiet: true };
  if (message.status) return { kind: 'ignored', what: 'a status', quiet: true };
  // 0 is WhatsApp itself, with tips and notices.
  if (message.chat === '0@c.us') return { kind: 'ignored', what: 'a notice of WhatsApp' };
  if (server !== 'c.us' && server !== 'lid')
    return { kind: 'ignored', what: `a message of the unknown place ${server}` };
  const reader = Object.hasOwn(READERS, message.type) ? READERS[message.type] : undefined;
  if (reader === undefined) return { kind: 'unreadable', what: `a message of type "${message.type.slice(0, 40)}"` };
  return reader(message, link);
}

function said(text: string, otherwise: string, more: Partial<Inbound> = {}): Read {
  return text.trim() === '' ? { kind: 'unreadable', what: otherwise } : { kind: 'said', message: { text, ...more } };
}

/** A file that can be had is an attachment. One to be seen once, or that is gone, may still have a caption. */
function file(type: Media['type']): Reader {
  return (message, link) => {
    const { file: facts, text, id } = message;
    if (facts === undefined) return said(text, `a file of type "${message.type}" that only the phone can show`);
    const { mime, filename } = facts;
    const attachment: Media = {
      type,
      url: link(id),
      ...(text === '' ? {} : { caption: text }),
      ...(filename === undefined ? {} : { filename }),
      ...(mime === undefined ? {} : { mime }),
    };
    return { kind: 'said', message: { text, attachments: [attachment] } };
  };
}

/** The label has the name in its first line, the address in the others. */
function location({ place }: WebMessage): Read {
  if (place === undefined || Math.abs(place.latitude) > 90 || Math.abs(place.longitude) > 180)
    return { kind: 'unreadable', what: 'a location without a place' };
  const [name = '', ...rest] = (place.label ?? '').split('\n').map((line) => line.trim());
  const address = rest.filter((line) => line !== '').join(', ');
  const labels = { ...(name === '' ? {} : { name }), ...(address === '' ? {} : { address }) };
  const text = [name, address].filter((part) => part !== '').join(', ');
  const { latitude, longitude } = place;
  return { kind: 'said', message: { text, location: { latitude, longitude, ...labels } } };
}

function picked({ text, choice }: WebMessage): Read {
  return said(text === '' ? (choice ?? '') : text, 'a reply without an id', choice === undefined ? {} : { choice });
}

function lines(cards: readonly string[]): string {
  return cards
    .map(cardLine)
    .filter((line) => line !== '')
    .join('\n');
}
