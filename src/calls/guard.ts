import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { CallOutcome } from '../domain/call.ts';
import { isLoopback, isMetadata, isPublic } from './addresses.ts';
import { allowList, hostOf, parsedUrl, portOf } from './allow.ts';
import type { AllowList } from './allow.ts';
import { failed } from './failure.ts';

/** A URL that may be called, and the addresses it was checked for: connect to these and to no others. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
}

/** What the guard says about one URL. */
export type Verdict =
  | { readonly kind: 'allowed'; readonly target: Target }
  | { readonly kind: 'refused'; readonly outcome: CallOutcome };

/** Decides for each request, kept connection or not, whether it may go out. */
export interface Guard {
  /** Rejects only when the name look-up does. */
  check(url: string): Promise<Verdict>;
}

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** What the guard needs to know. */
export interface GuardOptions {
  /** The entries of OUTBOUND_ALLOW. */
  readonly allow: readonly string[];
  /** Opens this machine's own addresses, and nothing else, for URLs it says yes to (see {@link under}). */
  readonly alsoAllow?: (url: URL) => boolean;
  readonly resolve?: Resolve;
}

/** The guard against calls into private networks: http(s) only, one look-up, every address judged. */
export function createGuard({ allow, alsoAllow = () => false, resolve = byName }: GuardOptions): Guard {
  const judge: Judge = { listed: allowList(allow), alsoAllow };
  return {
    async check(text) {
      const read = readUrl(text);
      if (!(read instanceof URL)) return { kind: 'refused', outcome: read };
      const addresses = await addressesOf(read, resolve);
      const reason = addresses.map(({ address }) => objection(judge, read, address)).find((one) => one !== undefined);
      if (reason === undefined) return { kind: 'allowed', target: { url: read, addresses } };
      return { kind: 'refused', outcome: failed('refused_address', reason) };
    },
  };
}

/** True for URLs of one origin below one path: what a served demo API may open, not its neighbours `/demo2` or `/`. */
export function under(base: URL): (url: URL) => boolean {
  const path = base.pathname.replace(/\/+$/, '');
  return (url) => url.origin === base.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`));
}

interface Judge {
  readonly listed: AllowList;
  readonly alsoAllow: (url: URL) => boolean;
}

/** Why an address may not be called for a URL, or undefined. Metadata comes first: no list opens it. */
function objection({ listed, alsoAllow }: Judge, url: URL, address: string): string | undefined {
  if (isMetadata(address)) {
    return `${url.host} leads to a cloud metadata address, which is never called, whatever OUTBOUND_ALLOW says.`;
  }
  if (listed(url, address) || (isLoopback(address) && alsoAllow(url))) return undefined;
  if (!isPublic(address)) {
    return `${url.host} leads to a private or reserved address; put ${url.host} in OUTBOUND_ALLOW if this server may call it.`;
  }
  if (usualPort(portOf(url))) return undefined;
  return `Port ${portOf(url)} is not one that web APIs use; put ${url.host} in OUTBOUND_ALLOW if this server may call it.`;
}

/** Below 1024 live mail, shells and name servers that can be made to act on an HTTP request. */
function usualPort(port: number): boolean {
  return port === 80 || port === 443 || port >= 1024;
}

function readUrl(text: string): URL | CallOutcome {
  const url = parsedUrl(text);
  if (url === undefined) return failed('bad_request', 'The URL cannot be read.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return failed('bad_request', 'Only http and https URLs can be called.');
  }
  if (url.username !== '' || url.password !== '') {
    return failed('bad_request', 'The URL holds a user name or password; send them with basic_auth instead.');
  }
  if (hostOf(url) === '') return failed('bad_request', 'The URL has no host.');
  url.hostname = hostOf(url);
  return url;
}

async function addressesOf(url: URL, resolve: Resolve): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const addresses = await resolve(host);
  if (addresses.length > 0) return addresses;
  throw Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
}

async function byName(host: string): Promise<readonly LookupAddress[]> {
  return await lookup(host, { all: true });
}
