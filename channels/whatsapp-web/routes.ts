import type { Request, Response } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { ParleyError, messageOf } from '../../src/domain/error.ts';
import { LOGIN_PATH } from './login.ts';
import type { Login } from './login.ts';
import { MEDIA_PATH, serveMedia } from './media.ts';
import type { MediaParts } from './media.ts';
import type { State } from './supervisor.ts';

/** What the routes need. */
export interface RouteParts extends MediaParts {
  readonly host: Pick<ChannelHost, 'router' | 'log'>;
  readonly login: Login;
  state(): State;
}

/** Puts the routes of this channel on the server. */
export function mount(parts: RouteParts): void {
  const { host, login } = parts;
  host.router.get(
    LOGIN_PATH,
    guarded(host, (request, response) => login.serve(parts.state(), request, response)),
  );
  host.router.get(
    `${MEDIA_PATH}/:id`,
    guarded(host, (request, response) => serveMedia(parts, request, response)),
  );
}

type Handler = (request: Request, response: Response) => Promise<void>;

/** Faults that are expected answer for themselves; a bug is logged. */
function guarded(host: RouteParts['host'], handler: Handler): Handler {
  return async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else answer(response, error instanceof ParleyError ? error : bug(host, error));
    }
  };
}

function bug(host: RouteParts['host'], error: unknown): ParleyError {
  const stack = error instanceof Error ? error.stack : undefined;
  host.log('error', `whatsapp-web: ${messageOf(error)}`, { stack });
  return new ParleyError('internal', 'something went wrong on the server');
}

function answer(response: Response, { status, code, message, hint }: ParleyError): void {
  if (status === 503) response.set('Retry-After', '1');
  response.status(status).json({ error: { code, message, hint } });
}
