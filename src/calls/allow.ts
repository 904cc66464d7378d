import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import { ParleyError } from '../domain/error.ts';
import { plainAddress, rangesOf, within } from './addresses.ts';

/** One entry of OUTBOUND_ALLOW: a host name or a range of addresses, for one port or for all. */
interface Rule {
  readonly host?: string;
  readonly range?: BlockList;
  readonly port?: number;
}

/** What OUTBOUND_ALLOW opens, asked for one address of one URL. */
export type AllowList = (url: URL, address: string) => boolean;

/** Reads OUTBOUND_ALLOW: host names, `host:port`, addresses and CIDR ranges. Throws `bad_config` for anything else. */
export function allowList(entries: readonly string[]): AllowList {
  const rules = entries
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(ruleOf);
  return (url, address) => rules.some((rule) => opens(rule, url, address));
}

/** A URL read once, or undefined when it is none. */
export function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** A host without its trailing dot; the URL parser has folded case, IDN and the odd forms of IPv4 already. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/\.+$/, '');
}

/** The port a URL leads to, written or not. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function opens(rule: Rule, url: URL, address: string): boolean {
  if (rule.port !== undefined && rule.port !== portOf(url)) return false;
  if (rule.host !== undefined) return rule.host === hostOf(url);
  if (rule.range === undefined) return false;
  return within(rule.range, address) || within(rule.range, plainAddress(address));
}

function ruleOf(entry: string): Rule {
  return (entry.includes('/') ? cidr(entry) : endpoint(entry)) ?? unreadable(entry);
}

function cidr(entry: string): Rule | undefined {
  const [, network = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  const width = { 4: 32, 6: 128 }[isIP(network)];
  if (width === undefined || Number(bits) > width) return undefined;
  return { range: rangesOf([entry]) };
}

/** A name or an address, perhaps with a port; an IPv6 address may stand without brackets when it has none. */
function endpoint(entry: string): Rule | undefined {
  const text = isIP(entry) === 6 ? `[${entry}]` : entry;
  if (/[@?#\\\s*]/.test(text) || !URL.canParse(`http://${text}`)) return undefined;
  const port = /:(\d+)$/.exec(text)?.[1];
  const host = hostOf(new URL(`http://${text}`));
  if (host === '') return undefined;
  const address = host.replace(/^\[|\]$/g, '');
  const range = { 4: `${address}/32`, 6: `${address}/128` }[isIP(address)];
  return {
    ...(range === undefined ? { host } : { range: rangesOf([range]) }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

function unreadable(entry: string): never {
  const hint = 'Write host names, host:port, addresses or ranges such as 10.1.0.0/16, with commas between them.';
  throw new ParleyError('bad_config', `OUTBOUND_ALLOW has the entry "${entry}", which cannot be read.`, hint);
}
