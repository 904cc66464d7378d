import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { web } from '../../channels/web/index.ts';
import { App } from '../../src/app.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { readConfig } from '../../src/config/config.ts';
import type { TurnReport } from '../../src/conversation/runner.ts';
import { silentLog } from '../../src/log/logger.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

/** A whole server in this process, on a free port, with a folder of its own. */
export interface TestApp {
  readonly app: App;
  readonly url: string;
  readonly dir: string;
  readonly turns: TurnReport[];
  close(): Promise<void>;
}

/** What a test may want otherwise. */
export interface AppChoices {
  readonly channels?: readonly Channel[];
  readonly env?: Record<string, string>;
  /** A folder of an app before: its flows and data are used again. */
  readonly dir?: string;
  /** True when close leaves the folder for another app. */
  readonly keep?: true;
  /** The database that it shares with others; without it, it has an embedded store of its own. */
  readonly mongo?: string;
  /** Milliseconds of a lease, where a test waits for its end. */
  readonly leaseMs?: number;
  /** The time of the store, and so of all that is stored. */
  readonly clock?: () => number;
  /** Puts something between the app and its store. */
  wrapStore?(store: Store): Store;
}

/** Starts a server with these flows (file name to text), or with those of a folder. */
export async function startApp(
  flows: Readonly<Record<string, string>> | string,
  options: AppChoices = {},
): Promise<TestApp> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'parley-app-')));
  const flowsDir = typeof flows === 'string' ? flows : join(dir, 'flows');
  if (typeof flows !== 'string') {
    await mkdir(flowsDir, { recursive: true });
    for (const [name, text] of Object.entries(flows)) await writeFile(join(flowsDir, name), text);
  }
  const { clock, mongo = '', leaseMs } = options;
  const places = { DATA_DIR: join(dir, 'data'), FLOWS_DIR: flowsDir, MONGODB_URI: mongo };
  const read = readConfig({ PORT: '0', ...places, ...options.env });
  if (!('config' in read)) throw new Error(read.problem);
  const turns: TurnReport[] = [];
  const given = clock === undefined ? {} : { clock };
  const opened = await openStore({ dataDir: read.config.dataDir, mongodbUri: mongo, ...given });
  const store = options.wrapStore?.(opened) ?? opened;
  const app = await App.start({
    config: read.config,
    log: silentLog,
    store,
    channels: options.channels ?? [web],
    watchFlows: true,
    ...(leaseMs === undefined ? {} : { leaseMs }),
    onTurn: (turn) => turns.push(turn),
  });
  const close = async (): Promise<void> => {
    await app.close(1000);
    if (options.keep !== true) await rm(dir, { recursive: true, force: true });
  };
  return { app, url: app.url, dir, turns, close };
}

/** A visitor of the web chat, by its HTTP API. */
export class Visitor {
  session = '';
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async start(flow: string): Promise<string[]> {
    const answer = await this.post(`/api/chat/${flow}/start`, {});
    this.session = answer.session ?? '';
    return texts(answer);
  }

  async say(text: string, id?: string): Promise<string[]> {
    return texts(await this.answer(text, id));
  }

  async answer(text: string, id?: string): Promise<ChatAnswer> {
    return this.post(`/api/chat/${this.session}/messages`, { text, ...(id === undefined ? {} : { id }) });
  }

  private async post(path: string, body: unknown): Promise<ChatAnswer> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as ChatAnswer;
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
}

/** What the chat API answers. */
export interface ChatAnswer {
  readonly session?: string;
  readonly messages: readonly { readonly id: string; readonly text?: string }[];
  readonly ended: boolean;
  readonly pending?: boolean;
  readonly redirect_url?: string;
}

function texts(answer: ChatAnswer): string[] {
  return answer.messages.map((message) => message.text ?? '');
}

/** A store that writes down which of its verbs were called. */
export function noting(store: Store, calls: string[]): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      // Knowing the time asks nothing of the store.
      if (name === 'now') return () => target.now();
      return (...args: readonly unknown[]): unknown => {
        calls.push(String(name));
        return Reflect.apply(value, target, args);
      };
    },
  });
}
