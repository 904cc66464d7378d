import type { Request, Response } from 'express';
import { ParleyError } from '../../src/domain/error.ts';
import type { Files } from './files.ts';
import { param } from './http.ts';

/** `GET /files/:id`: a file of a visitor, to be kept and not to be run: no browser may take it for a page of ours. */
export async function download(files: Files, request: Request, response: Response): Promise<void> {
  const found = await files.find(param(request, 'id'));
  if (found === null) throw new ParleyError('not_found', 'there is no such file', 'It may have been past its time.');
  response.attachment(found.filename).set({
    'Content-Type': found.mime === 'text/plain' ? 'text/plain; charset=utf-8' : found.mime,
    'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'Cache-Control': 'private, max-age=3600, no-transform',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
  });
  await new Promise<void>((resolve, reject) => {
    response.sendFile(found.path, { root: files.folder, cacheControl: false, dotfiles: 'allow' }, (error) => {
      // Whoever hangs up in the middle has done nothing wrong.
      if (error === undefined || response.headersSent) resolve();
      else reject(new ParleyError('not_found', 'there is no such file'));
    });
  });
}
