import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { expect } from 'chai';
import { createCaller } from '../../src/calls/caller.ts';
import type { Caller } from '../../src/calls/caller.ts';
import type { Client } from '../../src/calls/client.ts';
import type { CallRow } from '../../src/calls/row.ts';
import { FrozenWorld } from '../../src/testing/world.ts';
import { CASES, SECRET, TIMEOUT } from './hostile.ts';
import { sourceOf } from './secrets.ts';
import { clientFor, gist, itNeeds, listen } from './support.ts';
import type { Listener } from './support.ts';
import { selfSigned, started } from './servers.ts';

/** What ends later than a few seconds after its timeout hangs. */
const SLACK = 4_000;
/** The limit of an answer, and what copies of it on the way may take. */
const MEMORY = 96 * 1024 * 1024;

describe('an API that', () => {
  let client: Client;
  let caller: Caller;
  const rows: CallRow[] = [];
  const open: { close(): Promise<void> }[] = [];

  beforeEach(() => {
    rows.length = 0;
    client = clientFor(['127.0.0.1']);
    open.push(client);
    caller = createCaller({
      client,
      world: new FrozenWorld(),
      log: { write: (row) => void rows.push(row) },
      secrets: sourceOf({ secrets: { key: SECRET } }),
    });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => await one.close()));
  });

  /** One call with a secret in it; how it ended in words. Fails when it hangs or takes memory without end. */
  const ended = async (url: string): Promise<string> => {
    const headers = { 'Api-Key': [{ secret: 'secret.key' }] };
    const request = { type: 'webhook', method: 'GET', url, headers, timeout: TIMEOUT } as const;
    const [begun, memory] = [performance.now(), process.memoryUsage().rss];
    const outcome = await caller.call(request, 'k', { contact: null, channel: null, flow: null, block: null });
    expect(performance.now() - begun).to.be.below(TIMEOUT + SLACK);
    expect(process.memoryUsage().rss - memory).to.be.below(MEMORY);
    expect(rows).to.have.length(1);
    expect(JSON.stringify([rows, outcome])).not.to.include(SECRET);
    if (outcome.kind !== 'answered') expect(outcome.reason).to.match(/^[A-Z0-9].*\.$/);
    if (gist(outcome) !== '200' || outcome.kind !== 'answered') return gist(outcome);
    return outcome.json === undefined ? 'text' : `json ${JSON.stringify(outcome.json)}`;
  };

  for (const [kind, cases] of Object.entries(CASES)) {
    describe(kind, () => {
      for (const [what, behave, wanted] of cases) {
        it(`${what}: ${wanted}`, async () => {
          const server: Listener = await listen(behave);
          open.push(server);
          expect(await ended(server.url)).to.equal(wanted);
          expect(server.seen).to.have.length(1);
        });
      }
    });
  }

  it('has more than 60 ways to fail', () => {
    expect(Object.values(CASES).flat().length).to.be.at.least(60);
  });

  it('refuses the connection: network', async () => {
    const gone = await listen(() => undefined);
    await gone.close();
    expect(await ended(gone.url)).to.equal('network');
  });

  it('speaks plain HTTP where TLS is wanted: tls', async () => {
    const server = await started(createServer());
    open.push(server);
    expect(await ended(`https://127.0.0.1:${server.port}/`)).to.equal('tls');
  });

  it('never answers a TLS handshake: timed_out', async () => {
    const server = await listen(() => undefined);
    open.push(server);
    expect(await ended(server.url.replace('http', 'https'))).to.equal('timed_out');
  });

  const certificate = selfSigned();
  itNeeds(certificate !== undefined, 'no openssl', 'has a certificate that nobody vouches for: tls', async () => {
    let asked = 0;
    const server = await started(
      createTlsServer({ key: certificate, cert: certificate }, (_request, answer) => {
        asked += 1;
        answer.end('{}');
      }),
    );
    open.push(server);
    expect(await ended(`https://127.0.0.1:${server.port}/`)).to.equal('tls');
    expect(asked).to.equal(0);
  });
});
