import { checkProject } from '../../src/flow/project.ts';
import express from 'express';
import { createServer } from 'node:http';
import { allowWith } from '../../src/api/auth.ts';
import { healthRouter } from '../../src/api/health.ts';
import { outsideRouter } from '../../src/api/outside.ts';
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
import { Outside } from '../../src/conversation/outside.ts';
import { realWorld, worldWith } from '../../src/domain/world.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { acceptAlone } from '../../src/wiring/contacts.ts';
import { createOperations } from '../../src/wiring/operations.ts';
import type { OperationParts } from '../../src/wiring/operations.ts';
import { openSecrets, secretSource } from '../../src/wiring/secrets.ts';
import type { SecretBox } from '../../src/wiring/secrets.ts';
import { SimulationRoom } from '../../src/wiring/simulations.ts';
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
  readonly simulations: SimulationRoom;
  readonly outside: Outside;
  readonly tokens: Tokens;
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
    project: async () => checkProject([]),
    ...choices,
    store,
    box,
    accept: acceptAlone(store),
    call: (request, options) => caller.test(request, options),
    scope: () => trialScope(world, 'http://127.0.0.1:3000'),
    maskOf,
    candidates: (json) => [{ path: 'whole', type: 'string', sample: json }],
    adminToken: TOKEN,
    addKey: async () => (choices.keepsKeys === true ? addSecretKey(dataDir) : null),
  });
  const live = { current: () => undefined, all: () => [], version: async () => null };
  const { now, id } = realWorld;
  const outside = new Outside({ store, flows: live, accept: acceptAlone(store), now, id });
  const metrics = async (): Promise<{ type: string; body: string }> => ({ type: 'text/plain', body: '' });
  const library = { all: () => [], current: () => undefined, integration: () => undefined };
  const simulations = new SimulationRoom({ caller, library, serverUrl: () => 'http://127.0.0.1:3000' });
  const view = {
    operations,
    simulations,
    flows: () => [],
    flow: () => undefined,
    graph: async () => null,
    diagnostics: () => [],
  };
  const tokens = new Tokens(store, TOKEN, () => realWorld.now());
  const allow = allowWith(tokens);
  const routers = [
    { path: '/', router: healthRouter({ ping: () => store.ping(), draining: () => false, metrics }) },
    { path: '/api/v1', router: outsideRouter(outside, allow) },
    { path: '/api/v1', router: apiRouter(view, allow) },
  ];
  const app = createWeb(routers, (error) => warn(error instanceof Error ? (error.stack ?? '') : String(error)));
  const listener = await listening(createServer(express().use(app)));
  return {
    url: listener.origin,
    api: new Asker(`${listener.origin}/api/v1`, TOKEN),
    store,
    box,
    operations,
    simulations,
    outside,
    tokens,
    log,
    close: async () => {
      await listener.close();
      await client.close();
      await rows.drain();
      await store.close();
    },
  };
}
