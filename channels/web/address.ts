import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { Recent } from '../../src/channel/recent.ts';

const NEAR = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  NEAR.addSubnet(net, bits, 'ipv4');
NEAR.addAddress('::1', 'ipv6');
NEAR.addSubnet('fc00::', 7, 'ipv6');
NEAR.addSubnet('fe80::', 10, 'ipv6');

/**
 * Whoever sent the request, as a name to count by, or null when nothing tells visitors apart: the request comes from a
 * private address and no proxy says for whom. `X-Forwarded-For` is believed as far as it was written by private addresses.
 */
export function clientOf(request: IncomingMessage): string | null {
  const header = request.headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((hop) => plain(hop.trim()));
  let address = plain(request.socket.remoteAddress ?? '');
  let known = !isNear(address);
  while (isNear(address)) {
    const hop = hops.pop();
    if (hop === undefined || isIP(hop) === 0) break;
    address = hop;
    known = true;
  }
  return known ? network(address) : null;
}

/** IPv4 in the clothes of IPv6 is IPv4. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** What was found of addresses lately: mostly it is the same proxy that asks. */
const FOUND = new Recent<boolean>(1000);

function isNear(address: string): boolean {
  const known = FOUND.get(address);
  if (known !== undefined) return known;
  const family = isIP(address);
  const near = family !== 0 && NEAR.check(address, family === 4 ? 'ipv4' : 'ipv6');
  FOUND.set(address, near);
  return near;
}

/** One customer of a provider has a whole /64 of IPv6. */
function network(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, '').toLowerCase());
}
