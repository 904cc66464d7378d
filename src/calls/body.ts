import { promisify, TextDecoder } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import type { Json } from '../domain/json.ts';
import { cleanText, parseJson } from '../domain/parse-json.ts';
import { TooLarge, Unreadable } from './failure.ts';

/** Bytes of a response that are taken, before and after decompression. */
export const MAX_BODY = 256 * 1024;

/** The whole body as text every store can hold. Throws `TooLarge` or `Unreadable`. */
export async function readBody(body: Buffer, encoding: string, contentType: string): Promise<string> {
  const bytes = await decompress(body, encoding);
  return cleanText(decoderFor(bytes, contentType).decode(bytes));
}

/** The body as JSON when its type says so or it looks like it; undefined when it is not JSON or is over the limits. */
export function bodyJson(text: string, contentType: string): Json | undefined {
  const likely = /[/+]json\b/i.test(contentType) || /^\s*[[{]/.test(text);
  return likely ? parseJson(text) : undefined;
}

const inflaters = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
  raw: promisify(inflateRaw),
};

async function decompress(bytes: Buffer, encoding: string): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (bytes.length === 0 || name === '' || name === 'identity') return bytes;
  if (name === 'gzip' || name === 'x-gzip' || name === 'br') return await expand(bytes, name);
  if (name === 'deflate') return await expand(bytes, isZlib(bytes) ? 'deflate' : 'raw');
  throw new Unreadable('The answer is compressed in a way that this server cannot read.');
}

/** Stops while inflating as soon as the limit is passed. */
async function expand(bytes: Buffer, how: keyof typeof inflaters): Promise<Buffer> {
  try {
    return await inflaters[how](bytes, { maxOutputLength: MAX_BODY });
  } catch (error) {
    if (error instanceof RangeError) throw new TooLarge('The answer, decompressed,');
    throw new Unreadable('The answer is compressed, and the compressed data is damaged or cut off.');
  }
}

/** Some servers send `deflate` without the zlib header, which tells itself by its first byte. */
function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}

/** A byte order mark outranks the declared charset, and what neither names is UTF-8. */
function decoderFor(bytes: Buffer, contentType: string): TextDecoder {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return new TextDecoder('utf-16le');
  if (mark === 'feff') return new TextDecoder('utf-16be');
  if (bytes.subarray(0, 3).toString('hex') === 'efbbbf') return new TextDecoder();
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
