import type { LookupAddress, LookupOptions } from 'node:dns';
import type { Pool } from 'undici';
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
  request(target: Target, request: WireRequest): Promise<WireResponse>;
  close(): Promise<void>;
}

const MAX_POOLS = 64;
const MAX_HEADERS = 16 * 1024;
/** A connection that takes longer is dead; also how long an abandoned attempt may linger. Milliseconds. */
const CONNECT_TIMEOUT = 10_000;
/** Short, because a server may hang up an idle connection at the moment it is used again. Milliseconds. */
const KEEP_ALIVE = { keepAliveTimeout: 2_000, keepAliveMaxTimeout: 2_000 };

/** Pools of connections. A pool belongs to an origin and the addresses just checked: no other check can reuse it. */
export function createConnections(): Connections {
  const pools = new Map<string, Pool>();
  const closing = new AbortController();
  const library = once(() => import('undici'));

  async function poolFor(target: Target): Promise<Pool> {
    const { Pool: NewPool } = await library();
    closing.signal.throwIfAborted();
    const key = keyOf(target);
    const pool = pools.get(key) ?? new NewPool(target.url.origin, poolOptions(target.addresses, closing.signal));
    pools.delete(key);
    pools.set(key, pool);
    retireOldest(pools);
    return pool;
  }

  return {
    ready: async () => void (await library()),
    request: async (target, request) => {
      const pool = await poolFor(target);
      return await pool.request({ ...request, path: target.url.pathname + target.url.search });
    },
    close: async () => {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
      closing.abort();
    },
  };
}

function keyOf({ url, addresses }: Target): string {
  const sorted = addresses.map(({ address }) => address).sort();
  return [url.origin, ...sorted].join(' ');
}

function retireOldest(pools: Map<string, Pool>): void {
  const [oldest] = pools;
  if (pools.size <= MAX_POOLS || oldest === undefined) return;
  pools.delete(oldest[0]);
  void oldest[1].close().catch(() => undefined);
}

/** Our deadline covers every phase, so the library's own ones are off. `signal` also ends half-made connections. */
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
