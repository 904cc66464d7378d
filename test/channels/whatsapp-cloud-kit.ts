import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import express from 'express';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import type { ByHand, OpenChannel, Sent } from '../../src/channel/channel.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Entry } from '../../src/domain/entry.ts';
import type { Json } from '../../src/domain/json.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { FakeHost, FakeWorld } from '../support/fake-host.ts';

export const SECRET = 'app-secret';
export const NUMBER = '106540352242922';
export const ANA = '573001112233';

/** What the stand-in for Meta got. */
export interface Got {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body: Json;
}

type Answer = (got: Got, response: ServerResponse) => void;

/** A Graph API on loopback: takes every message unless it is told otherwise. */
export class Meta {
  readonly got: Got[] = [];
  answer: Answer = ({ body }, response) =>
    json(response, 200, { messages: [{ id: 'wamid.out' }], ...contactsOf(body) });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async open(): Promise<Meta> {
    const meta = new Meta();
    meta.#server.listen(0, '127.0.0.1');
    await once(meta.#server, 'listening');
    return meta;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  /** The bodies of the messages sent, without what every one of them has. */
  sent(): object[] {
    return this.got.map(({ body }) => {
      const { messaging_product: _product, recipient_type: _type, ...rest } = Object(body);
      return rest;
    });
  }

  /** Answers the next requests with these errors, one each, and takes the rest. */
  failWith(...errors: readonly { status: number; headers?: Record<string, string>; body: unknown }[]): void {
    const usual = this.answer;
    const left = [...errors];
    this.answer = (got, response) => {
      const next = left.shift();
      if (next === undefined) usual(got, response);
      else json(response, next.status, next.body, next.headers);
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { method = '', url: path = '', headers } = request;
    const got = { method, path, token: headers.authorization, body: body === '' ? null : JSON.parse(body) };
    this.got.push(got);
    this.answer(got, response);
  }
}

/** Answers JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A host whose store can be away for some contacts. */
export class CloudHost extends FakeHost {
  readonly away = new Set<string>();
  readonly accepted: { address: string; entry: Entry }[] = [];
  readonly byHand: { address: string; said: ByHand }[] = [];

  readonly takeover = async (address: string, said: ByHand): Promise<void> => {
    this.byHand.push({ address, said });
  };

  override async accept(address: string, entry: Entry, known: object = {}): ReturnType<FakeHost['accept']> {
    if (this.away.has(address)) throw new Error('the store is away');
    const receipt = await super.accept(address, entry, known);
    if (receipt === 'accepted') this.accepted.push({ address, entry });
    return receipt;
  }
}

const opened = new Set<Line>();

/** One server with the channel, and Meta beside it. */
export class Line {
  readonly host: CloudHost;
  readonly meta: Meta;
  readonly channel: OpenChannel;
  readonly url: string;
  readonly #server: Server;

  private constructor(host: CloudHost, meta: Meta, channel: OpenChannel, server: Server) {
    this.host = host;
    this.meta = meta;
    this.channel = channel;
    this.#server = server;
    this.url = `http://127.0.0.1:${portOf(server)}/channels/whatsapp-cloud`;
  }

  /** `before` is a server that ran earlier: its store is used again. */
  static async open(env: Record<string, string> = {}, before?: CloudHost): Promise<Line> {
    const meta = await Meta.open();
    const world = before?.world ?? new FakeWorld(() => undefined);
    const host = new CloudHost(express.Router(), world, []);
    host.notes = before?.notes ?? host.notes;
    Object.assign(host.env, cloudEnv(meta), { PUBLIC_URL: 'https://bot.example/', ...env });
    const channel = await whatsappCloud.open(host);
    const app = express();
    app.use(host.router);
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new Line(host, meta, channel, server);
    opened.add(line);
    return line;
  }

  async close(): Promise<void> {
    await this.channel.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    await this.meta.close();
  }

  /** Posts a webhook as Meta does, signed unless another signature is given. */
  async post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const signed = { 'X-Hub-Signature-256': signature(bytes), ...headers };
    return fetch(`${this.url}/webhook`, { method: 'POST', body: bytes, headers: signed });
  }

  /** Posts messages of one change and answers the status. */
  async say(...messages: readonly unknown[]): Promise<number> {
    return (await this.post(webhook(change({ contacts: [contact()], messages })))).status;
  }

  /** What was stored, as address and message. */
  get stored(): { address: string; message: unknown }[] {
    return this.host.accepted.map(({ address, entry }) => ({
      address,
      message: entry.kind === 'message' ? entry.message : entry,
    }));
  }

  async send(said: Outbound, key = '1-1', address = ANA): Promise<Sent> {
    const delivery = { kind: 'delivery', key, cause: 'c', flow: 'f', block: 'b', message: said } as const;
    return this.channel.send(delivery, newContact('whatsapp-cloud', address));
  }

  /** The contact has written just now. */
  heard(address = ANA, at = this.host.time): void {
    this.host.world.write(address, { kind: 'in', at, cause: 'm', message: { text: 'hi' } });
  }
}

/** Closes every server that a test has opened. */
export async function closeLines(): Promise<void> {
  for (const line of opened) await line.close();
  opened.clear();
}

/** The settings of a server whose Meta is this one. */
export function cloudEnv(meta: Meta): Record<string, string> {
  return {
    WHATSAPP_CLOUD_TOKEN: 'the-token',
    WHATSAPP_CLOUD_PHONE_NUMBER_ID: NUMBER,
    WHATSAPP_CLOUD_APP_SECRET: SECRET,
    WHATSAPP_CLOUD_VERIFY_TOKEN: 'verify-me',
    WHATSAPP_CLOUD_API_URL: `${meta.url}/v23.0/`,
  };
}

/** What Meta puts into the header for these bytes. */
export function signature(bytes: Buffer, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
}

/** A whole webhook of these changes, one entry. */
export function webhook(...changes: readonly unknown[]): object {
  return { object: 'whatsapp_business_account', entry: [{ id: '102290129340398', changes }] };
}

/** A change of our number, or another one. */
export function change(value: object, number = NUMBER): object {
  const metadata = { display_phone_number: '15550783881', phone_number_id: number };
  return { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
}

/** A message of Ana with the fields of its type. */
export function message(fields: object, id = 'wamid.1', from = ANA): object {
  return { from, id, timestamp: '1795219200', ...fields };
}

/** A text of somebody. */
export function textOf(body: string, id = 'wamid.1', from = ANA): object {
  return message({ type: 'text', text: { body } }, id, from);
}

/** An entry of `contacts`. */
export function contact(wa_id = ANA, name = 'Ana'): object {
  return { profile: { name }, wa_id };
}

function contactsOf(body: Json): object {
  const { to } = Object(body);
  return to === undefined ? {} : { contacts: [{ input: to, wa_id: to }] };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
