import { once } from 'node:events';

/** Something that is being watched until it is closed. */
export interface Watching {
  close(): Promise<void>;
}

/** Milliseconds without a change after which several are told of as one. */
const QUIET = 40;

/** Watches files and folders, and tells which files changed once their writers are done. From its answer on nothing is missed. */
export async function watchFiles(
  paths: readonly string[],
  changed: (files: readonly string[]) => void,
): Promise<Watching> {
  const { watch } = await import('chokidar');
  const watcher = watch([...paths], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 60, pollInterval: 20 },
  });
  const files = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (_, path) => {
    files.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const together = [...files];
      files.clear();
      changed(together);
    }, QUIET);
  });
  await once(watcher, 'ready');
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
