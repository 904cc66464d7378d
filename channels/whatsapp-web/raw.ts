// Reads WhatsApp's own records of messages, in the child, whatever their shape.
import { isObject, own } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { listAt, numberAt, textAt } from '../../src/channel/fields.ts';
import type { WebMessage } from './message.ts';

/** Longest text that is kept, in UTF-16 units; WhatsApp's own limit is 65,536. */
const MAX_TEXT = 16_384;

/** Longest card that is kept: many have a picture inside. */
const MAX_CARD = 16_384;

/** A record of WhatsApp as a message, or null when it lacks an id or a chat. Never throws. */
export function pick(raw: unknown): WebMessage | null {
  if (!isObject(raw)) return null;
  const key = own(raw, 'id');
  const id = textAt(key, '_serialized');
  const mine = own(key, 'fromMe') === true;
  const chat = widAt(key, 'remote') ?? widAt(raw, mine ? 'to' : 'from');
  if (id === undefined || id.length > 512 || chat === undefined) return null;
  const hasFile = textAt(raw, 'directPath') !== undefined;
  return {
    id,
    chat: chatOf(chat),
    own: mine,
    type: textAt(raw, 'type') ?? 'unknown',
    at: numberAt(raw, 't') ?? 0,
    text: textOf(raw, hasFile),
    status: own(raw, 'isStatusV3') === true || chat === 'status@broadcast',
    ...given({ subtype: textAt(raw, 'subtype'), name: textAt(raw, 'notifyName'), choice: choiceOf(raw) }),
    ...(hasFile ? { file: fileOf(raw) } : {}),
    ...placeOf(raw),
    ...cardsOf(raw),
  };
}

/** WhatsApp's names of a chat, without the device and in the newer spelling. */
export function chatOf(wid: string): string {
  const [user = '', server = ''] = wid.split('@');
  return `${user.replace(/:\d+$/, '')}@${server === 's.whatsapp.net' ? 'c.us' : server}`;
}

/** The body of a picture is a small picture, so only its caption is text. */
function textOf(raw: JsonObject, hasFile: boolean): string {
  const titles = ['pollName', 'eventName', 'title'].map((name) => textAt(raw, name));
  const texts = hasFile ? [] : [textAt(raw, 'body'), ...titles];
  const text = textAt(raw, 'caption') ?? texts.find((one) => one !== undefined) ?? '';
  return text.slice(0, MAX_TEXT);
}

function fileOf(raw: JsonObject): NonNullable<WebMessage['file']> {
  const size = numberAt(raw, 'size');
  const texts = given({ mime: textAt(raw, 'mimetype'), filename: textAt(raw, 'filename') });
  return { ...texts, ...(size === undefined ? {} : { size }) };
}

/** 0 is a place like any other. */
function placeOf(raw: JsonObject): Pick<WebMessage, 'place'> {
  const [latitude, longitude] = [numberAt(raw, 'lat'), numberAt(raw, 'lng')];
  if (textAt(raw, 'type') !== 'location' || latitude === undefined || longitude === undefined) return {};
  return { place: { latitude, longitude, ...given({ label: textAt(raw, 'loc') }) } };
}

function cardsOf(raw: JsonObject): Pick<WebMessage, 'cards'> {
  const type = textAt(raw, 'type');
  const cards =
    type === 'vcard' ? [textAt(raw, 'body')] : listAt(raw, 'vcardList').map((card) => textAt(card, 'vcard'));
  if (type !== 'vcard' && type !== 'multi_vcard') return {};
  return { cards: cards.filter((card) => card !== undefined).map((card) => card.slice(0, MAX_CARD)) };
}

/** The id of what was pressed, of old messages with buttons or lists. */
function choiceOf(raw: JsonObject): string | undefined {
  const row = own(own(raw, 'listResponse'), 'singleSelectReply');
  return textAt(raw, 'selectedButtonId') ?? textAt(raw, 'selectedId') ?? textAt(row, 'selectedRowId');
}

/** Ids come as text, or as an object that has the text inside. */
function widAt(value: Json | undefined, key: string): string | undefined {
  return textAt(value, key) ?? textAt(own(value, key), '_serialized');
}

/** The fields that have a value. */
function given<K extends string>(fields: Readonly<Record<K, string | undefined>>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, string>
  >;
}
