import type { ChannelHost } from '../../src/channel/channel.ts';
import { guarded } from '../../src/channel/guarded.ts';
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
    guarded(host, 'whatsapp-web', (request, response) => login.serve(parts.state(), request, response)),
  );
  host.router.get(
    `${MEDIA_PATH}/:id`,
    guarded(host, 'whatsapp-web', (request, response) => serveMedia(parts, request, response)),
  );
}
