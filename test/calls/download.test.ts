import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createClient } from '../../src/calls/client.ts';
import type { Client } from '../../src/calls/client.ts';
import { createGuard } from '../../src/calls/guard.ts';

describe('calls: files', () => {
  let server: Server;
  let url: string;
  let client: Client;

  before(async () => {
    server = createServer((request, response) => {
      if (request.url === '/missing') return void response.writeHead(404).end('no such file');
      if (request.url === '/silent') return undefined;
      response.writeHead(200, { 'Content-Type': 'image/png', 'X-Type': 'a' });
      for (let i = 0; i < 64; i += 1) response.write(Buffer.alloc(16 * 1024, i));
      return void response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    url = `http://127.0.0.1:${port}`;
    client = createClient({ guard: createGuard({ allow: [`127.0.0.1:${port}`] }), version: '0' });
  });
  after(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });

  const load = async (
    path: string,
    timeout = 5000,
  ): Promise<{ bytes: number; kind: string; status: number | null }> => {
    let bytes = 0;
    const outcome = await client.download(
      { method: 'GET', url: url + path, headers: {}, timeout },
      async ({ body }) => {
        for await (const chunk of body) bytes += chunk.length;
      },
    );
    return { bytes, kind: outcome.kind, status: outcome.kind === 'answered' ? outcome.status : null };
  };

  it('a file larger than an answer may be comes through whole', async () => {
    expect(await load('/file')).to.deep.equal({ bytes: 1024 * 1024, kind: 'answered', status: 200 });
  });

  it('of an answer that is no file only the status is told', async () => {
    expect(await load('/missing')).to.deep.equal({ bytes: 0, kind: 'answered', status: 404 });
  });

  it('ends at its time limit', async () => {
    expect((await load('/silent', 200)).kind).to.equal('timed_out');
  });

  it('is guarded like any call', async () => {
    const request = { method: 'GET', url: 'http://127.0.0.1:1/x', headers: {}, timeout: 1000 };
    const outcome = await client.download(request, () => Promise.reject(new Error('never')));
    expect(outcome).to.include({ kind: 'failed', code: 'refused_address' });
  });
});
