import type { Operations } from '../api/v1/operations.ts';
import type { Caller } from '../calls/caller.ts';
import { maskOf } from '../calls/mask.ts';
import type { Config } from '../config/config.ts';
import { addSecretKey, stableKey } from '../config/keys.ts';
import type { Keys } from '../config/keys.ts';
import { worldWith } from '../domain/world.ts';
import { readDefinitions } from '../flow/definitions.ts';
import { readSources } from '../flow/files.ts';
import { checkProject } from '../flow/project.ts';
import { candidatesOf } from '../integrations/candidates.ts';
import type { Store } from '../store/store.ts';
import type { ContactParts } from './contacts.ts';
import { createOperations } from './operations.ts';
import type { SecretBox } from './secrets.ts';
import { trialScope } from './tried.ts';
import { writtenFlows } from './uses.ts';

/** What operations stand on: a running server, or a command that has opened the store. */
export interface LiveParts {
  readonly config: Config;
  readonly keys: Keys;
  readonly store: Store;
  readonly box: SecretBox;
  readonly caller: Pick<Caller, 'test'>;
  readonly accept: ContactParts['accept'];
  /** Address of the server, as requests may name it. */
  serverUrl(): string;
}

/** The operations on a store, its flows folder, and the client that makes all calls. */
export function operationsOf(parts: LiveParts): Operations {
  const { config, keys, store, box, caller, accept } = parts;
  const world = worldWith(stableKey(keys.secretKey));
  // A key that others have to know too is given to them by whoever gives SECRET_KEY.
  const keepsKeys = config.secretKey === undefined && config.mongodbUri === undefined;
  return createOperations({
    store,
    box,
    accept,
    adminToken: keys.adminToken,
    call: (request, options) => caller.test(request, options),
    definitions: () => readDefinitions(config.flowsDir),
    flows: () => writtenFlows(config.flowsDir),
    project: async () => checkProject((await readSources([config.flowsDir])).sources),
    scope: () => trialScope(world, parts.serverUrl()),
    maskOf,
    candidates: candidatesOf,
    addKey: async () => (keepsKeys ? addSecretKey(config.dataDir) : null),
  });
}
