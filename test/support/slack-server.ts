import { createHmac, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ServerSocket } from './websocket.ts';

/** Longer than anything takes on a busy machine. */
const PATIENCE_MS = 30_000;

/** One call of the Web API. Fields that are JSON in a form are read. */
export interface SlackCall {
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string;
}

/** An answer that is not Slack's usual 200 with JSON. */
export interface RawAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The request is taken, but its answer never arrives. */
  readonly lost?: true;
  /** There is no answer at all. */
  readonly silent?: true;
}

export type SlackAnswer = (body: SlackCall['body']) => object | RawAnswer;

const USERS: Readonly<Record<string, object>> = {
  U1: { id: 'U1', name: 'ana', locale: 'es-CO', profile: { display_name: 'Ana', real_name: 'Ana Díaz' } },
  U2: { id: 'U2', name: 'ben', locale: 'en-US', profile: { display_name: '', real_name: 'Ben Oak' } },
};

/** Slack on this machine: the Web API, and Socket Mode when `apps.connections.open` is called. Real sockets, loopback only. */
export class SlackServer {
  readonly calls: SlackCall[] = [];
  /** What each acknowledged envelope was answered with. */
  readonly acks = new Map<string, unknown>();
  /** What a method answers from now on. */
  readonly answers = new Map<string, SlackAnswer>();
  /** What the next calls of a method answer, once each. */
  readonly next = new Map<string, SlackAnswer[]>();
  /** Files that were uploaded, as they came. */
  readonly uploads: string[] = [];
  /** How many connections of Socket Mode there have been. */
  connections = 0;
  url = '';
  private readonly server: Server;
  private readonly sockets = new Set<ServerSocket>();
  private readonly news = new EventEmitter().setMaxListeners(0);
  private count = 0;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on('upgrade', (request, socket) => this.join(new ServerSocket(request, socket)));
  }

  static async start(): Promise<SlackServer> {
    const slack = new SlackServer();
    slack.server.listen(0, '127.0.0.1');
    await once(slack.server, 'listening');
    slack.url = `http://127.0.0.1:${(slack.server.address() as AddressInfo).port}`;
    return slack;
  }

  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  /** Connections of Socket Mode that are up. */
  get open(): number {
    return this.sockets.size;
  }

  /** Bodies of the calls of one method, in order. */
  bodies(method: string): SlackCall['body'][] {
    return this.calls.filter((call) => call.method === method).map(({ body }) => body);
  }

  /** Lets the next call of a method end so. */
  once(method: string, answer: SlackAnswer): void {
    this.next.set(method, [...(this.next.get(method) ?? []), answer]);
  }

  /** Resolves when a condition holds; looks whenever something has happened here. */
  async until(holds: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!holds())
      await once(this.news, 'news', { signal }).catch(() => {
        throw new Error(`waited in vain for Slack; its last calls:\n${JSON.stringify(this.calls.slice(-5), null, 1)}`);
      });
  }

  /** Sends something by Socket Mode; answers the id under which it may be acknowledged. */
  envelope(type: string, payload: object, retry = 0): string {
    const envelope_id = randomUUID();
    const retried = retry === 0 ? {} : { retry_attempt: retry, retry_reason: 'timeout' };
    const sent = JSON.stringify({
      type,
      envelope_id,
      payload,
      accepts_response_payload: type !== 'events_api',
      ...retried,
    });
    [...this.sockets].at(-1)?.send(sent);
    return envelope_id;
  }

  /** Asks for a new connection, as Slack does every few hours. */
  refresh(): void {
    for (const socket of this.sockets) socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
  }

  /** Breaks all connections of Socket Mode. */
  drop(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  async close(): Promise<void> {
    this.drop();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(socket: ServerSocket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.news.emit('news');
    });
    socket.on('message', (said) => {
      const { envelope_id: id, payload } = JSON.parse(said) as { envelope_id: string; payload: unknown };
      this.acks.set(id, payload);
      this.news.emit('news');
    });
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' } }));
    this.news.emit('news');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname;
    if (path.startsWith('/upload/')) return this.upload(request, response);
    if (!path.startsWith('/api/')) return this.file(path, request, response);
    const method = path.slice('/api/'.length);
    const body = fieldsOf(await text(request));
    this.calls.push({ method, body, authorization: request.headers.authorization ?? '' });
    const answer = this.next.get(method)?.shift() ?? this.answers.get(method) ?? ((given) => this.usual(method, given));
    const answered = answer(body);
    if ('silent' in answered) return;
    if ('lost' in answered) response.destroy();
    else if ('status' in answered) respond(response, answered);
    else
      respond(response, {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(answered),
      });
    this.news.emit('news');
  }

  private usual(method: string, body: SlackCall['body']): object {
    if (method === 'auth.test')
      return { ok: true, user_id: 'UBOT', bot_id: 'BBOT', team_id: 'T1', team: 'Acme', user: 'parley' };
    if (method === 'apps.connections.open') return { ok: true, url: `${this.url.replace('http', 'ws')}/link` };
    if (method === 'users.info') {
      const user = USERS[String(body['user'])];
      return user === undefined ? { ok: false, error: 'user_not_found' } : { ok: true, user };
    }
    if (method === 'files.getUploadURLExternal')
      return { ok: true, upload_url: `${this.url}/upload/F9`, file_id: 'F9' };
    if (method === 'files.completeUploadExternal') return { ok: true, files: [] };
    this.count += 1;
    const ts = `1700000100.${String(this.count).padStart(6, '0')}`;
    return { ok: true, channel: body['channel'], ts, message: { text: body['text'] } };
  }

  private async upload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.uploads.push(await text(request));
    respond(response, { status: 200, body: 'OK' });
    this.news.emit('news');
  }

  /** Slack's files: for those who have the token; others get a page to sign in. */
  private file(path: string, request: IncomingMessage, response: ServerResponse): void {
    const known = path.startsWith('/files/') && request.headers.authorization === 'Bearer xoxb-test';
    const type = known ? 'image/png' : 'text/html';
    respond(response, { status: 200, headers: { 'content-type': type }, body: known ? `bytes of ${path}` : '<html>' });
  }
}

/** The headers by which Slack signs a request; `at` is in ms since 1970. */
export function signed(secret: string, body: string, at: number): Record<string, string> {
  const time = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${signature}` };
}

function respond(response: ServerResponse, { status, headers = {}, body = '' }: RawAnswer): void {
  response.writeHead(status, headers).end(body);
}

function fieldsOf(form: string): Record<string, unknown> {
  const valueOf = (name: string, value: string): unknown =>
    name === 'blocks' || name === 'metadata' ? (JSON.parse(value) as unknown) : value;
  return Object.fromEntries([...new URLSearchParams(form)].map(([name, value]) => [name, valueOf(name, value)]));
}
