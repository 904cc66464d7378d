import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { Visitor } from '../support/app.ts';
import { freePort, startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';

const TOKEN = 'an-admin-token-for-tests';

/** An API that holds its first answer back, and writes down the key of each request. */
class HoldingApi {
  readonly keys: string[] = [];
  port = 0;
  private readonly held: ServerResponse[] = [];
  private readonly server: Server;
  private heard: () => void = () => undefined;

  constructor() {
    this.server = createServer((request, response) => {
      this.keys.push(String(request.headers['idempotency-key']));
      this.heard();
      if (this.keys.length === 1) this.held.push(response);
      else response.setHeader('Content-Type', 'application/json').end('{"status":"done"}');
    });
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Resolves when a request has come in. */
  async asked(): Promise<void> {
    if (this.keys.length === 0) await new Promise<void>((resolve) => (this.heard = resolve));
  }

  close(): void {
    for (const response of this.held) response.destroy();
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('kill -9 during a call to somebody else’s API', function () {
  this.timeout(180_000);
  const api = new HoldingApi();
  let dir: string;
  let port: string;
  let server: ServerProcess;
  const start = (): Promise<ServerProcess> =>
    startServer(join(dir, 'data'), {
      PORT: port,
      FLOWS_DIR: join(dir, 'flows'),
      ADMIN_TOKEN: TOKEN,
      OUTBOUND_ALLOW: `127.0.0.1:${api.port}`,
    });

  /** The rows of the webhook log, once they are written. */
  const calls = async (): Promise<readonly { readonly key: string; readonly result: string }[]> => {
    for (;;) {
      const answer = await fetch(`${server.url}/api/v1/calls`, { headers: { Authorization: `Bearer ${TOKEN}` } });
      const { items } = (await answer.json()) as { items: { key: string; result: string }[] };
      if (items.length >= 2) return items;
      await pause(20);
    }
  };

  before(async () => {
    await api.listen();
    dir = await mkdtemp(join(tmpdir(), 'parley-call-'));
    await mkdir(join(dir, 'flows'));
    const flow = `flow: pay
blocks:
  - { id: q, type: question, text: "Pay?" }
  - { id: wait, type: message, text: "Paying…" }
  - { id: pay, type: webhook, url: "http://127.0.0.1:${api.port}/pay", on_failure: no }
  - { id: yes, type: question, text: "It is @extra.status.", next: q }
  - { id: no, type: end, text: failed }
`;
    await writeFile(join(dir, 'flows', 'pay.yaml'), flow);
    port = String(await freePort());
    server = await start();
  });
  after(async () => {
    server.kill('SIGKILL');
    await server.ended();
    api.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('repeats the call with the same key, and says everything once', async () => {
    const ana = new Visitor(server.url);
    await ana.start('pay');
    const cut = ana.answer('yes', 'm1').catch(() => null);
    await api.asked();
    server.kill('SIGKILL');
    await server.ended();
    await cut;
    server = await start();
    const again = new Visitor(server.url);
    again.session = ana.session;
    expect((await again.answer('yes', 'm1')).messages.map(({ text }) => text)).to.deep.equal([
      'Paying…',
      'It is done.',
    ]);
    expect(api.keys).to.have.length(2);
    expect(api.keys[1]).to.equal(api.keys[0]);
    // Each try has its row, also the one that nobody saw the end of.
    const rows = await calls();
    expect(rows.map(({ key, result }) => [key, result])).to.have.deep.members([
      [api.keys[0], 'unknown'],
      [api.keys[0], 'answered'],
    ]);
  });

  it('a new visit of the block has a new key', async () => {
    const bo = new Visitor(server.url);
    await bo.start('pay');
    await bo.say('yes');
    await bo.say('ok');
    await bo.say('yes');
    expect(new Set(api.keys)).to.have.length(3);
  });
});
