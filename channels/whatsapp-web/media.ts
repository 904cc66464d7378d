import type { Request, Response } from 'express';
import { passFile } from '../../src/channel/pass-file.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { MAX_FILE } from './files.ts';
import type { Files } from './files.ts';
import type { Link } from './inbound.ts';
import type { Links } from './links.ts';
import { WebFault } from './protocol.ts';
import type { Remote } from './remote.ts';

/** Where files that came in can be fetched. */
export const MEDIA_PATH = '/channels/whatsapp-web/media';

/** Makes addresses of files, by the id of their message. */
export function mediaLinks(publicUrl: string, links: Links): Link {
  return (id) => `${publicUrl}${MEDIA_PATH}/${encodeURIComponent(id)}?signature=${links.sign(`media ${id}`)}`;
}

/** What passing on files needs. */
export interface MediaParts {
  readonly links: Links;
  readonly remote: Pick<Remote, 'fetch'>;
  readonly files: Pick<Files, 'path' | 'read' | 'drop'>;
}

/** `GET /channels/whatsapp-web/media/:id`: has the phone's file fetched when somebody asks for it. */
export async function serveMedia(parts: MediaParts, request: Request, response: Response): Promise<void> {
  const id = String(request.params['id']);
  const given = new URL(request.originalUrl, 'http://parley').searchParams.get('signature') ?? '';
  if (!parts.links.isSigned(`media ${id}`, given))
    throw new ParleyError('not_found', 'there is no such file', 'Use the address exactly as it came.');
  const path = parts.files.path();
  try {
    const { mime } = await parts.remote.fetch(id, path, MAX_FILE).catch((error: unknown) => {
      throw error instanceof WebFault ? answerTo(error) : error;
    });
    await passFile(parts.files.read(path), mime, MAX_FILE, response);
  } finally {
    await parts.files.drop(path);
  }
}

function answerTo({ code, message }: WebFault): ParleyError {
  if (code === 'too_large') return new ParleyError('too_large', `the file is over ${MAX_FILE / 1024 / 1024} MB`);
  if (code === 'away' || code === 'late') return new ParleyError('busy', message);
  return new ParleyError('not_found', 'WhatsApp does not give this file', 'WhatsApp keeps files for some weeks only.');
}
