import type { CallOutcome, CallRequest } from '../domain/call.ts';
import { FORBIDDEN_NAMES } from '../domain/json.ts';
import { bodyJson, readBody } from './body.ts';
import { createConnections } from './connections.ts';
import type { Connections, WireResponse } from './connections.ts';
import { CANCELLED, startDeadline, untilAborted } from './deadline.ts';
import type { Deadline } from './deadline.ts';
import { failureOf } from './failure.ts';
import type { Guard } from './guard.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';

/** Everything that leaves this server as an HTTP request goes through here. */
export interface Client {
  /** Never rejects for what the network or the other server does. `key` becomes `Idempotency-Key`. */
  send(request: CallRequest, key: string, signal?: AbortSignal): Promise<CallOutcome>;
  /** Ends the calls under way and every connection. */
  close(): Promise<void>;
}

/** What the client is made of. */
export interface ClientOptions {
  readonly guard: Guard;
  /** Of Parley, for `User-Agent`. */
  readonly version: string;
  readonly connections?: Connections;
}

/** The HTTP client: no redirects, no proxies, one deadline, bounded answers. */
export function createClient({ guard, version, connections = createConnections() }: ClientOptions): Client {
  const running = new Set<Deadline>();
  let closed = false;

  async function send(request: CallRequest, key: string, signal?: AbortSignal): Promise<CallOutcome> {
    const prepared = prepare(request, key, version);
    if ('kind' in prepared) return prepared;
    await connections.ready();
    if (closed) return CANCELLED;
    const host = hostName(request.url);
    const deadline = startDeadline(request.timeout, host, signal);
    running.add(deadline);
    try {
      return await untilAborted(exchange(request.url, prepared, deadline.signal), deadline.signal);
    } catch (error) {
      return deadline.outcome() ?? failureOf(error, host);
    } finally {
      deadline.release();
      running.delete(deadline);
    }
  }

  async function exchange(url: string, prepared: Prepared, signal: AbortSignal): Promise<CallOutcome> {
    const verdict = await guard.check(url);
    if (verdict.kind === 'refused') return verdict.outcome;
    signal.throwIfAborted();
    return await connections.request(verdict.target, { ...prepared, signal }, answered);
  }

  async function close(): Promise<void> {
    closed = true;
    for (const deadline of running) deadline.cancel();
    await connections.close();
  }

  return { send, close };
}

async function answered(response: WireResponse): Promise<CallOutcome> {
  const headers = flatten(response.headers);
  const contentType = headers['content-type'] ?? '';
  const body = await readBody(response.body, headers['content-encoding'] ?? '', contentType);
  const json = bodyJson(body, contentType);
  const answer = { kind: 'answered', status: response.statusCode, headers, body } as const;
  return json === undefined ? answer : { ...answer, json };
}

/** A repeated header becomes one, its values joined by commas. */
function flatten(headers: WireResponse['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || FORBIDDEN_NAMES.has(name)) continue;
    flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}

/** The only part of a URL that reasons show: paths and queries may carry secrets. */
function hostName(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'The URL';
}
