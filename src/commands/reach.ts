import type { Config } from '../config/config.ts';
import { keptKeys, loadKeys } from '../config/keys.ts';
import type { Keys } from '../config/keys.ts';
import { ParleyError } from '../domain/error.ts';
import { isObject } from '../domain/json.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';

/** A running server, and the token it is asked with. */
export interface Server {
  readonly url: string;
  readonly token: string;
}

/** A store that the command has opened itself, and the keys that belong to it. */
export interface OpenStore {
  readonly config: Config;
  readonly store: Store;
  readonly keys: Keys;
}

/** What a command does, whichever of the two it reaches. */
export interface Ways<T> {
  server(server: Server): Promise<T>;
  store(opened: OpenStore): Promise<T>;
}

/** Milliseconds a running server has to say that it is there. */
const PROBE = 2000;

/**
 * Reaches what a server has stored: by the server when one runs, else by opening its store. The embedded store belongs
 * to one process, so while a server has it everything goes by its API. Throws one clear error when neither can be had.
 */
export async function reach<T>(config: Config, ways: Ways<T>): Promise<T> {
  const found = await findServer(config);
  return found.kind === 'server' ? ways.server(found.server) : withStore(config, found, (opened) => ways.store(opened));
}

/** `refused`: a Parley server runs there, and has no use for our token. */
export type NoServer = { readonly kind: 'none' | 'refused' | 'no_token'; readonly url: string };

/** The running server of this configuration, or why there is none to go by. */
export async function findServer(
  config: Config,
): Promise<NoServer | { readonly kind: 'server'; readonly server: Server }> {
  let last: NoServer = { kind: 'none', url: '' };
  for (const url of addresses(config)) {
    if (!(await isParley(url))) continue;
    const token = config.adminToken ?? (await keptKeys(config.dataDir))?.adminToken;
    if (token === undefined) last = { kind: 'no_token', url };
    else if (await accepts(url, token)) return { kind: 'server', server: { url, token } };
    else last = { kind: 'refused', url };
  }
  return last;
}

/** Where the server of this configuration would be. */
function addresses({ host, port, publicUrl }: Config): string[] {
  const near = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const local = port === 0 ? [] : [`http://${near.includes(':') ? `[${near}]` : near}:${port}`];
  return publicUrl === undefined ? local : [...local, publicUrl];
}

/** No token goes to a program that has not said that it is a Parley server. */
async function isParley(url: string): Promise<boolean> {
  const answer: unknown = await asked(`${url}/healthz`)
    .then((response) => (response.ok ? response.json() : null))
    // Nobody listens there, or something that speaks another language: there is no server to go by.
    .catch(() => null);
  return isObject(answer) && answer['ok'] === true;
}

async function accepts(url: string, token: string): Promise<boolean> {
  const response = await asked(`${url}/api/v1/flows`, { Authorization: `Bearer ${token}` });
  await response.body?.cancel();
  return response.ok;
}

function asked(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(PROBE) });
}

async function withStore<T>(config: Config, found: NoServer, work: (opened: OpenStore) => Promise<T>): Promise<T> {
  const store = await openStore({
    dataDir: config.dataDir,
    synchronous: config.storeSync,
    ...(config.mongodbUri === undefined ? {} : { mongodbUri: config.mongodbUri }),
  }).catch((error: unknown) => {
    throw error instanceof ParleyError && error.code === 'data_dir_in_use' ? held(error, found) : error;
  });
  try {
    const keys = await loadKeys(config.dataDir, config);
    if (keys.fresh) process.stderr.write(`made ${config.dataDir}/keys.json: the encryption key and the admin token\n`);
    return await work({ config, store, keys });
  } finally {
    await store.close();
  }
}

/** The store is held by a server that could not be asked: what to do depends on why. */
function held(error: ParleyError, { kind, url }: NoServer): ParleyError {
  const hints = {
    none: 'A server has it, and does not answer where PORT, HOST and PUBLIC_URL say: set them as the server has them.',
    refused: `The server at ${url} refuses the token: set ADMIN_TOKEN as the server has it.`,
    no_token: `The server at ${url} needs a token: set ADMIN_TOKEN, or DATA_DIR as the server has it.`,
  };
  return new ParleyError('data_dir_in_use', error.message, hints[kind]);
}
