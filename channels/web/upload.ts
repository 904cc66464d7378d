import type { Request, Response } from 'express';
import type { FileHandle } from 'node:fs/promises';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { ParleyError } from '../../src/domain/error.ts';
import type { Media } from '../../src/domain/message.ts';
import type { Files } from './files.ts';
import { safeName } from './filename.ts';
import { originOf, param, sendJson } from './http.ts';
import { HEAD_BYTES, TAKEN, TextTest, inWords, kindOf } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { sessionOf } from './session.ts';
import { readSettings } from './settings.ts';

/**
 * `POST /api/chat/:session/uploads`: takes a file as the body (`Content-Type`, and `X-Filename` in percent-encoded
 * UTF-8) and answers the `media` that a message of this session may then carry.
 */
export async function upload(host: ChannelHost, files: Files, request: Request, response: Response): Promise<void> {
  const { id: session } = await sessionOf(host, param(request, 'session'));
  const { uploadMax, publicUrl } = readSettings(host.env);
  if (uploadMax === 0) throw new ParleyError('not_found', 'this server takes no files', 'UPLOAD_MAX sets how large.');
  const declared = (request.get('content-type') ?? '').toLowerCase();
  const [id, facts] = await files.keep(session, async (file) => {
    const kind = await receive(request, file, uploadMax, declared);
    return { ...kind, filename: safeName(request.get('x-filename'), kind) };
  });
  const media: Media = { ...facts, url: `${publicUrl ?? originOf(request)}/files/${id}` };
  sendJson(response, 201, { media });
}

/** Writes the body to the file while it comes in, and answers what it is. */
async function receive(request: Request, file: FileHandle, max: number, declared: string): Promise<Kind> {
  const text = new TextTest();
  let head = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.length;
    // A sender that is still sending would not see the answer, so a little more than is allowed is read and dropped.
    if (size > 2 * max + 1_000_000) break;
    if (size > max) continue;
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
    text.add(chunk);
    await file.appendFile(chunk);
  }
  if (size > max) throw new ParleyError('too_large', `the file is over ${inWords(max)}`, 'Send a smaller one.');
  if (size === 0)
    throw new ParleyError('bad_request', 'the file is empty', 'Send the file as the body of the request.');
  const kind = kindOf(head, text.verdict(), declared);
  if (kind !== null) return kind;
  throw new ParleyError('bad_request', 'files of this kind are not taken', `What is taken: ${TAKEN}.`);
}

async function* chunksOf(request: Request): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch {
    throw new ParleyError('bad_request', 'the file broke off');
  }
}
