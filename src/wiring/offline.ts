import type { Operations } from '../api/v1/operations.ts';
import { createCaller } from '../calls/caller.ts';
import { createClient } from '../calls/client.ts';
import { createGuard } from '../calls/guard.ts';
import { createCallLog } from '../calls/log.ts';
import type { Config } from '../config/config.ts';
import type { Keys } from '../config/keys.ts';
import { realWorld } from '../domain/world.ts';
import type { Store } from '../store/store.ts';
import { version } from '../version.ts';
import { acceptAlone } from './contacts.ts';
import { operationsOf } from './live.ts';
import { openSecrets, secretSource } from './secrets.ts';

/** The operations of a store that no server has open. Their calls go out by the same guard, client and log. */
export function offlineOperations({ config, keys, store }: { config: Config; keys: Keys; store: Store }): {
  readonly operations: Operations;
  /** Waits for what is to be written down. The store stays open. */
  close(): Promise<void>;
} {
  const box = openSecrets(store, keys.secretKey, () => realWorld.now());
  const client = createClient({ guard: createGuard({ allow: config.outboundAllow }), version: version() });
  const log = createCallLog({
    put: (document) => store.put(document),
    retentionMs: config.retentionCalls,
    warn: (text) => void process.stderr.write(`parley: ${text}\n`),
  });
  const serverUrl = (): string => config.publicUrl ?? `http://${config.host}:${config.port}`;
  const caller = createCaller({ client, secrets: secretSource(box, serverUrl), log, world: realWorld });
  const operations = operationsOf({ config, keys, store, box, caller, serverUrl, accept: acceptAlone(store) });
  const close = async (): Promise<void> => {
    await client.close();
    await log.drain();
  };
  return { operations, close };
}
