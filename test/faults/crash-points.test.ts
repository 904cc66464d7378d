import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

interface Run {
  readonly killed: boolean;
  readonly points: number;
  readonly lines: readonly string[];
}

const child = resolve(import.meta.dirname, 'crash-child.mjs');
const MESSAGES = JSON.stringify(['CU001']);

/** The flow has every kind of effect: several messages in a turn, a record kept, a call, an end. */
const FLOW = (port: number): string => `flow: order
blocks:
  - { id: hello, type: message, text: "Hello" }
  - { id: number, type: question, text: "Which order?" }
  - { id: checking, type: message, text: "Checking @number" }
  - { id: look, type: webhook, method: GET, url: "http://127.0.0.1:${port}/@number", on_failure: bad }
  - { id: told, type: message, text: "It is @extra.status" }
  - { id: more, type: data_authorization, text: "Keep it?" }
  - { id: bye, type: end, text: "Bye" }
  - { id: bad, type: end, text: "failed" }
`;

describe('crash points: kill -9 before and after every effect', function () {
  this.timeout(120_000);
  const keys: string[] = [];
  let api: Server;
  let root: string;
  let env: Record<string, string>;

  before(async () => {
    api = createServer((request, response) => {
      keys.push(String(request.headers['idempotency-key']));
      response.setHeader('Content-Type', 'application/json').end('{"status":"Shipped"}');
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const address = api.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    root = await mkdtemp(join(tmpdir(), 'parley-points-'));
    await mkdir(join(root, 'flows'));
    await writeFile(join(root, 'flows', 'order.yaml'), FLOW(port));
    env = { FLOWS: join(root, 'flows'), OUTBOUND_ALLOW: `127.0.0.1:${port}`, MESSAGES };
  });
  after(async () => {
    api.closeAllConnections();
    api.close();
    await rm(root, { recursive: true, force: true });
  });

  const run = async (dir: string, crashAt = 0): Promise<Run> => {
    const started = spawn(process.execPath, [child], {
      env: { ...process.env, ...env, DIR: dir, CRASH_AT: String(crashAt) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, error] = ['', ''];
    started.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    started.stderr.on('data', (bytes: Buffer) => (error += bytes.toString()));
    const [code, signal] = (await once(started, 'exit')) as [number | null, string | null];
    if (signal === 'SIGKILL') return { killed: true, points: 0, lines: [] };
    if (code !== 0) throw new Error(error);
    return { killed: false, ...(JSON.parse(out) as Pick<Run, 'points' | 'lines'>) };
  };

  it('nothing is lost or reordered, at most the send under way is repeated, calls keep their key', async () => {
    const reference = await run(await mkdtemp(join(root, 'run-')));
    const seen = reference.lines.filter((line) => line.startsWith('<')).map((line) => line.slice(2));
    expect(seen).to.deep.equal(['Hello', 'Which order?', 'Checking CU001', 'It is Shipped', 'Keep it?']);
    expect(reference.points).to.be.greaterThan(25);
    let repeated = 0;
    const check = async (point: number): Promise<void> => {
      const dir = await mkdtemp(join(root, 'run-'));
      const killed = (await run(dir, point)).killed;
      const finished = killed ? await run(dir) : reference;
      expect(finished.lines, `transcript, killed at ${point}`).to.deep.equal(reference.lines);
      const ledger = (await readFile(join(dir, 'ledger'), 'utf8')).trim().split('\n');
      const unique = ledger.filter((text, i) => text !== ledger[i - 1]);
      expect(unique, `what the contact saw, killed at ${point}`).to.deep.equal(seen);
      expect(ledger.length - unique.length, `sends repeated, killed at ${point}`).to.be.lessThan(2);
      repeated += ledger.length - unique.length;
    };
    const points = Array.from({ length: reference.points }, (_, i) => i + 1);
    const worker = async (): Promise<void> => {
      for (let point = points.shift(); point !== undefined; point = points.shift()) await check(point);
    };
    await Promise.all([worker(), worker()]);
    for (const key of new Set(keys))
      expect(keys.filter((other) => other === key).length, 'calls with one key').to.be.lessThan(3);
    expect(new Set(keys).size, 'one key per conversation').to.equal(reference.points + 1);
    // Repeats come only from deaths between a send and its record: after the one, or before the other.
    expect(repeated).to.be.lessThan(2 * seen.length + 1);
  });
});
