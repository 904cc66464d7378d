import { createHmac } from 'node:crypto';
import type { Request, Response } from 'express';
import { passFile } from '../../src/channel/pass-file.ts';
import { isSame } from '../../src/channel/same.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { numberAt, textAt } from '../../src/channel/fields.ts';
import type { Graph } from './graph.ts';
import { isMediaId } from './attachment.ts';

/** Where files that came in can be fetched. */
export const MEDIA_PATH = '/channels/whatsapp-cloud/media';

/** Largest file that is passed on; WhatsApp's own limit for documents. */
const MAX_FILE = 100 * 1024 * 1024;

/** The address of a file that came in. Nobody can make one who does not know the app secret. */
export function mediaLink(publicUrl: string, secret: string, id: string): string {
  return `${publicUrl}${MEDIA_PATH}/${id}?signature=${sign(secret, id)}`;
}

/** `GET /channels/whatsapp-cloud/media/:id`: passes a file of Meta on to whoever has its signed address. */
export async function serveMedia(
  graph: Graph,
  secrets: readonly string[],
  request: Request,
  response: Response,
): Promise<void> {
  const id = String(request.params['id']);
  const given = new URL(request.originalUrl, 'http://parley').searchParams.get('signature') ?? '';
  if (!isMediaId(id) || !secrets.some((secret) => isSame(given, sign(secret, id))))
    throw new ParleyError('not_found', 'there is no such file', 'Use the address exactly as it came.');
  const known = await graph.media(id);
  const url = known.kind === 'answered' && known.status === 200 ? textAt(known.json, 'url') : undefined;
  if (url === undefined || known.kind !== 'answered')
    throw new ParleyError('not_found', 'Meta does not give this file', 'Meta keeps files for a few days only.');
  if (!graph.isOurs(url)) throw new ParleyError('not_found', 'Meta names an address that is not its own');
  if ((numberAt(known.json, 'file_size') ?? 0) > MAX_FILE)
    throw new ParleyError('too_large', 'the file is over 100 MB');
  const type = textAt(known.json, 'mime_type') ?? '';
  const answer = await graph.file(url, ({ body }) => passFile(body, type, MAX_FILE, response));
  if (!response.headersSent) throw new ParleyError('not_found', `Meta does not give this file (${reasonOf(answer)})`);
}

function reasonOf(answer: { readonly kind: string; readonly status?: number; readonly reason?: string }): string {
  return answer.reason ?? `HTTP ${answer.status ?? ''}`;
}

function sign(secret: string, id: string): string {
  return createHmac('sha256', secret).update(`media ${id}`).digest('base64url');
}
