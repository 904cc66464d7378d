import type { IncomingMessage } from 'node:http';
import { readBytes } from '../../src/channel/body.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { isObject } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { parseJson } from '../../src/domain/parse-json.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** The JSON object a request carries; no body at all counts as `{}`. Refuses anything else, and more than 64 KB. */
export async function readObject(request: IncomingMessage): Promise<JsonObject> {
  const text = decode(await readBytes(request, MAX_BODY_BYTES));
  if (text.trim() === '') return {};
  const value = parseJson(text);
  if (value === undefined) throw new ParleyError('bad_request', 'the body is not valid JSON');
  if (!isObject(value)) throw new ParleyError('bad_request', 'the body must be a JSON object');
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ParleyError('bad_request', 'the body is not UTF-8 text');
  }
}
