import type { IncomingMessage } from 'node:http';
import { ParleyError } from '../domain/error.ts';

const MB = 1024 * 1024;

/** The bytes of a request as they came, which is what was signed. Refuses more than so many. */
export function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else {
        // The rest is read and dropped: a sender that is still busy sending would not see the answer otherwise.
        chunks.length = 0;
        const limit = most >= MB ? `${most / MB} MB` : `${most / 1024} KB`;
        reject(new ParleyError('too_large', `the body is over ${limit}`));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => reject(new ParleyError('bad_request', 'the body broke off')));
  });
}
