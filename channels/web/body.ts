import type { IncomingMessage } from 'node:http';
import { ParleyError } from '../../src/domain/error.ts';
import { isObject } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { parseJson } from '../../src/domain/parse-json.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** The JSON object a request carries; no body at all counts as `{}`. Refuses anything else, and more than 64 KB. */
export async function readObject(request: IncomingMessage): Promise<JsonObject> {
  const text = decode(await readBytes(request));
  if (text.trim() === '') return {};
  const value = parseJson(text);
  if (value === undefined) throw new ParleyError('bad_request', 'the body is not valid JSON');
  if (!isObject(value)) throw new ParleyError('bad_request', 'the body must be a JSON object');
  return value;
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        // The rest is read and dropped: a sender that is still busy sending would not see the answer otherwise.
        chunks.length = 0;
        reject(new ParleyError('too_large', `the body is over ${MAX_BODY_BYTES / 1024} KB`));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => reject(new ParleyError('bad_request', 'the body broke off')));
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ParleyError('bad_request', 'the body is not UTF-8 text');
  }
}
