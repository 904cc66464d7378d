import type { Operations } from '../api/v1/operations.ts';
import { offlineOperations } from '../wiring/offline.ts';
import { configOrFail } from './config.ts';
import { reach } from './reach.ts';
import { remoteOperations } from './remote.ts';

/** Where a command works: `server` when one runs, else `store`, opened by the command itself. */
export type Place = 'server' | 'store';

/** Runs a command's work with the operations of a running server, or on the store when none runs. */
export function withOperations<T>(work: (operations: Operations, place: Place) => Promise<T>): Promise<T> {
  return reach(configOrFail(), {
    server: (server) => work(remoteOperations(server), 'server'),
    store: async (opened) => {
      const offline = offlineOperations(opened);
      try {
        return await work(offline.operations, 'store');
      } finally {
        await offline.close();
      }
    },
  });
}
