import type { Request, Response } from 'express';
import { ParleyError, messageOf } from '../domain/error.ts';
import type { ChannelHost } from './channel.ts';

/** What answers a request. */
type Handler = (request: Request, response: Response) => Promise<void>;

/** Wraps a handler: faults that are expected answer for themselves; a bug is logged, and told as `internal` so that it comes again. */
export function guarded(host: Pick<ChannelHost, 'log'>, channel: string, handler: Handler): Handler {
  return async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else answer(response, error instanceof ParleyError ? error : bug(host, channel, error));
    }
  };
}

function bug(host: Pick<ChannelHost, 'log'>, channel: string, error: unknown): ParleyError {
  const stack = error instanceof Error ? error.stack : undefined;
  host.log('error', `${channel}: ${messageOf(error)}`, { stack });
  return new ParleyError('internal', 'something went wrong on the server');
}

function answer(response: Response, { status, code, message, hint }: ParleyError): void {
  if (status === 503) response.set('Retry-After', '1');
  response.status(status).json({ error: { code, message, hint } });
}
