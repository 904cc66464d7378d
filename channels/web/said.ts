import { ParleyError } from '../../src/domain/error.ts';
import { isObject, own } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { Inbound, Media } from '../../src/domain/message.ts';
import { webUrl } from './url.ts';

const MAX_TEXT_BYTES = 16 * 1024;
const MAX_ID = 200;
const MAX_CHOICE = 1000;
const MAX_URL = 2048;
const MEDIA_TYPES = ['image', 'audio', 'video', 'document'] as const;

/** What a visitor says, and the id that makes it count once, if the client gave one. */
export interface Said {
  readonly id?: string;
  readonly message: Inbound;
}

/** Reads the body of a message; throws `bad_request` naming the field that is wrong. */
export function readSaid(body: JsonObject): Said {
  const given = ['text', 'choice', 'media'].filter((name) => own(body, name) !== undefined);
  if (given.length !== 1) throw new ParleyError('bad_request', 'give exactly one of `text`, `choice` and `media`');
  const id = optional(body, 'id', MAX_ID);
  return { ...(id === undefined ? {} : { id }), message: readMessage(body) };
}

function readMessage(body: JsonObject): Inbound {
  const choice = optional(body, 'choice', MAX_CHOICE);
  if (choice !== undefined) return { text: choice, choice };
  const media = own(body, 'media');
  if (media === undefined) return { text: readText(own(body, 'text'), 'text') };
  const attachment = readMedia(media);
  return { text: attachment.caption ?? '', attachments: [attachment] };
}

function readMedia(value: Json): Media {
  if (!isObject(value)) throw new ParleyError('bad_request', '`media` must be an object with `type` and `url`');
  const type = MEDIA_TYPES.find((each) => each === own(value, 'type'));
  if (type === undefined)
    throw new ParleyError('bad_request', `\`media.type\` must be one of ${MEDIA_TYPES.join(', ')}`);
  const url = webUrl(optional(value, 'url', MAX_URL, 'media.'));
  if (url === undefined) throw new ParleyError('bad_request', '`media.url` must be an absolute http(s) URL');
  const caption = own(value, 'caption');
  const filename = optional(value, 'filename', MAX_ID, 'media.');
  const mime = optional(value, 'mime', MAX_ID, 'media.');
  return {
    type,
    url,
    ...(caption === undefined ? {} : { caption: readText(caption, 'media.caption') }),
    ...(filename === undefined ? {} : { filename }),
    ...(mime === undefined ? {} : { mime }),
  };
}

function readText(value: Json | undefined, field: string): string {
  if (typeof value !== 'string') throw new ParleyError('bad_request', `\`${field}\` must be a string`);
  if (value.trim() === '') throw new ParleyError('bad_request', `\`${field}\` must not be empty`);
  if (Buffer.byteLength(value) <= MAX_TEXT_BYTES) return value;
  throw new ParleyError('too_large', `\`${field}\` is over ${MAX_TEXT_BYTES / 1024} KB`);
}

function optional(body: JsonObject, name: string, max: number, prefix = ''): string | undefined {
  const value = own(body, name);
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= max) return value;
  throw new ParleyError('bad_request', `\`${prefix}${name}\` must be a string of 1 to ${max} characters`);
}
