import { BlockList, isIP } from 'node:net';

/** Everything in IPv4 that is not a server on the internet (IANA special-purpose registry). */
const SPECIAL_V4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
];

/** IPv6 has one block of public addresses; these parts of it are not public. */
const GLOBAL_V6 = ['2000::/3'];
const SPECIAL_V6 = [
  '2001::/23', // protocol assignments; Teredo and ORCHID among them
  '2001:db8::/32', // documentation
  '3fff::/20', // documentation
];

/** Where clouds hand out their machines' credentials: AWS, Azure, Google, Alibaba, Oracle, Scaleway. */
const METADATA = [
  '169.254.169.254/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  '169.254.42.42/32',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
  'fd00:42::42/128',
];

const special = rangesOf([...SPECIAL_V4, ...SPECIAL_V6]);
const global = rangesOf(GLOBAL_V6);
const metadata = rangesOf(METADATA);
const loopback = rangesOf(['127.0.0.0/8', '::1/128']);

/** True for an address of a server on the internet: not this machine, not a private network, not reserved. */
export function isPublic(address: string): boolean {
  return kindOf(address) === 'public';
}

/** True for addresses that give away a cloud machine's credentials; no allow list opens them. */
export function isMetadata(address: string): boolean {
  return kindOf(address) === 'metadata';
}

type Kind = 'public' | 'metadata' | 'refused';

/** Judging an address costs as much as the rest of the guard, and servers talk to few. */
const judged = new Map<string, Kind>();
const MAX_JUDGED = 1000;

function kindOf(address: string): Kind {
  const known = judged.get(address);
  if (known !== undefined) return known;
  if (judged.size >= MAX_JUDGED) judged.clear();
  const kind = judge(plainAddress(address));
  judged.set(address, kind);
  return kind;
}

function judge(plain: string): Kind {
  if (within(metadata, plain)) return 'metadata';
  if (isIP(plain) === 0 || within(special, plain)) return 'refused';
  return isIP(plain) === 4 || within(global, plain) ? 'public' : 'refused';
}

/** True for this machine itself. */
export function isLoopback(address: string): boolean {
  return within(loopback, address) || within(loopback, plainAddress(address));
}

/** True when a list of ranges covers an address just as it is written; see {@link plainAddress}. */
export function within(ranges: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && ranges.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Ranges such as `10.0.0.0/8`, ready to be asked. Throws for anything that is not one. */
export function rangesOf(cidrs: readonly string[]): BlockList {
  const ranges = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits = ''] = cidr.split('/');
    ranges.addSubnet(network, Number(bits), isIP(network) === 4 ? 'ipv4' : 'ipv6');
  }
  return ranges;
}

/** The IPv4 address inside ::ffff:a.b.c.d, ::a.b.c.d, 64:ff9b::a.b.c.d or 2002:…, or else the address without its zone. */
export function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  const hex = digits(bare);
  const inside = /^(?:0{24}|0{20}ffff|0064ff9b0{16})(.{8})$/.exec(hex) ?? /^2002(.{8})/.exec(hex);
  return inside?.[1] === undefined ? bare : Buffer.from(inside[1], 'hex').join('.');
}

/** All 32 hex digits of an IPv6 address; the URL parser writes every form as hex groups with at most one `::`. */
function digits(address: string): string {
  const [head = '', tail = ''] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const [left, right] = [groups(head), groups(tail)];
  return left + '0'.repeat(32 - left.length - right.length) + right;
}

function groups(text: string): string {
  if (text === '') return '';
  return text
    .split(':')
    .map((group) => group.padStart(4, '0'))
    .join('');
}
