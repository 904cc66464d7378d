import express from 'express';
import { createServer } from 'node:http';
import { allowWith } from '../../src/api/auth.ts';
import { healthRouter } from '../../src/api/health.ts';
import { createWeb } from '../../src/api/server.ts';
import { Tokens } from '../../src/api/tokens.ts';
import { apiRouter } from '../../src/api/v1.ts';
import type { Operations } from '../../src/api/v1/operations.ts';
import { createCaller } from '../../src/calls/caller.ts';
import { createClient } from '../../src/calls/client.ts';
import { createGuard } from '../../src/calls/guard.ts';
import { createCallLog } from '../../src/calls/log.ts';
import { maskOf } from '../../src/calls/mask.ts';
import { addSecretKey } from '../../src/config/keys.ts';
import { realWorld, worldWith } from '../../src/domain/world.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { acceptAlone } from '../../src/wiring/contacts.ts';
import { createOperations } from '../../src/wiring/operations.ts';
import type { OperationParts } from '../../src/wiring/operations.ts';
import { openSecrets, secretSource } from '../../src/wiring/secrets.ts';
import type { SecretBox } from '../../src/wiring/secrets.ts';
import { trialScope } from '../../src/wiring/tried.ts';
import { Asker, listening } from './kit.ts';

export const TOKEN = 'test-token-of-an-admin-0123456789';

/** API v1 on this machine, on the embedded store of a folder, with the real client behind it. */
export interface Served {
  readonly url: string;
  readonly api: Asker;
  readonly store: Store;
  readonly box: SecretBox;
  readonly operations: Operations;
  /** What was written to the log. */
  readonly log: string[];
  close(): Promise<void>;
}

/** What a test decides about it. */
export interface ServedChoices extends Pick<OperationParts, 'definitions'>, Partial<Pick<OperationParts, 'flows'>> {
  readonly dataDir: string;
  readonly secretKey: string;
  /** True when the keys are in `keys.json` of the folder. */
  readonly keepsKeys?: boolean;
}

/** Starts it. */
export async function serveApi(choices: ServedChoices): Promise<Served> {
  const { dataDir, secretKey } = choices;
  const store = await openStore({ dataDir });
  const box = openSecrets(store, secretKey, () => realWorld.now());
  const log: string[] = [];
  const warn = (text: string, facts: object = {}): void => void log.push(text + JSON.stringify(facts));
  const client = createClient({ guard: createGuard({ allow: ['127.0.0.1'] }), version: 'test' });
  const rows = createCallLog({ put: (document) => store.put(document), retentionMs: 60_000, warn });
  const caller = createCaller({ client, secrets: secretSource(box), log: rows, world: realWorld });
  const world = worldWith(secretKey);
  const operations = createOperations({
    flows: async () => [],
    ...choices,
    store,
    box,
    accept: acceptAlone(store),
    call: (request, options) => caller.test(request, options),
    scope: () => trialScope(world, 'http://127.0.0.1:3000'),
    maskOf,
    candidates: (json) => [{ path: 'whole', type: 'string', sample: json }],
    addKey: async () => (choices.keepsKeys === true ? addSecretKey(dataDir) : null),
  });
  const metrics = async (): Promise<{ type: string; body: string }> => ({ type: 'text/plain', body: '' });
  const view = { operations, flows: () => [], flow: () => undefined, graph: async () => null, diagnostics: () => [] };
  const routers = [
    { path: '/', router: healthRouter({ ping: () => store.ping(), draining: () => false, metrics }) },
    { path: '/api/v1', router: apiRouter(view, allowWith(new Tokens(store, TOKEN, () => realWorld.now()))) },
  ];
  const app = createWeb(routers, (error) => warn(error instanceof Error ? (error.stack ?? '') : String(error)));
  const { origin, close } = await listening(createServer(express().use(app)));
  return {
    url: origin,
    api: new Asker(`${origin}/api/v1`, TOKEN),
    store,
    box,
    operations,
    log,
    close: async () => {
      await close();
      await client.close();
      await rows.drain();
      await store.close();
    },
  };
}
