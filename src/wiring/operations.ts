import type { Operations } from '../api/v1/operations.ts';
import { ParleyError } from '../domain/error.ts';
import type { RecordFacts } from '../integrations/records.ts';
import { keysInUse, rotateSome } from '../integrations/rotate.ts';
import type { Store } from '../store/store.ts';
import { adminOperations } from './admin.ts';
import { tryBlock } from './block-trial.ts';
import type { BlockTrialParts } from './block-trial.ts';
import { listCalls, showCall } from './call-log.ts';
import { contactOperations } from './contacts.ts';
import { deploymentOf } from './deployment.ts';
import type { ContactParts } from './contacts.ts';
import { inUse, integrationOperations } from './integrations.ts';
import type { IntegrationParts } from './integrations.ts';
import { flowsTaking } from './uses.ts';

/** What all operations are made of. */
export interface OperationParts extends IntegrationParts, ContactParts, BlockTrialParts {
  readonly store: Store;
  readonly adminToken: string;
  /** Makes a new master key and answers the whole ring; null when this server does not keep its keys itself. */
  addKey(): Promise<string | null>;
}

/** Records that a rotation puts under the newest key in one request, unless it is told. */
const BATCH = 500;

/** Everything the API and the commands can do, on this store. */
export function createOperations(parts: OperationParts): Operations {
  const { store } = parts;
  return {
    ...integrationOperations(parts),
    ...secretOperations(parts),
    ...keyOperations(parts),
    ...contactOperations(parts),
    ...deploymentOf(store),
    ...adminOperations(parts),
    testBlock: (flow, block, variables) => tryBlock(flow, block, variables, parts),
    calls: (query) => listCalls(store, query),
    call: (id) => showCall(store, id),
  };
}

type ForSecrets = Pick<Operations, 'secrets' | 'secret' | 'setSecret' | 'removeSecret'>;

function secretOperations(parts: OperationParts): ForSecrets {
  const { secrets } = parts.box;
  return {
    secrets: async () => (await secrets.list()).map(secretRow),
    secret: async (name) => secretRow(await secrets.facts(name)),
    setSecret: (name, value) => secrets.set(name, value),
    removeSecret: async (name, force) => {
      await secrets.facts(name);
      const flows = force ? [] : flowsTaking(await parts.flows(), name);
      if (flows.length > 0) throw inUse(`the secret "${name}"`, flows);
      await secrets.remove(name);
    },
  };
}

function secretRow({ id, createdAt, keyKnown }: RecordFacts): Awaited<ReturnType<Operations['secret']>> {
  return { name: id, created_at: new Date(createdAt).toISOString(), readable: keyKnown };
}

function keyOperations({ box, ...parts }: OperationParts): Pick<Operations, 'keys' | 'rotateKeys'> {
  return {
    keys: async () => {
      const uses = await keysInUse(box.documents, box.ring);
      return uses.map(({ id, current, inRing, records }) => ({ id, current, in_ring: inRing, records }));
    },
    rotateKeys: async ({ fresh = false, after, limit = BATCH }) => {
      if (fresh) box.ring.replace(await ringWithNewKey(() => parts.addKey()));
      return rotateSome(box, { limit, ...(after === undefined ? {} : { after }) });
    },
  };
}

async function ringWithNewKey(addKey: OperationParts['addKey']): Promise<string> {
  const ring = await addKey();
  if (ring !== null) return ring;
  const hint = 'Put the new key in front of the old ones (SECRET_KEY=new,old), start the server again, then rotate.';
  throw new ParleyError('conflict', 'this server gets its keys from SECRET_KEY, so it cannot make a new one', hint);
}
