import type { Json } from '../../src/domain/json.ts';
import type { Media } from '../../src/domain/message.ts';
import { textAt } from '../../src/channel/fields.ts';

/** What each of Meta's kinds of files is here. */
const TYPES: Readonly<Record<string, Media['type']>> = {
  image: 'image',
  sticker: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'audio',
  document: 'document',
};

/**
 * A file that came in. Only Meta's id of it is used: an address in a payload is never trusted. Null when there is none, as
 * for files that Meta could not take.
 */
export function attachmentOf(type: string, file: Json | undefined, link: (id: string) => string): Media | null {
  const id = textAt(file, 'id');
  const kind = TYPES[type];
  if (kind === undefined || id === undefined || !isMediaId(id)) return null;
  const [caption, filename, mime] = [textAt(file, 'caption'), textAt(file, 'filename'), textAt(file, 'mime_type')];
  return {
    type: kind,
    url: link(id),
    ...(caption === undefined ? {} : { caption }),
    ...(filename === undefined ? {} : { filename }),
    ...(mime === undefined ? {} : { mime }),
  };
}

/** True for what can be one part of a path of the Graph API. */
export function isMediaId(text: string): boolean {
  return /^[\w-]{1,128}$/.test(text);
}
