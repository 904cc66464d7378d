import { once } from 'node:events';
import type { Response } from 'express';

/** Kinds of files that a browser may show by itself: no scripts in them. */
const SHOWN = /^(?:image\/(?:jpeg|png|webp|gif)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

/** The headers of a file that came in. `type` is what its place says it is; parameters such as a codec are left out. */
export function fileHeaders(type: string): Record<string, string> {
  const [kind = ''] = type.split(';').map((part) => part.trim());
  const shown = SHOWN.test(kind);
  return {
    'Content-Type': shown ? kind : 'application/octet-stream',
    ...(shown ? {} : { 'Content-Disposition': 'attachment' }),
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, max-age=300',
  };
}

/** Passes a file on while it comes in. One that turns out to be over `most` bytes is broken off, so that whoever fetches it notices. */
export async function passFile(
  body: AsyncIterable<Uint8Array>,
  type: string,
  most: number,
  response: Response,
): Promise<void> {
  response.status(200).set(fileHeaders(type));
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > most || response.destroyed) break;
    if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  if (size > most) response.destroy();
  else response.end();
}
