import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { Store } from '../../src/store/store.ts';

/** A small API on this machine that keeps what it was asked. */
export interface FakeApi {
  readonly origin: string;
  readonly asked: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

/** Starts one; `answer` writes the response. */
export async function fakeApi(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<FakeApi> {
  const asked: FakeApi['asked'] = [];
  const server = createServer((request, response) => {
    asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  return { asked, ...(await listening(server)) };
}

/** Lets a server listen on any free port of this machine. */
export async function listening(server: Server): Promise<{ origin: string; close(): Promise<void> }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { origin: `http://127.0.0.1:${port}`, close };
}

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  readonly text: string;
  readonly headers: Headers;
}

/** Asks an API with a token, unless it is null; everything that was answered is kept in `heard`. */
export class Asker {
  readonly heard: string[] = [];
  private readonly base: string;
  private readonly token: string | null;

  constructor(base: string, token: string | null) {
    this.base = base;
    this.token = token;
  }

  async ask(method: string, path: string, body?: Json): Promise<Answer> {
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(this.token === null ? {} : { Authorization: `Bearer ${this.token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    this.heard.push(text, ...[...response.headers].map(([name, value]) => `${name}: ${value}`));
    const json = text.startsWith('{') ? (JSON.parse(text) as JsonObject) : {};
    return { status: response.status, body: json, text, headers: response.headers };
  }
}

/** A folder for a store, and every byte that is in it: the database, its log, whatever else lies there. */
export async function dataFolder(): Promise<{ path: string; bytes(): Promise<Buffer>; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'parley-secrets-'));
  return {
    path,
    bytes: async () =>
      Buffer.concat(await Promise.all((await readdir(path)).map((name) => readFile(join(path, name))))),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Where a secret stands in some bytes, in any of the forms in which it would be useful to a thief. */
export function leaks(bytes: Buffer | string, secret: string): string[] {
  const text = Buffer.isBuffer(bytes) ? bytes.toString('latin1') : bytes;
  const raw = Buffer.from(secret);
  const aligned = [0, 1, 2].map((skip) =>
    raw.subarray(skip, raw.length - ((raw.length - skip) % 3)).toString('base64'),
  );
  const forms = [secret, encodeURIComponent(secret), raw.toString('hex'), ...aligned];
  return [...new Set(forms)].filter((form) => form.length > 8 && text.includes(form));
}

/** Every document of these kinds, as the store gives them out. */
export async function dump(store: Pick<Store, 'page'>, kinds: readonly string[]): Promise<string> {
  const pages = await Promise.all(kinds.map((kind) => store.page({ kind, limit: 1000 })));
  return JSON.stringify(pages);
}
