import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { RoundRobin } from './proxy.ts';
import { freePort, startServer } from './server.ts';
import type { ServerProcess } from './server.ts';

/** Does something every so often until some work is over; answers how often. */
export async function meanwhile(
  work: Promise<unknown>,
  everyMs: number,
  act: (times: number) => unknown,
): Promise<number> {
  const ended = work.then(() => 'ended');
  for (let times = 0; ; times += 1) {
    if ((await Promise.race([pause(everyMs, 'go on'), ended])) === 'ended') return times;
    await act(times);
  }
}

/** Server processes on one store, under addresses that stay. */
export class Cluster {
  readonly balancer = new RoundRobin(() => this.ports.map((port) => `http://127.0.0.1:${port}`));
  ports: number[] = [];
  readonly servers: ServerProcess[] = [];
  dir = '';
  #env: Record<string, string> = {};
  #each: readonly Record<string, string>[] = [];
  readonly #mongo: string;

  /** `mongo` names the database they share; empty: the embedded store, for one process. */
  constructor(mongo = '') {
    this.#mongo = mongo;
  }

  /** Starts so many, with these flows (name to text) or those of the house; `each` has settings of single ones. */
  async open(
    count: number,
    flows?: Readonly<Record<string, string>>,
    env: Record<string, string> = {},
    each: readonly Record<string, string>[] = [],
  ): Promise<void> {
    this.#each = each;
    this.dir = await mkdtemp(join(tmpdir(), 'parley-cluster-'));
    if (flows !== undefined) await mkdir(join(this.dir, 'flows'));
    for (const [name, text] of Object.entries(flows ?? {}))
      await writeFile(join(this.dir, 'flows', `${name}.yaml`), text);
    for (let i = 0; i < count; i += 1) this.ports.push(await freePort());
    this.#env = { ...env, ...(flows === undefined ? {} : { FLOWS_DIR: join(this.dir, 'flows') }) };
    for (const [i] of this.ports.entries()) this.servers.push(await this.#start(i));
    await this.balancer.listen();
  }

  /** One of the processes. */
  server(i: number): ServerProcess {
    const found = this.servers[i];
    if (found === undefined) throw new Error(`there is no server ${i}`);
    return found;
  }

  /** kill -9, and the same server again a moment later. */
  async crash(i: number, downMs = 0): Promise<void> {
    this.server(i).kill('SIGKILL');
    await this.server(i).ended();
    await pause(downMs);
    this.servers[i] = await this.#start(i);
  }

  /** Starts a server that has ended once more. */
  async again(i: number): Promise<void> {
    this.servers[i] = await this.#start(i);
  }

  /** SIGTERM, and the same server again; answers the exit code of the first. */
  async restart(i: number): Promise<number | null> {
    this.server(i).kill('SIGTERM');
    const code = await this.server(i).ended();
    this.servers[i] = await this.#start(i);
    return code;
  }

  async close(): Promise<void> {
    for (const server of this.servers) server.kill('SIGCONT');
    for (const server of this.servers) server.kill('SIGKILL');
    await Promise.all(this.servers.map((server) => server.ended()));
    await this.balancer.close();
    await rm(this.dir, { recursive: true, force: true });
  }

  #start(i: number): Promise<ServerProcess> {
    return startServer(join(this.dir, `data-${i}`), {
      PORT: String(this.ports[i]),
      MONGODB_URI: this.#mongo,
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ADMIN_TOKEN: 'a-token-for-both-of-them',
      // All visitors of a test come from one address.
      CHAT_RATE: '0',
      ...this.#env,
      ...this.#each[i],
    });
  }
}
