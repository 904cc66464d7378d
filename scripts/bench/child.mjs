// Processes that a measurement starts. Each goes when its parent does.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** More for Node, such as `--cpu-prof`: each process writes its profile when it ends. */
const extra = (process.env.BENCH_NODE ?? '').split(' ').filter((each) => each !== '');

/** Starts a script of this folder with one JSON argument; resolves with its first message and ways to ask it for more. */
export async function startChild(script, job) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(file, [JSON.stringify(job)], {
    execArgv: ['--expose-gc', '--no-warnings', ...extra],
    stdio: ['ignore', 'inherit', job.log === undefined ? 'inherit' : 'ignore', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const first = await heard(child, script);
  return {
    first,
    pid: child.pid,
    ask: async (what) => {
      const answer = heard(child, script);
      child.send({ ask: what });
      return (await answer).told;
    },
    stop: () => child.disconnect(),
  };
}

/** The next message of a child; rejects when it ends instead. */
function heard(child, script) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`${script} ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
