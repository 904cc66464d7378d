import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { cannot } from '../support/cannot.ts';
import { EagerVisitor } from '../support/eager.ts';
import { freePort, startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';

const ECHO = `flow: echo
blocks:
  - { id: q, type: question, text: "said @(default(size(q), 0))", next: q }
`;

/** True when a command can be run here. */
function can(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A disk of 64 MB, more than the log of writes can take up by itself, which only root may make. */
function smallDisk(dir: string): boolean {
  return process.platform === 'linux' && can('mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', dir);
}

/** Takes all the space that is left on a disk. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  for (const size of [1_000_000, 4096]) {
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
  closeSync(descriptor);
}

/** True when every thread of a process is traced. */
function isTraced(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.every((thread) =>
      /TracerPid:\s+[1-9]/.test(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')),
    );
  } catch {
    // A thread that has just ended.
    return false;
  }
}

/** What became of one message: its status, and whether the sender was told to come again. */
async function say(url: string, session: string, id: string, text: string): Promise<string> {
  const response = await fetch(`${url}/api/chat/${session}/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id, text }),
  });
  await response.text();
  return `${response.status}${response.headers.has('retry-after') ? ', come again' : ''}`;
}

describe('a disk that fails, under the embedded store', function () {
  this.timeout(180_000);
  let dir: string;
  let server: ServerProcess | null = null;
  let mounted = false;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-disk-'));
    mkdirSync(join(dir, 'flows'));
    writeFileSync(join(dir, 'flows', 'echo.yaml'), ECHO);
    mkdirSync(join(dir, 'data'));
  });
  afterEach(async () => {
    server?.kill('SIGKILL');
    await server?.ended();
    server = null;
    if (mounted) execFileSync('umount', [join(dir, 'data')]);
    mounted = false;
    rmSync(dir, { recursive: true, force: true });
  });

  const start = async (): Promise<ServerProcess> => {
    server = await startServer(join(dir, 'data'), {
      PORT: String(await freePort()),
      FLOWS_DIR: join(dir, 'flows'),
      CHAT_RATE: '0',
    });
    return server;
  };

  /** Says so many things, each with its id; answers those that were acknowledged, and what was told otherwise. */
  const talk = async (url: string, session: string, from: number, count: number): Promise<Map<string, string>> => {
    const answers = new Map<string, string>();
    for (let n = from; n < from + count; n += 1) {
      answers.set(`m${n}`, await say(url, session, `m${n}`, `${n}`.padEnd(15_000, 'x')));
    }
    return answers;
  };

  /** Says so many things at once; `heard` is told each answer as it comes. */
  const crowd = async (
    url: string,
    session: string,
    count: number,
    heard: (answer: string) => void,
  ): Promise<Map<string, string>> => {
    const ids = Array.from({ length: count }, (_, n) => `m${n}`);
    const said = ids.map(async (id) => {
      const answer = await say(url, session, id, id.padEnd(3_000, 'x'));
      heard(answer);
      return [id, answer] as const;
    });
    return new Map(await Promise.all(said));
  };

  /** How many messages a visitor said, as the server answers them: one answer for the start, and one for each. */
  const counted = async (visitor: EagerVisitor): Promise<number> => (await visitor.transcript('echo')).length - 1;

  it('full: 503 and nothing acknowledged that is not stored; it goes on when there is space, without a restart', async function () {
    mounted = smallDisk(join(dir, 'data'));
    if (!mounted) cannot(this, 'a small disk can be mounted by root on Linux only');
    const { url } = await start();
    const visitors = Array.from({ length: 4 }, () => new EagerVisitor(url));
    await Promise.all(visitors.map((visitor) => visitor.start('echo')));
    const ballast = join(dir, 'data', 'ballast');
    fill(ballast);
    let refusals = 0;
    const heard = (answer: string): void => {
      if (answer.startsWith('503') && (refusals += 1) === 1) rmSync(ballast);
    };
    const answers = await Promise.all(visitors.map(({ session }) => crowd(url, session, 60, heard)));
    // 202 is acknowledged as well: stored, and the turn was still waiting for space.
    const kinds = new Set(answers.flatMap((each) => [...each.values()]));
    expect(kinds).to.include('503, come again');
    expect(['200', '202', '503, come again']).to.include.members([...kinds]);
    for (const [i, visitor] of visitors.entries()) {
      const refused = [...(answers[i] ?? [])].filter(([, answer]) => answer === '503, come again');
      expect(await counted(visitor), 'what was acknowledged, and no more').to.equal(60 - refused.length);
      // What was refused is said again with its id, as channels do.
      for (const [id] of refused.slice(0, 5)) expect(await say(url, visitor.session, id, 'again')).to.equal('200');
      expect(await counted(visitor)).to.equal(60 - Math.max(0, refused.length - 5));
    }
  });

  it('EIO on every fsync for a while: 503, then on it goes, and the store is whole', async function () {
    if (!can('strace', '-qq', '-e', 'trace=none', 'true')) cannot(this, 'strace is not there, or may not trace');
    const { url, pid } = await start();
    const visitor = new EagerVisitor(url);
    await visitor.start('echo');
    const before = await talk(url, visitor.session, 0, 5);
    const tracing = spawn('strace', [
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      'inject=fsync,fdatasync:error=EIO',
      '-p',
      String(pid),
    ]);
    while (!isTraced(pid)) await pause(20);
    // A traced thread is stopped a moment later. What still comes through counts once: it is said again below.
    let last = 14;
    while ((await talk(url, visitor.session, last, 1)).get(`m${last}`) === '200') last -= 1;
    const during = await talk(url, visitor.session, 5, 5);
    tracing.kill('SIGINT');
    await once(tracing, 'exit');
    const after = await talk(url, visitor.session, 5, 10);
    expect([...before.values(), ...after.values()].every((answer) => answer === '200')).to.equal(true);
    expect([...during.values()]).to.deep.equal(during.size === 0 ? [] : Array.from(during, () => '503, come again'));
    expect(await counted(visitor)).to.equal(15);
    server?.kill('SIGKILL');
    await server?.ended();
    await start();
    const again = new EagerVisitor(server?.url ?? '');
    again.session = visitor.session;
    expect(await counted(again)).to.equal(15);
  });
});
