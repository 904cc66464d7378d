import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What both contacts of a run were told, by the transcript. */
interface Told {
  readonly lines: readonly string[];
  readonly seqs: readonly number[];
  readonly causes: readonly string[];
  readonly stuck: boolean;
}

/** One conversation with a folder of its own, for its ledgers and, embedded, its store. */
export interface Run {
  readonly name: string;
  readonly dir: string;
}

/** What a child says when it has come to its end. */
export interface Ended {
  /** Effects by name, in order; the n-th is where a child may be told to die. */
  readonly names: readonly string[];
  readonly results: readonly { readonly name: string; readonly told: Readonly<Record<'ana' | 'desk', Told>> }[];
}

/** What a child is asked to do. */
interface Job {
  readonly runs: readonly Run[];
  readonly at?: number;
  readonly signal?: 'SIGKILL' | 'SIGSTOP';
}

const child = resolve(import.meta.dirname, 'crash-child.mjs');

/** The flow has every kind of effect: messages, calls with a hold message, events, a flow for another contact, records. */
const ORDER = (port: number): string => `flow: order
variables: { desk: { type: string }, amount: { type: integer, default: 0 } }
settings: { on_error: bad }
blocks:
  - { id: hello, type: message, text: "Hello" }
  - { id: number, type: question, text: "Which order?" }
  - { id: checking, type: message, text: "Checking @number" }
  - { id: look, type: webhook, method: GET, url: "http://127.0.0.1:${port}/@number", hold: { message: "Still looking", every: 1s } }
  - { id: told, type: message, text: "It is @extra.status" }
  - { id: tell, type: emit, event: order.seen, data: 1 }
  - { id: heard, type: wait_for_event, events: [order.seen], timeout: { after: 1h, next: bad } }
  - { id: notify, type: start_flow, flow: desk, contact: "@desk", variables: { what: "@number" } }
  - { id: link, type: message, text: "Pay at @resume.url" }
  - { id: park, type: wait_for_event, timeout: { after: 1h, next: bad } }
  - { id: paid, type: message, text: "Paid @amount" }
  - { id: more, type: data_authorization, text: "Keep it?" }
  - { id: bye, type: end, text: "Bye" }
  - { id: bad, type: end, text: "failed" }
`;

const DESK = `flow: desk
variables: { what: { type: string } }
blocks:
  - { id: one, type: message, text: "Order @what" }
  - { id: two, type: end, text: "is looked at" }
`;

const SCRIPT = [
  { kind: 'start', flow: 'order' },
  { kind: 'message', message: { text: 'CU001' } },
  'resume',
  { kind: 'message', message: { text: 'yes' } },
];

/** What the contacts see when nothing goes wrong. */
export const REFERENCE = {
  ana: [
    'Hello',
    'Which order?',
    'Checking CU001',
    'Still looking',
    'It is Shipped',
    'Pay at http://127.0.0.1:1/api/v1/resume/TOKEN',
    'Paid 7',
    'Keep it?',
    'Bye',
  ],
  desk: ['Order CU001', 'is looked at'],
} as const;

/** Everything that runs of the crash tests share: flows, an API, and children that talk. */
export class CrashBench {
  /** Idempotency keys of the calls, in the order they came. */
  readonly keys: string[] = [];
  root = '';
  readonly #api: Server;
  readonly #mongo: string;
  #port = 0;
  #count = 0;

  constructor(mongo = '') {
    this.#mongo = mongo;
    this.#api = createServer((request, response) => {
      this.keys.push(String(request.headers['idempotency-key']));
      // Long enough for one hold message.
      setTimeout(() => response.setHeader('Content-Type', 'application/json').end('{"status":"Shipped"}'), 1300);
    });
  }

  async open(): Promise<void> {
    this.#api.listen(0, '127.0.0.1');
    await once(this.#api, 'listening');
    const address = this.#api.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.root = await mkdtemp(join(tmpdir(), 'parley-points-'));
    await mkdir(join(this.root, 'flows'));
    await writeFile(join(this.root, 'flows', 'order.yaml'), ORDER(this.#port));
    await writeFile(join(this.root, 'flows', 'desk.yaml'), DESK);
  }

  async close(): Promise<void> {
    this.#api.closeAllConnections();
    this.#api.close();
    await rm(this.root, { recursive: true, force: true });
  }

  /** A run that nobody has had yet. */
  async run(): Promise<Run> {
    this.#count += 1;
    return { name: String(this.#count), dir: await mkdtemp(join(this.root, 'run-')) };
  }

  /** Starts a child; `ended` is null when it was killed. */
  start(job: Job): { readonly process: ChildProcess; readonly ended: Promise<Ended | null> } {
    const process_ = spawn(process.execPath, [child], { env: this.#env(job), stdio: ['ignore', 'pipe', 'pipe'] });
    return { process: process_, ended: endOf(process_) };
  }

  /** What a contact of a run saw, repeated sends included. */
  async ledger({ dir }: Run, contact: 'ana' | 'desk'): Promise<string[]> {
    const text = await readFile(join(dir, contact), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  /** The revisions that turns of a contact were computed from and committed, by whichever process, in order. */
  async commits({ dir }: Run, contact: 'ana' | 'desk'): Promise<number[]> {
    const text = await readFile(join(dir, `${contact}.commits`), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [Number(line)]));
  }

  #env(job: Job): NodeJS.ProcessEnv {
    const flows = join(this.root, 'flows');
    // Shorter than a real lease: a test that stands still for one should not take longer than it must.
    const JOB = JSON.stringify({ script: SCRIPT, flows, mongo: this.#mongo, leaseMs: 3000, ...job });
    return {
      ...process.env,
      JOB,
      OUTBOUND_ALLOW: `127.0.0.1:${this.#port}`,
      PUBLIC_URL: 'http://127.0.0.1:1',
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ADMIN_TOKEN: 'a-token-of-the-crash-tests',
    };
  }
}

async function endOf(process_: ChildProcess): Promise<Ended | null> {
  let [out, error] = ['', ''];
  process_.stdout?.on('data', (bytes: Buffer) => (out += bytes.toString()));
  process_.stderr?.on('data', (bytes: Buffer) => (error += bytes.toString()));
  const [code, signal] = (await once(process_, 'close')) as [number | null, string | null];
  if (signal === 'SIGKILL') return null;
  if (code !== 0) throw new Error(error);
  return JSON.parse(out) as Ended;
}
