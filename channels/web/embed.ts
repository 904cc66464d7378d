import type { Request } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { originOf } from './http.ts';
import { readSettings } from './settings.ts';
import { parseWebUrl } from './url.ts';

/** How a page may be shown: by itself, in frames of some sites, or not where it is asked for. */
export type Framing =
  | { readonly kind: 'page' }
  /** `ancestors` is what a content security policy calls the sites that may. */
  | { readonly kind: 'embedded'; readonly ancestors: string }
  | { readonly kind: 'refused'; readonly origin: string };

/**
 * `?embed=1` asks for the page in a frame; `on` is the origin of the site, as the widget tells it. What it tells decides
 * only which page is answered: whether the frame shows it is decided by the browser, which knows the site.
 */
export function framingOf(host: ChannelHost, request: Request): Framing {
  const query = new URL(request.originalUrl, 'http://parley').searchParams;
  if (query.get('embed') !== '1') return { kind: 'page' };
  const { embedAllow, publicUrl } = readSettings(host.env);
  const origin = query.get('on');
  const here = [originOf(request), parseWebUrl(publicUrl)?.origin];
  const allowed = origin === null || here.includes(origin) || embedAllow.some((each) => matches(origin, each));
  if (!allowed) return { kind: 'refused', origin };
  return { kind: 'embedded', ancestors: ["'self'", ...embedAllow].join(' ') };
}

function matches(origin: string, allowed: string): boolean {
  if (allowed === '*' || origin === allowed) return true;
  const [scheme = '', rest] = allowed.split('//*.');
  return rest !== undefined && origin.startsWith(`${scheme}//`) && origin.endsWith(`.${rest}`);
}
