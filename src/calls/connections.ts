import { setMaxListeners } from 'node:events';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { Pool } from 'undici';
import { portOf } from './allow.ts';
import type { Ending } from './deadline.ts';
import type { Target } from './guard.ts';
import { gather } from './wire.ts';
import type { WireResponse } from './wire.ts';

/** One checked request, ready for the wire. */
export interface WireRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/** The head of a response, and its body as it comes in. */
export interface WireFile {
  readonly statusCode: number;
  readonly headers: WireResponse['headers'];
  readonly body: AsyncIterable<Uint8Array>;
}

/** Sends to the checked addresses of a target, over kept connections where it can. */
export interface Connections {
  /** Loads the HTTP library; not part of anyone's deadline. */
  ready(): Promise<void>;
  /** Rejects for what the network does; after the call's end it may never settle. */
  request(target: Target, request: WireRequest, ending: Ending): Promise<WireResponse>;
  /** The same for a body that is too large to gather: `take` gets it as it comes in. */
  stream<T>(target: Target, request: WireRequest, ending: Ending, take: (file: WireFile) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const MAX_POOLS = 64;
const MAX_HEADERS = 16 * 1024;
/** A connection that takes longer to make is dead. Milliseconds. */
const CONNECT_TIMEOUT = 10_000;
/** Short, because a server may hang up an idle connection at the moment it is used again. Milliseconds. */
const KEEP_ALIVE = { keepAliveTimeout: 2_000, keepAliveMaxTimeout: 2_000 };

/** A pool with the number of requests on it; `stop` ends even connections that are still being made. */
interface Link {
  readonly key: string;
  readonly pool: Pool;
  readonly stop: AbortController;
  users: number;
}

/** Pools of connections. A pool belongs to an origin and the addresses just checked: no other check can reuse it. */
export function createConnections(): Connections {
  const links = new Map<string, Link>();
  const library = once(() => import('undici'));
  let closed = false;

  async function linkFor(target: Target): Promise<Link> {
    const { Pool: NewPool } = await library();
    if (closed) throw new Error('closed');
    const key = keyOf(target);
    const link = links.get(key) ?? newLink(key, target, NewPool);
    links.delete(key);
    links.set(key, link);
    retireOldest(links);
    return link;
  }

  return {
    ready: async () => void (await library()),
    request: async (target, request, ending) => {
      const link = await linkFor(target);
      link.users += 1;
      const forget = ending.onEnd(() => leave(links, link));
      try {
        return await exchange(link.pool, target.url, request, ending);
      } finally {
        forget();
        if (!ending.over()) link.users -= 1;
      }
    },
    stream: async (target, request, ending, take) =>
      streamed(await linkFor(target), target.url, { request, ending }, take),
    close: async () => {
      closed = true;
      await Promise.all([...links.values()].map(async (link) => await cut(links, link)));
    },
  };
}

/** The body is handed over as it comes in; what nobody wanted of it would keep its connection. */
async function streamed<T>(
  link: Link,
  url: URL,
  { request, ending }: { request: WireRequest; ending: Ending },
  take: (file: WireFile) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  link.users += 1;
  const forget = ending.onEnd(() => stop.abort());
  try {
    const file = await link.pool.request({ ...request, path: url.pathname + url.search, signal: stop.signal });
    try {
      return await take(file);
    } finally {
      file.body.on('error', () => undefined).destroy();
    }
  } finally {
    forget();
    link.users -= 1;
  }
}

function newLink(key: string, { url, addresses }: Target, NewPool: typeof Pool): Link {
  const stop = new AbortController();
  // Every socket that is being made listens to it.
  setMaxListeners(0, stop.signal);
  return { key, pool: new NewPool(url.origin, poolOptions(addresses, stop.signal)), stop, users: 0 };
}

/** What CONNECT asks for: host and port of the endpoint itself, as the address that may be called is its own. */
export function authorityOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

async function exchange(pool: Pool, url: URL, request: WireRequest, ending: Ending): Promise<WireResponse> {
  const path = request.method === 'CONNECT' ? authorityOf(url) : url.pathname + url.search;
  return await new Promise((resolve, reject) => {
    pool.dispatch({ path, ...request }, gather(ending, { resolve, reject }));
  });
}

/** A call that was ended: nobody else's connections are kept in the making for it. */
function leave(links: Map<string, Link>, link: Link): void {
  link.users -= 1;
  if (link.users === 0) void cut(links, link).catch(() => undefined);
}

/** The library goes on connecting for a request that was given up, so that attempt is ended with its pool. */
async function cut(links: Map<string, Link>, link: Link): Promise<void> {
  if (links.get(link.key) === link) links.delete(link.key);
  const destroyed = link.pool.destroy();
  link.stop.abort();
  await destroyed;
}

function keyOf({ url, addresses }: Target): string {
  const sorted = addresses.map(({ address }) => address).sort();
  return [url.origin, ...sorted].join(' ');
}

function retireOldest(links: Map<string, Link>): void {
  const [oldest] = links.values();
  if (links.size <= MAX_POOLS || oldest === undefined) return;
  links.delete(oldest.key);
  void oldest.pool.close().catch(() => undefined);
}

/** Our deadline covers every phase, so the library's own ones are off. */
function poolOptions(addresses: readonly LookupAddress[], signal: AbortSignal): Pool.Options {
  return {
    ...KEEP_ALIVE,
    connections: 128,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADERS,
    connect: { timeout: CONNECT_TIMEOUT, rejectUnauthorized: true, lookup: pinned(addresses), signal },
  };
}

type Answer = (error: null, address: string | LookupAddress[], family?: number) => void;

/** Answers every look-up with the checked addresses, so that no second resolution can bring in others. */
function pinned(addresses: readonly LookupAddress[]): (host: string, options: LookupOptions, done: Answer) => void {
  const [first = { address: '', family: 4 }] = addresses;
  return (_host, { all }, done) => {
    if (all === true) done(null, [...addresses]);
    else done(null, first.address, first.family);
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => await (made ??= make());
}
