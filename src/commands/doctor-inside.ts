import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operations } from '../api/v1/operations.ts';
import type { Config } from '../config/config.ts';
import { keptKeys } from '../config/keys.ts';
import { note, ok, problem } from '../domain/finding.ts';
import type { Finding } from '../domain/finding.ts';
import { isObject } from '../domain/json.ts';
import { area, failure } from '../wiring/doctor/area.ts';
import type { Area } from '../wiring/doctor/area.ts';
import { checkClock, checkLastWrite } from '../wiring/doctor/clock.ts';
import { checkKeys, checkStock } from '../wiring/doctor/secrets.ts';
import { checkWork } from '../wiring/doctor/work.ts';
import { offlineOperations } from '../wiring/offline.ts';
import { writtenFlows } from '../wiring/uses.ts';
import { findServer, reach } from './reach.ts';
import type { NoServer, OpenStore, Server } from './reach.ts';
import { remoteOperations } from './remote.ts';

const PATIENCE = 5000;

/** The store and what is in it: by the server when one runs, else by opening the store. Nothing is made for it. */
export async function checkInside(config: Config): Promise<Area[]> {
  try {
    const found = await findServer(config);
    if (found.kind === 'server') return await inServer(config, found.server);
    const closed = [...strangers(found), ...(await unopened(config))];
    if (closed.length > 0) return [{ name: 'Store', findings: closed }];
    const written = await lastWrite(config);
    return await reach(config, {
      server: (server) => inServer(config, server),
      store: (opened) => inStore(config, opened, written),
    });
  } catch (error) {
    return [{ name: 'Store', findings: [failure(error)] }];
  }
}

/** When the embedded store was written last, before it is opened, which is a write (ms since 1970). */
async function lastWrite({ mongodbUri, dataDir }: Config): Promise<number> {
  return mongodbUri === undefined ? (await stat(join(dataDir, 'parley.db'))).mtimeMs : 0;
}

/** A server that is there and takes no token of ours. */
function strangers({ kind, url }: NoServer): Finding[] {
  if (kind === 'refused')
    return [problem(`the server at ${url} refuses the token`, 'Set ADMIN_TOKEN as the server has it.')];
  if (kind === 'no_token')
    return [problem(`the server at ${url} needs a token`, 'Set ADMIN_TOKEN, or DATA_DIR as the server has it.')];
  return [];
}

/** Why there is no store to open, or none that should be; empty when it can be. */
async function unopened({ dataDir, mongodbUri, secretKey, adminToken }: Config): Promise<Finding[]> {
  if (mongodbUri === undefined && !existsSync(join(dataDir, 'parley.db')))
    return [note(`there is no store in ${dataDir} yet, and no server answers`, 'The first start makes it: npm start.')];
  if (secretKey !== undefined && adminToken !== undefined) return [];
  if ((await keptKeys(dataDir)) !== null) return [];
  const fix = 'Set them as they were, or put keys.json back from the backup.';
  return [
    problem(`the store was not opened: there is neither SECRET_KEY with ADMIN_TOKEN nor keys.json in ${dataDir}`, fix),
  ];
}

async function inServer(config: Config, server: Server): Promise<Area[]> {
  const store = await area('Store', () => ready(server));
  return [store, ...(await contents(config, remoteOperations(server), true))];
}

async function ready({ url }: Server): Promise<Finding[]> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE) });
  const now = Date.now();
  const answer: unknown = await response.json();
  const reason =
    isObject(answer) && typeof answer['reason'] === 'string' ? answer['reason'] : `HTTP ${response.status}`;
  const state = response.ok
    ? ok(`the server at ${url} runs, and its store answers`)
    : problem(`the server at ${url} takes no traffic: ${reason}`, 'See its log.');
  const date = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(date) ? [state] : [state, checkClock(now, date, 'the server')];
}

async function inStore(config: Config, opened: OpenStore, written: number): Promise<Area[]> {
  const store = await area('Store', () => opens(config, opened, written));
  const offline = offlineOperations(opened);
  try {
    return [store, ...(await contents(config, offline.operations, false))];
  } finally {
    await offline.close();
  }
}

/** MongoDB has a clock of its own; the embedded store only remembers when it was written last. */
async function opens({ mongodbUri, dataDir }: Config, { store }: OpenStore, written: number): Promise<Finding[]> {
  const started = performance.now();
  await store.ping();
  const ms = Math.round(performance.now() - started);
  if (mongodbUri !== undefined)
    return [ok(`MongoDB answers in ${ms} ms; no server answers here`), checkClock(Date.now(), store.now(), 'MongoDB')];
  return [ok(`the store in ${dataDir} opens; no server has it`), checkLastWrite(Date.now(), written)];
}

async function contents(config: Config, operations: Operations, running: boolean): Promise<Area[]> {
  return [
    await area('Credentials', async () => [
      ...checkKeys(await operations.keys()),
      ...checkStock({
        integrations: await operations.integrations(),
        credentials: await operations.credentials(),
        secrets: await operations.secrets(),
        flows: await writtenFlows(config.flowsDir),
      }),
    ]),
    await area('Conversations', () => checkWork(operations, running)),
  ];
}
