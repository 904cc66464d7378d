import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { web } from '../../channels/web/index.ts';
import type { OpenChannel } from '../../src/channel/channel.ts';
import { FakeHost } from '../support/fake-host.ts';
import type { FakeWorld, Turn } from '../support/fake-host.ts';

/** JSON as the tests look into it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Answered;
}

export interface Answered {
  readonly session: string;
  readonly messages: readonly Shown[];
  readonly ended: boolean;
  readonly pending?: boolean;
  readonly redirect_url?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** What a file is answered with. */
export interface Uploaded {
  readonly status: number;
  readonly media: { readonly type: string; readonly mime: string; readonly filename: string; readonly url: string };
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
}

export interface Shown {
  readonly id: string;
  readonly seq: number;
  readonly text?: string;
  readonly choice?: string;
  readonly media?: object;
  readonly attachments?: readonly object[];
}

const FLOWS = [
  { id: 'shop', name: 'Shop <b>"& more"</b>', redirectUrl: 'https://shop.example/done' },
  { id: 'plain', name: 'Plain' },
  { id: 'tienda', name: 'Tienda', language: 'es-CO' },
  { id: 'matjar', name: 'متجر', language: 'ar' },
];

/** One server process with the web channel, on a loopback port. */
export class Site {
  readonly host: FakeHost;
  readonly channel: OpenChannel;
  readonly url: string;
  readonly #server: Server;

  private constructor(host: FakeHost, channel: OpenChannel, server: Server, url: string) {
    this.host = host;
    this.channel = channel;
    this.#server = server;
    this.url = url;
  }

  /** `env` is what the channel is told when it opens. */
  static async open(world: FakeWorld, env: Readonly<Record<string, string>> = {}): Promise<Site> {
    const app = express();
    const host = new FakeHost(express.Router(), world, FLOWS);
    Object.assign(host.env, env);
    const channel = await web.open(host);
    app.use(host.router);
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Site(host, channel, server, `http://127.0.0.1:${portOf(server.address())}`);
  }

  async close(): Promise<void> {
    await this.channel.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Posts a body as it is, or as JSON when it is no string. */
  async post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Reply> {
    const content = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}/api/chat/${path}`, { method: 'POST', body: content, headers });
    const answered: Answered = JSON.parse(await response.text());
    return { status: response.status, headers: response.headers, body: answered };
  }

  /** Starts a chat and answers its session. */
  async start(flow = 'shop'): Promise<string> {
    return (await this.post(`${flow}/start`)).body.session;
  }

  async say(session: string, body: unknown): Promise<Reply> {
    return this.post(`${session}/messages`, body);
  }

  /** Sends a file as a page does. */
  async upload(session: string, bytes: string | Uint8Array, headers: Record<string, string> = {}): Promise<Uploaded> {
    const response = await fetch(`${this.url}/api/chat/${session}/uploads`, { method: 'POST', body: bytes, headers });
    const answered: Omit<Uploaded, 'status'> = JSON.parse(await response.text());
    return { status: response.status, ...answered };
  }

  async page(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers, redirect: 'manual' });
  }

  async events(session: string, headers: Record<string, string> = {}, query = ''): Promise<EventReader> {
    const stop = new AbortController();
    const response = await fetch(`${this.url}/api/chat/${session}/events${query}`, { headers, signal: stop.signal });
    return new EventReader(response, stop);
  }
}

export interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: Shown & { readonly on?: boolean; readonly redirect_url?: string };
}

/** Reads server-sent events one at a time. */
export class EventReader {
  readonly response: Response;
  readonly comments: string[] = [];
  readonly #stop: AbortController;
  readonly #blocks: AsyncGenerator<string>;

  constructor(response: Response, stop: AbortController) {
    this.response = response;
    this.#stop = stop;
    this.#blocks = blocksOf(response);
  }

  /** The next event, comments and `retry` apart. */
  async next(): Promise<Heard> {
    for (;;) {
      const block = await this.block();
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const [event, data] = [fields.get('event'), fields.get('data')];
      if (event !== undefined && data !== undefined)
        return { event, id: fields.get('id') ?? '', data: JSON.parse(data) };
    }
  }

  async take(count: number): Promise<Heard[]> {
    const heard: Heard[] = [];
    while (heard.length < count) heard.push(await this.next());
    return heard;
  }

  /** The next block of lines, whatever it is. */
  async block(): Promise<string> {
    const { value, done } = await this.#blocks.next();
    if (done === true) throw new Error('the stream has ended');
    return value;
  }

  close(): void {
    this.#stop.abort();
  }
}

/** Something to wait for until the test lets it go on. */
export class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** What an event says, in short: `message Hello`. */
export function brief(heard: readonly Heard[]): string[] {
  return heard.map(({ event, data }) => `${event} ${data.text ?? data.redirect_url ?? data.on ?? ''}`.trim());
}

/** A bot that greets, offers buttons, repeats what it hears and ends on `bye`. */
export function parrot({ entry, flow, say, end }: Turn): void {
  if (entry.kind === 'start') {
    say('Hello!');
    say({
      text: 'Tea or coffee?',
      buttons: [
        { id: 'tea', label: 'Green tea' },
        { id: 'coffee', label: 'Black coffee' },
      ],
    });
  }
  if (entry.kind !== 'message') return;
  const { text } = entry.message;
  if (text === 'bye') end(flow === 'shop' ? 'https://shop.example/done' : undefined);
  else if (text === 'exit') end();
  else if (text === 'elsewhere') end('https://other.example/x');
  else if (text === 'nowhere') end('javascript:alert(1)');
  else if (text !== 'hush') say(`You said: ${text}`);
}

async function* blocksOf(response: Response): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks;
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
