import { randomUUID } from 'node:crypto';
import type { CallOutcome } from '../domain/call.ts';
import { FORBIDDEN_NAMES } from '../domain/json.ts';
import { parsedUrl } from './allow.ts';
import { bodyJson, readBody } from './body.ts';
import { createConnections } from './connections.ts';
import type { Connections, WireFile } from './connections.ts';
import { CANCELLED, startDeadline } from './deadline.ts';
import type { Deadline } from './deadline.ts';
import { failureOf } from './failure.ts';
import { createGate } from './gate.ts';
import type { Gate } from './gate.ts';
import type { Guard, Target } from './guard.ts';
import { prepare } from './prepare.ts';
import type { PlainRequest, Prepared } from './prepare.ts';
import type { WireResponse } from './wire.ts';

/** Everything that leaves this server as an HTTP request goes through here. */
export interface Client {
  /** Never rejects for what the network or the other server does. `key` becomes `Idempotency-Key`; `who` is the contact. */
  send(request: PlainRequest, key: string, signal?: AbortSignal, who?: string | null): Promise<CallOutcome>;
  /** A file too large for {@link send}: of a 2xx answer `take` gets the body as it comes in; nothing of it is kept here. */
  download(request: PlainRequest, take: (file: File) => Promise<void>): Promise<CallOutcome>;
  /** Ends the calls under way and every connection. */
  close(): Promise<void>;
}

/** A response while it comes in; names of headers are in small letters. */
export interface File {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What the client is made of. */
export interface ClientOptions {
  readonly guard: Guard;
  /** Of Parley, for `User-Agent`. */
  readonly version: string;
  readonly connections?: Connections;
  readonly gate?: Gate;
}

/** What is done with a target once it may be called. */
type Ask = (target: Target, prepared: Prepared, deadline: Deadline) => Promise<CallOutcome>;

/** What a request is sent with beside what it says. */
interface Purpose {
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
  readonly who?: string | null | undefined;
}

/** The HTTP client: no redirects, no proxies, one deadline, bounded answers, a bounded number of calls per host. */
export function createClient(options: ClientOptions): Client {
  const client = new HttpClient(options);
  return {
    send: (request, key, signal, who) => client.send(request, key, signal, who),
    download: (request, take) => client.download(request, take),
    close: () => client.close(),
  };
}

class HttpClient implements Client {
  private readonly guard: Guard;
  private readonly version: string;
  private readonly connections: Connections;
  private readonly gate: Gate;
  private readonly running = new Set<Deadline>();
  private closed = false;

  constructor({ guard, version, connections = createConnections(), gate = createGate() }: ClientOptions) {
    this.guard = guard;
    this.version = version;
    this.connections = connections;
    this.gate = gate;
  }

  send(request: PlainRequest, key: string, signal?: AbortSignal, who?: string | null): Promise<CallOutcome> {
    const ask: Ask = async (target, prepared, deadline) =>
      answered(await this.connections.request(target, prepared, deadline));
    return this.within(request, { key, signal, who }, ask);
  }

  download(request: PlainRequest, take: (file: File) => Promise<void>): Promise<CallOutcome> {
    const ask: Ask = (target, prepared, deadline) =>
      this.connections.stream(target, prepared, deadline, (file) => taken(file, take));
    return this.within(request, { key: randomUUID() }, ask);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const deadline of this.running) deadline.cancel();
    await this.connections.close();
  }

  private async within(request: PlainRequest, { key, signal, who }: Purpose, ask: Ask): Promise<CallOutcome> {
    const prepared = prepare(request, key, this.version);
    if ('kind' in prepared) return prepared;
    await this.connections.ready();
    if (this.closed) return CANCELLED;
    const host = hostName(request.url);
    const deadline = startDeadline(request.timeout, host, signal);
    this.running.add(deadline);
    const exchanged = (): Promise<CallOutcome> => this.exchange(request.url, prepared, deadline, ask);
    try {
      return await this.gate.pass(host, deadline, () => deadline.race(exchanged()), who);
    } finally {
      deadline.release();
      this.running.delete(deadline);
    }
  }

  private async exchange(url: string, prepared: Prepared, deadline: Deadline, ask: Ask): Promise<CallOutcome> {
    try {
      const verdict = await this.guard.check(url);
      if (verdict.kind === 'refused') return verdict.outcome;
      if (deadline.over()) return deadline.outcome() ?? CANCELLED;
      return await ask(verdict.target, prepared, deadline);
    } catch (error) {
      return deadline.outcome() ?? failureOf(error, hostName(url));
    }
  }
}

/** Hands a good answer over; of any other only the head is told. */
async function taken(
  { statusCode: status, headers, body }: WireFile,
  take: (file: File) => Promise<void>,
): Promise<CallOutcome> {
  const flat = flatten(headers);
  if (status >= 200 && status < 300) await take({ status, headers: flat, body });
  return { kind: 'answered', status, headers: flat, body: '' };
}

async function answered(response: WireResponse): Promise<CallOutcome> {
  const headers = flatten(response.headers);
  const contentType = headers['content-type'] ?? '';
  const body = await readBody(response.body, headers['content-encoding'] ?? '', contentType);
  const json = bodyJson(body, contentType);
  const answer = { kind: 'answered', status: response.statusCode, headers, body } as const;
  return json === undefined ? answer : { json, ...answer };
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
  return parsedUrl(url)?.host ?? 'The URL';
}
