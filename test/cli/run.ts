import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The root of the checkout. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** What a command left behind. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Where and how a command runs; `input` is typed in and followed by the end of input. */
export interface Circumstances {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

/** Starts a command with only the environment it is given: what a developer has set must not decide over a test. */
export function launch(
  args: readonly string[],
  { cwd = ROOT, env = {} }: Circumstances = {},
): ChildProcessWithoutNullStreams {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'NODE_V8_COVERAGE'];
  const inherited = Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  return spawn(process.execPath, [join(ROOT, 'scripts/parley.mjs'), ...args], { cwd, env: { ...inherited, ...env } });
}

/** Runs a command to its end. */
export async function parley(args: readonly string[], circumstances: Circumstances = {}): Promise<Ran> {
  const child = launch(args, circumstances);
  const heard = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (heard.err += text));
  // A command that needs no input may be gone before it is written.
  child.stdin.on('error', () => undefined).end(circumstances.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  // Somebody may have saved a source meanwhile.
  return { code, out: heard.out, err: heard.err.replace(/^built in .* s\n/, '') };
}

/** Sources that have changed since the last build are built by the first command, once and not by many at a time. */
export async function built(): Promise<void> {
  await parley(['--version']);
}

/** A server that runs, and everything it has printed on standard output. */
export interface Serving {
  readonly url: string;
  readonly output: string;
  stop(): Promise<number | null>;
}

/** Starts a server and waits until it says where it listens. */
export async function serve(circumstances: Circumstances): Promise<Serving> {
  const child = launch(['start'], circumstances);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const url = await new Promise<string>((found, failed) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const port = /listening on http:\/\/localhost:(\d+)[^]*\n\n$/.exec(output)?.[1];
      if (port !== undefined) found(`http://127.0.0.1:${port}`);
    });
    void ended.then(() => failed(new Error(`the server did not start:\n${output}${errors}`)));
  });
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  return {
    url,
    stop,
    get output() {
      return output;
    },
  };
}

/** A folder for one suite, with these files in it, as if somebody had cloned the project and gone there. */
export async function folder(
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<{ path: string; remove(): Promise<void> }> {
  await built();
  const path = await mkdtemp(join(tmpdir(), 'parley-cli-'));
  await cp(join(ROOT, 'flows'), join(path, 'flows'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
