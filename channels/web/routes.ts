import type { ChannelHost } from '../../src/channel/channel.ts';
import { serveAsset } from './assets.ts';
import type { Assets } from './assets.ts';
import { download } from './download.ts';
import type { Streams } from './events.ts';
import type { Files } from './files.ts';
import { answering, param, route } from './http.ts';
import type { Exchange, Handler } from './http.ts';
import { servePage } from './page.ts';
import { RateLimit } from './rate.ts';
import { say } from './say.ts';
import { readSettings } from './settings.ts';
import { start } from './start.ts';
import { upload } from './upload.ts';
import { serveWidget } from './widget.ts';

/** What a start and a file cost of a visitor's allowance, when a message costs 1. */
const START_COST = 5;
const FILE_COST = 10;

/** `POST /api/chat/:session/messages` */
const MESSAGES = /^\/api\/chat\/([\w-]+)\/messages\/?(?:\?|$)/i;

/** What the routes are about. */
export interface Parts {
  readonly streams: Streams;
  readonly assets: Assets;
  readonly files: Files;
}

/** Mounts everything this channel answers. */
export function mount(host: ChannelHost, parts: Parts): void {
  mountPages(host, parts);
  mountChat(host, parts, new RateLimit(host, readSettings(host.env).rate));
}

/** What a browser loads. */
function mountPages(host: ChannelHost, { assets, files }: Parts): void {
  const { router } = host;
  const open = (handler: Handler): Handler => route(host, handler);
  router.get(
    '/widget.js',
    open((_, response) => serveWidget(assets, response)),
  );
  router.get(
    '/w/assets/:version/:file',
    open((request, response) => serveAsset(assets, request, response)),
  );
  router.get(
    '/w/:flow',
    open((request, response) => servePage(host, assets, request, response)),
  );
  router.get(
    '/files/:id',
    open((request, response) => download(files, request, response)),
  );
}

/** The API of chats; what a visitor asks of it is counted. */
function mountChat(host: ChannelHost, { streams, files }: Parts, limit: RateLimit): void {
  const { router } = host;
  const counted = (handler: Handler, cost = 1): Handler =>
    route(host, async (request, response) => {
      if (limit.admits({ request, response }, param(request, 'session'), cost)) await handler(request, response);
    });
  const answer = (session: string, exchange: Exchange): Promise<void> => say(host, files, session, exchange);
  host.direct({
    method: 'POST',
    path: MESSAGES,
    handle: (request, response, session) =>
      void answering(host, response, async () => {
        const exchange = { request, response };
        if (limit.admits(exchange, session)) await answer(session, exchange);
      }),
  });
  // For what the pattern leaves out: an address written in full, or with %41 for A, and OPTIONS.
  router.post(
    '/api/chat/:session/messages',
    counted((request, response) => answer(param(request, 'session'), { request, response })),
  );
  router.post(
    '/api/chat/:flow/start',
    counted((request, response) => start(host, request, response), START_COST),
  );
  router.post(
    '/api/chat/:session/uploads',
    counted((request, response) => upload(host, files, request, response), FILE_COST),
  );
  router.get(
    '/api/chat/:session/events',
    counted((request, response) => streams.serve(request, response)),
  );
}
