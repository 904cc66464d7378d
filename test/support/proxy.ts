/** What stands between two ends in the fault tests: a load balancer without memory, and a line that can be cut. */
import { once } from 'node:events';
import { Agent, createServer, request as ask } from 'node:http';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { connect, createServer as createTcp } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A plain load balancer: each request goes to the next backend, whoever sent it. One that is down costs a 502. */
export class RoundRobin {
  url = '';
  readonly #server: HttpServer;
  readonly #agent = new Agent({ keepAlive: false });
  readonly #targets: () => readonly string[];
  #turn = 0;

  constructor(targets: () => readonly string[]) {
    this.#targets = targets;
    this.#server = createServer((request, response) => this.#pass(request, response));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const targets = this.#targets();
    this.#turn = (this.#turn + 1) % targets.length;
    const { method, url = '/', headers } = request;
    const onward = ask(`${targets[this.#turn] ?? ''}${url}`, { method, headers, agent: this.#agent });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
      answer.on('aborted', () => response.destroy());
    });
    onward.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }
}

/** A TCP line to a server, that can be cut and made slow. */
export class Wire {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;
  /** Milliseconds that everything takes longer, each way. */
  delay = 0;

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
  }

  /** Opens the line, on the same port as before; answers the port. */
  async open(): Promise<number> {
    const server = createTcp((near) => this.#join(near, connect(this.#target)));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Cuts everything, and refuses new connections until it is opened again. */
  async cut(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    this.reset();
    await closed;
  }

  /** Breaks the connections that are there; new ones are taken. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes) => {
        if (this.delay === 0) to.write(bytes);
        else setTimeout(() => to.writable && to.write(bytes), this.delay);
      });
    }
  }
}
