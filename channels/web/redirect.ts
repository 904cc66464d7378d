import type { Request } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { isHttps } from './http.ts';
import { parseWebUrl } from './url.ts';

/**
 * The `?redirect_url=` of a web link, or undefined without one. Only the site the flow itself leads to, or this server,
 * may be named: otherwise anybody could make a link to us that ends on a page of theirs.
 */
export function requestedRedirect(
  host: ChannelHost,
  request: Request,
  flow: { redirectUrl?: string },
): string | undefined {
  const given = new URL(request.originalUrl, 'http://parley').searchParams.getAll('redirect_url');
  if (given.length === 0) return undefined;
  const url = given.length === 1 ? parseWebUrl(given[0]) : undefined;
  if (url === undefined) {
    throw new ParleyError(
      'bad_request',
      '`redirect_url` must be one full http(s) URL, for example https://shop.example/done',
    );
  }
  if (allowedOrigins(host, request, flow).includes(url.origin)) return url.href;
  throw new ParleyError(
    'bad_request',
    '`redirect_url` leads to a site that this flow does not name',
    'Set `settings.redirect_url` of the flow to a page of that site.',
  );
}

function allowedOrigins(host: ChannelHost, request: Request, flow: { redirectUrl?: string }): string[] {
  const here = `${isHttps(request) ? 'https' : 'http'}://${request.get('host') ?? ''}`;
  return [here, host.env.PUBLIC_URL, flow.redirectUrl].flatMap((url) => parseWebUrl(url)?.origin ?? []);
}
