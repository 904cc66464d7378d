import { isObject, own } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Files } from './files.ts';
import { parseWebUrl } from './url.ts';

/**
 * The body of a message, in which a file that this session has sent is described by what the server knows of it: so
 * `{ "media": { "url" } }` is enough, and nobody can say that a text is a picture.
 */
export async function described(files: Files, session: string, body: JsonObject): Promise<JsonObject> {
  const media = own(body, 'media');
  if (media === undefined || !isObject(media)) return body;
  const url = own(media, 'url');
  const path = typeof url === 'string' ? parseWebUrl(url)?.pathname : undefined;
  const id = /^\/files\/([^/]+)$/.exec(path ?? '')?.[1] ?? '';
  const found = files.isOf(session, id) ? await files.find(id) : null;
  if (found === null) return body;
  const { type, mime, filename } = found;
  return { ...body, media: { ...media, type, mime, filename } };
}
