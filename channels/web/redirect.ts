import type { Request } from 'express';
import type { ChannelHost, LinkedFlow } from '../../src/channel/channel.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { originOf } from './http.ts';
import { readSettings } from './settings.ts';
import { parseWebUrl } from './url.ts';

/**
 * The `?redirect_url=` of a web link, or undefined without one. Only the site the flow itself leads to, this server and
 * the hosts of REDIRECT_ALLOW may be named: otherwise anybody could make a link to us that ends on a page of theirs.
 */
export function requestedRedirect(host: ChannelHost, request: Request, flow: LinkedFlow): string | undefined {
  const given = new URL(request.originalUrl, 'http://parley').searchParams.getAll('redirect_url');
  if (given.length === 0) return undefined;
  const url = given.length === 1 ? parseWebUrl(given[0]) : undefined;
  if (url === undefined) {
    throw new ParleyError(
      'bad_request',
      '`redirect_url` must be one full http(s) URL, for example https://shop.example/done',
    );
  }
  if (isAllowed(host, request, flow, url)) return url.href;
  throw new ParleyError(
    'bad_request',
    `\`redirect_url\` leads to ${url.host}, which is not allowed`,
    `Set \`settings.redirect_url\` of the flow to a page of that site, or add ${url.host} to REDIRECT_ALLOW.`,
  );
}

function isAllowed(host: ChannelHost, request: Request, flow: LinkedFlow, url: URL): boolean {
  const { publicUrl, redirectAllow } = readSettings(host.env);
  const origins = [originOf(request), publicUrl, flow.redirectUrl].map((each) => parseWebUrl(each)?.origin);
  return origins.includes(url.origin) || redirectAllow.some((allowed) => matches(url.host, allowed));
}

function matches(host: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed;
}
