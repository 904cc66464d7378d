import type { ChannelHost } from '../../src/channel/channel.ts';
import { serveAsset } from './assets.ts';
import type { Assets } from './assets.ts';
import type { Streams } from './events.ts';
import { route } from './http.ts';
import { servePage } from './page.ts';
import { say } from './say.ts';
import { start } from './start.ts';

/** Mounts everything this channel answers. */
export function mount(host: ChannelHost, streams: Streams, assets: Assets): void {
  const { router } = host;
  router.get(
    '/w/assets/:version/:file',
    route(host, (request, response) => serveAsset(assets, request, response)),
  );
  router.get(
    '/w/:flow',
    route(host, (request, response) => servePage(host, assets, request, response)),
  );
  router.post(
    '/api/chat/:flow/start',
    route(host, (request, response) => start(host, request, response)),
  );
  router.post(
    '/api/chat/:session/messages',
    route(host, (request, response) => say(host, request, response)),
  );
  router.get(
    '/api/chat/:session/events',
    route(host, (request, response) => streams.serve(request, response)),
  );
}
