import type { IncomingMessage } from 'node:http';
import { ParleyError } from '../../src/domain/error.ts';

/** Meta's webhooks have at most 3 MB. */
export const MAX_BODY = 3 * 1024 * 1024;

/** The bytes of a request as they came, which is what was signed. Refuses more than 3 MB. */
export function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY) chunks.push(chunk);
      else {
        // The rest is read and dropped, or the sender would not see the answer.
        chunks.length = 0;
        reject(new ParleyError('too_large', 'the body is over 3 MB'));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => reject(new ParleyError('bad_request', 'the body broke off')));
  });
}
