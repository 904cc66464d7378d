import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { report } from './protocol.ts';
import type { Setup } from './protocol.ts';
import type { StartChild } from './supervisor.ts';

/** The child's file: a source beside this source, or compiled beside this compiled file. */
const ENTRY = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));

/** What the child may see of the environment: none of the server's secrets. */
const PASSED =
  /^(?:PATH|HOME|LANG|LC_\w+|TZ|TMP|TEMP|TMPDIR|USER|DISPLAY|XDG_\w+|DBUS_\w+|FONTCONFIG_\w+|SYSTEMROOT|LOCALAPPDATA|APPDATA)$/i;

/** Characters of a line of the child's output that are logged. */
const LINE = 300;

type Say = (level: 'info' | 'warn', text: string, facts?: Record<string, unknown>) => void;

/** Starts the child in a process of its own. Its output goes to the log, line by line. */
export function forkChild(setup: Setup, log: Say): StartChild {
  return (hear, ended) => {
    const child = fork(ENTRY, [], {
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED.test(name))),
      execArgv: process.execArgv.filter((arg) => !arg.startsWith('--inspect')),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let browser: number | null = null;
    child.on('message', (message) => {
      const read = report.safeParse(message);
      if (!read.success) return log('warn', 'the process of WhatsApp Web said something that is not understood');
      if (read.data.kind === 'browser') browser = read.data.pid;
      hear(read.data);
    });
    const over = once(ended);
    child.on('error', (error) => over(error.message));
    child.on('exit', (code, signal) => {
      if (code !== 0) killGroup(browser);
      over(signal ?? `exit code ${code ?? 'unknown'}`);
    });
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null)
        createInterface({ input: stream }).on('line', (line) =>
          log('info', 'WhatsApp Web says', { line: line.slice(0, LINE) }),
        );
    say(child, { kind: 'open', setup });
    return { say: (command) => say(child, command), kill: () => void child.kill('SIGKILL') };
  };
}

/** What cannot be said any more is not missed: the child's end is on its way, and tells everybody who waits. */
function say(child: ChildProcess, command: Parameters<ReturnType<StartChild>['say']>[0]): void {
  if (child.connected) child.send(command, () => undefined);
}

/** A child that was killed could not close its browser, which would go on and hold the login. */
function killGroup(pid: number | null): void {
  if (pid === null) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It is gone already, as it should be.
  }
}

function once(run: (how: string) => void): (how: string) => void {
  let done = false;
  return (how) => {
    if (!done) run(how);
    done = true;
  };
}
