import { setMaxListeners } from 'node:events';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { Pool } from 'undici';
import { untilAborted } from './deadline.ts';
import type { Target } from './guard.ts';

/** One checked request, ready for the wire. */
export interface WireRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

/** The head of a response, and its body as it comes in. */
export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Sends to the checked addresses of a target, over kept connections where it can. */
export interface Connections {
  /** Loads the HTTP library; not part of anyone's deadline. */
  ready(): Promise<void>;
  /** Resolves with what `read` makes of the response; the connection counts as in use until then. */
  request<T>(target: Target, request: WireRequest, read: (response: WireResponse) => Promise<T>): Promise<T>;
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
    request: async (target, { signal, ...request }, read) => {
      const link = await linkFor(target);
      link.users += 1;
      try {
        const path = target.url.pathname + target.url.search;
        // The library itself heeds a signal only once it has a connection.
        return await untilAborted(link.pool.request({ ...request, signal, path }).then(read), signal);
      } finally {
        link.users -= 1;
        if (signal.aborted && link.users === 0) await cut(links, link);
      }
    },
    close: async () => {
      closed = true;
      await Promise.all([...links.values()].map(async (link) => await cut(links, link)));
    },
  };
}

function newLink(key: string, { url, addresses }: Target, NewPool: typeof Pool): Link {
  const stop = new AbortController();
  // Every socket that is being made listens to it.
  setMaxListeners(0, stop.signal);
  return { key, pool: new NewPool(url.origin, poolOptions(addresses, stop.signal)), stop, users: 0 };
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
