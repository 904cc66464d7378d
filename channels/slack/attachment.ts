import { own } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Media } from '../../src/domain/message.ts';
import { textAt } from './fields.ts';

/** Makes an address by which a file of Slack can be fetched from this server. */
export type FileLink = (fileId: string) => string;

/** Modes of files that cannot be had: deleted ones, and those a free plan has locked away. */
const GONE: ReadonlySet<string> = new Set(['tombstone', 'hidden_by_limit']);

/**
 * A file of a message. Slack gives its files to whoever has the token, so the address is one of ours; files that are only
 * linked in Slack keep the address they have elsewhere. Null when there is nothing to fetch.
 */
export function attachmentOf(file: JsonObject, link: FileLink): Media | null {
  if (GONE.has(textAt(file, 'mode') ?? '') || textAt(file, 'file_access') === 'access_denied') return null;
  const url = addressOf(file, link);
  if (url === null) return null;
  const mime = textAt(file, 'mimetype');
  const filename = textAt(file, 'name') ?? textAt(file, 'title');
  return {
    type: typeOf(mime ?? ''),
    url,
    ...(filename === undefined ? {} : { filename }),
    ...(mime === undefined ? {} : { mime }),
  };
}

/** True for what can be one part of a path. */
export function isFileId(text: string): boolean {
  return /^F[A-Z0-9]{1,32}$/.test(text);
}

function addressOf(file: JsonObject, link: FileLink): string | null {
  const id = textAt(file, 'id');
  if (own(file, 'is_external') !== true) return id === undefined || !isFileId(id) ? null : link(id);
  const elsewhere = textAt(file, 'external_url') ?? textAt(file, 'url_private');
  return elsewhere !== undefined && /^https?:\/\//i.test(elsewhere) ? elsewhere : null;
}

function typeOf(mime: string): Media['type'] {
  const [kind] = mime.split('/');
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document';
}
