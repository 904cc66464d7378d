import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { CallOutcome } from '../../src/domain/call.ts';
import { createClient } from '../../src/calls/client.ts';
import type { Client } from '../../src/calls/client.ts';
import { createGuard } from '../../src/calls/guard.ts';
import type { Resolve } from '../../src/calls/guard.ts';
import type { PlainRequest } from '../../src/calls/prepare.ts';

/** A listener on loopback that counts who comes; what it does with a connection is up to the test. */
export interface Listener {
  readonly port: number;
  readonly url: string;
  /** The heads of the requests seen, as text. */
  readonly seen: string[];
  connections(): number;
  /** Resolves when every connection is gone, ended by the other side. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Answers one request head with raw bytes, or does something worse to the socket. */
export type Behaviour = (socket: Socket, head: string) => void;

/** A raw TCP server on loopback: says exactly the bytes a test wants said. */
export async function listen(behave: Behaviour, host = '127.0.0.1', port = 0): Promise<Listener> {
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    onHead(socket, (head) => {
      seen.push(head);
      behave(socket, head);
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const taken = portOf(server);
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    port: taken,
    url: `http://${name}:${taken}`,
    seen,
    connections: () => connections,
    quiet: async () => await gone(sockets),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Bytes of a plain response with its length. */
export function response(body: string | Buffer, headers: readonly string[] = [], status = '200 OK'): Buffer {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, `Content-Length: ${bytes.length}`, ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

/** A request with the defaults most tests want. */
export function get(url: string, more: Partial<PlainRequest> = {}): PlainRequest {
  return { method: 'GET', url, headers: {}, timeout: 2_000, ...more };
}

/** A client that may call the addresses in `allow`. */
export function clientFor(allow: readonly string[], resolve?: Resolve): Client {
  return createClient({
    guard: createGuard({ allow, ...(resolve === undefined ? {} : { resolve }) }),
    version: '9.9.9',
  });
}

/** How a call ended, in a word: the status, `timed_out` or the failure's code. */
export function gist(outcome: CallOutcome): string {
  if (outcome.kind === 'answered') return String(outcome.status);
  return outcome.kind === 'failed' ? outcome.code : outcome.kind;
}

/** A resolver that knows a few names and gives each call the next answer of its list, the last one for ever. */
export function resolver(names: Readonly<Record<string, readonly (readonly string[])[]>>): Resolve & { calls: number } {
  const turns = new Map<string, number>();
  const resolve = async (host: string): Promise<readonly { address: string; family: number }[]> => {
    resolve.calls += 1;
    const answers = names[host] ?? [];
    const turn = turns.get(host) ?? 0;
    turns.set(host, turn + 1);
    const answer = answers[Math.min(turn, answers.length - 1)];
    if (answer === undefined) throw Object.assign(new Error(`no such name: ${host}`), { code: 'ENOTFOUND' });
    return answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  resolve.calls = 0;
  return resolve;
}

/** A test that needs something this machine may lack; without it the test shows as pending, with the reason. */
export function itNeeds(met: boolean, what: string, title: string, test: () => Promise<void> | void): void {
  if (met) it(title, test);
  else it(`${title} (cannot run here: ${what})`);
}

/** True when an address of this machine can be listened on. */
export async function canListen(host: string): Promise<boolean> {
  const server = createServer();
  server.on('error', () => undefined);
  server.listen(0, host);
  const ready = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]);
  server.close();
  return ready;
}

async function gone(sockets: ReadonlySet<Socket>): Promise<void> {
  while (sockets.size > 0) await setTimeout(5);
}

function onHead(socket: Socket, done: (head: string) => void): void {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = text;
    text = '';
    done(head);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP listener');
  return address.port;
}
