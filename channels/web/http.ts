import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { ChannelHost, Receipt } from '../../src/channel/channel.ts';
import { ParleyError, messageOf } from '../../src/domain/error.ts';

/** A route of this channel; what it throws becomes an answer in the house's error shape. */
export type Handler = (request: Request, response: Response) => Promise<void>;

/** A request, and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers JSON that nobody may keep: chats are private. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  // Written at once and without an ETag, which nobody could use.
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  response.end(text);
}

/** Wraps a handler: expected faults are told to the caller, bugs are logged and told as `internal`. */
export function route(host: ChannelHost, handler: Handler): Handler {
  return (request, response) => answering(host, response, () => handler(request, response));
}

/** Answers a request; whatever is thrown meanwhile is its answer. Never rejects. */
export async function answering(
  host: ChannelHost,
  response: ServerResponse,
  answer: () => Promise<void>,
): Promise<void> {
  try {
    await answer();
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendError(response, expected(host, error));
  }
}

/** The fault as the caller may see it. A bug keeps its details in the log. */
export function expected(host: ChannelHost, error: unknown): ParleyError {
  if (error instanceof ParleyError) return error;
  const stack = error instanceof Error ? error.stack : undefined;
  host.log('error', `web chat: ${messageOf(error)}`, { stack });
  return new ParleyError('internal', 'something went wrong on the server');
}

function sendError(response: ServerResponse, error: ParleyError): void {
  if (error.code === 'busy') response.setHeader('Retry-After', '1');
  sendJson(response, error.status, { error: { code: error.code, message: error.message, hint: error.hint } });
}

/** Throws unless the entry is stored, now or before. */
export function assertStored(receipt: Receipt): void {
  if (receipt === 'full') throw new ParleyError('busy', 'too many messages of this chat are still waiting');
  if (receipt === 'closing') throw new ParleyError('busy', 'the server is about to restart');
}

/** One named part of the path. */
export function param(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}

/** True when the visitor's side of the connection is encrypted, also behind a proxy. */
export function isHttps(request: Request): boolean {
  const forwarded = request.get('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase();
  return forwarded === undefined ? request.secure : forwarded === 'https';
}

/** Where the visitor's browser found this server, without a slash at the end. */
export function originOf(request: Request): string {
  return `${isHttps(request) ? 'https' : 'http'}://${request.get('host') ?? ''}`;
}
