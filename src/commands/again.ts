import { once } from 'node:events';
import { ParleyError, messageOf } from '../domain/error.ts';
import { shown } from '../flow/files.ts';
import { watchFiles } from '../flow/watch.ts';

/** Runs now, and again whenever a YAML file changes, until Ctrl-C. Runs never overlap. */
export async function runAgain(paths: readonly string[], run: () => Promise<unknown>): Promise<number> {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  let last = Promise.resolve();
  const watching = await watchFiles(paths, (files) => {
    const changed = files.filter((file) => /\.ya?ml$/i.test(file)).map((file) => shown(file));
    if (changed.length > 0) last = last.then(() => attempt(`\n${changed.join(', ')} changed\n\n`, run));
  });
  last = last.then(() => attempt('', run));
  await stopped;
  await watching.close();
  await last;
  return 0;
}

/** A run that cannot be made says why; the next change may mend it. */
async function attempt(announcement: string, run: () => Promise<unknown>): Promise<void> {
  process.stdout.write(announcement);
  try {
    await run();
  } catch (error) {
    const hint = error instanceof ParleyError ? error.hint : 'It runs again when a file changes.';
    process.stderr.write(`parley: ${messageOf(error)}\n  ${hint}\n`);
  }
}
