import { isObject, own } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { parseJson } from '../../src/domain/parse-json.ts';
import type { Inbound } from '../../src/domain/message.ts';
import { listAt, numberAt, textAt } from '../../src/channel/fields.ts';
import { attachmentOf } from './attachment.ts';
import { phoneIn } from './sender.ts';

/** What a message of Meta is for us. */
export type Read =
  | { readonly kind: 'said'; readonly message: Inbound }
  /** Something that cannot be shown to a flow: a flow that waits may ask again, others hear nothing. */
  | { readonly kind: 'unreadable'; readonly what: string }
  | { readonly kind: 'moved'; readonly from: string; readonly to: string }
  /** Nothing to answer, by rule; the log says so. */
  | { readonly kind: 'ignored'; readonly what: string; readonly level?: 'warn' };

/** Makes an address by which a file of Meta can be fetched from this server. */
export type Link = (mediaId: string) => string;

type Reader = (message: JsonObject, link: Link) => Read;

/** Longest text that is kept, in UTF-16 units; WhatsApp's own limit is 4,096 characters. */
const MAX_TEXT = 16_384;

/** One row per type that Meta documents; everything else is unreadable. */
const READERS: Readonly<Record<string, Reader>> = {
  text: (message) => said(textAt(own(message, 'text'), 'body'), 'a text without text'),
  image: media,
  video: media,
  audio: media,
  voice: media,
  document: media,
  sticker: media,
  location,
  contacts: (message) => said(listAt(message, 'contacts').map(cardLine).filter(Boolean).join('\n'), 'an empty card'),
  interactive,
  button: (message) => picked(own(message, 'button'), 'payload', 'text'),
  order,
  system,
  reaction: () => ({ kind: 'ignored', what: 'a reaction' }),
  edit: () => ({ kind: 'ignored', what: 'an edit of an earlier message' }),
  revoke: () => ({ kind: 'ignored', what: 'the deletion of an earlier message' }),
  request_welcome: () => ({ kind: 'ignored', what: 'an opened chat' }),
  ephemeral: () => ({ kind: 'ignored', what: 'a disappearing message, which Meta does not pass on' }),
  call: () => ({ kind: 'ignored', what: 'a call' }),
  unsupported,
};

/** Reads one message, whatever its shape; never throws. */
export function readMessage(message: JsonObject, link: Link): Read {
  const type = textAt(message, 'type') ?? 'unknown';
  if (textAt(message, 'group_id') !== undefined) return { kind: 'ignored', what: 'a message of a group' };
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  return reader === undefined ? { kind: 'unreadable', what: `a message of type "${type}"` } : reader(message, link);
}

function said(text: string | undefined, otherwise: string, more: Partial<Inbound> = {}): Read {
  if (text === undefined || text === '') return { kind: 'unreadable', what: otherwise };
  return { kind: 'said', message: { text: text.slice(0, MAX_TEXT), ...more } };
}

function media(message: JsonObject, link: Link): Read {
  const type = textAt(message, 'type') ?? '';
  const file = own(message, type) ?? (type === 'voice' ? own(message, 'audio') : undefined);
  const attachment = attachmentOf(type, file, link);
  if (attachment === null) return said(textAt(file, 'caption'), `${type} without a file`);
  return { kind: 'said', message: { text: attachment.caption ?? '', attachments: [attachment] } };
}

/** 0 is a place like any other. */
function location(message: JsonObject): Read {
  const place = own(message, 'location');
  const [latitude, longitude] = [numberAt(place, 'latitude'), numberAt(place, 'longitude')];
  if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
    return { kind: 'unreadable', what: 'a location without a place' };
  const [name, address] = [textAt(place, 'name'), textAt(place, 'address')];
  const labels = { ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) };
  const text = [name, address].filter((part) => part !== undefined).join(', ');
  return { kind: 'said', message: { text, location: { latitude, longitude, ...labels } } };
}

function interactive(message: JsonObject): Read {
  const reply = own(message, 'interactive');
  const type = textAt(reply, 'type') ?? '';
  if (type === 'button_reply' || type === 'list_reply') return picked(own(reply, type), 'id', 'title');
  if (type !== 'nfm_reply') return { kind: 'unreadable', what: 'an interactive reply of an unknown kind' };
  const form = own(reply, type);
  const values = parseJson(textAt(form, 'response_json') ?? '');
  return said(isObject(values) ? JSON.stringify(values) : textAt(form, 'body'), 'an empty form');
}

/** What was pressed: the id is the choice, the label the text; either can be missing, one has to be there. */
function picked(reply: Json | undefined, id: string, label: string): Read {
  const [choice, text] = [textAt(reply, id), textAt(reply, label)];
  return said(text ?? choice, 'a reply without an id', choice === undefined ? {} : { choice });
}

function order(message: JsonObject): Read {
  const basket = own(message, 'order');
  const lines = listAt(basket, 'product_items').map((item) => {
    const price = [textAt(item, 'item_price'), textAt(item, 'currency')].filter(Boolean).join(' ');
    return `${textAt(item, 'quantity') ?? '1'} × ${textAt(item, 'product_retailer_id') ?? '?'}${price && ` (${price})`}`;
  });
  return said([textAt(basket, 'text'), ...lines].filter(Boolean).join('\n'), 'an empty order');
}

function cardLine(card: Json): string {
  const name = own(card, 'name');
  const parts = [textAt(name, 'first_name'), textAt(name, 'last_name')].filter(Boolean).join(' ');
  const phones = listAt(card, 'phones').map((phone) => textAt(phone, 'phone') ?? textAt(phone, 'wa_id'));
  return [textAt(name, 'formatted_name') ?? parts, phones.filter(Boolean).join(', ')].filter(Boolean).join(': ');
}

function system(message: JsonObject): Read {
  const notice = own(message, 'system');
  const type = textAt(notice, 'type') ?? '';
  if (type === 'customer_identity_changed')
    return { kind: 'ignored', what: 'a notice that the phone or WhatsApp of a contact is new', level: 'warn' };
  const from = phoneIn(textAt(message, 'from')) ?? phoneIn(textAt(notice, 'customer'));
  const to = phoneIn(textAt(notice, 'new_wa_id')) ?? phoneIn(textAt(notice, 'wa_id'));
  const changed = type === 'user_changed_number' || type === 'customer_changed_number';
  if (changed && from !== undefined && to !== undefined && from !== to) return { kind: 'moved', from, to };
  return { kind: 'ignored', what: `a system notice of type "${type}"` };
}

function unsupported(message: JsonObject): Read {
  const [error] = listAt(message, 'errors');
  const [inner, code] = [textAt(own(message, 'unsupported'), 'type'), textAt(error, 'code')];
  if (inner === 'edit' || inner === 'revoke') return { kind: 'ignored', what: `a message of type "${inner}"` };
  const why = code === undefined ? '' : ` (${code})`;
  return {
    kind: 'unreadable',
    what: `a message that Meta does not pass on${inner === undefined ? '' : `, ${inner}`}${why}`,
  };
}
