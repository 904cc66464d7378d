import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express, Router } from 'express';
import { listen, newRouter } from './api/server.ts';
import { createClient } from './calls/client.ts';
import type { Client } from './calls/client.ts';
import { createGuard, under } from './calls/guard.ts';
import type { Channel } from './channel/channel.ts';
import type { Config } from './config/config.ts';
import { loadKeys } from './config/keys.ts';
import type { Keys } from './config/keys.ts';
import { Runner } from './conversation/runner.ts';
import type { TurnReport } from './conversation/runner.ts';
import { Signals } from './conversation/signals.ts';
import { shownId } from './domain/contact.ts';
import { causeOf } from './domain/entry.ts';
import { messageOf } from './domain/error.ts';
import { realWorld } from './domain/world.ts';
import type { TurnContext } from './engine/machine.ts';
import { Library } from './flow/library.ts';
import type { Loaded } from './flow/library.ts';
import { Inbox } from './inbox/accept.ts';
import { Due } from './inbox/due.ts';
import { Lanes } from './inbox/lanes.ts';
import type { Log } from './log/logger.ts';
import { Sender } from './outbox/sender.ts';
import type { RunningChannel } from './outbox/sender.ts';
import type { Store } from './store/store.ts';
import { version } from './version.ts';
import { flowArchive } from './wiring/archive.ts';
import { performCall } from './wiring/call.ts';
import { channelHost } from './wiring/host.ts';
import { startHousekeeping } from './wiring/housekeeping.ts';
import type { Terminal } from './wiring/host.ts';
import { reportDelivery, reportLoad, reportTurn } from './wiring/reports.ts';
import { webOf } from './wiring/web.ts';

/** What an app is made of. Everything that touches the outside is given to it. */
export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly store: Store;
  readonly channels: readonly Channel[];
  /** Where somebody sits, for the console channel. */
  readonly terminal?: Terminal;
  readonly watchFlows: boolean;
  /** Sees every turn with its steps; without it turns do not record them. */
  onTurn?(turn: TurnReport): void;
}

const now = (): number => realWorld.now();

/** Milliseconds that stopping may take; what is under way then is taken up by the next start. */
const DRAIN_MS = 20_000;

/** The composition root: joins the layers, starts them in order, stops them in the opposite one. */
export class App {
  readonly library: Library;
  readonly inbox: Inbox;
  private readonly options: AppOptions;
  private readonly keys: Keys;
  private readonly signals = new Signals();
  private readonly lanes: Lanes;
  private readonly due: Due;
  private readonly client: Client;
  private readonly running = new Map<string, RunningChannel>();
  private readonly channelRouter: Router = newRouter();
  private server: Server | undefined;
  private housekeeping: NodeJS.Timeout | undefined;
  private draining = false;
  private findings: Loaded = { diagnostics: [], changed: [], kept: [] };
  private address = 'http://127.0.0.1:0';

  private constructor(options: AppOptions, keys: Keys) {
    const { store, log, config } = options;
    const owner = realWorld.id();
    this.options = options;
    this.keys = keys;
    this.library = new Library(config.flowsDir, flowArchive(store, now));
    this.client = createClient({
      guard: createGuard({ allow: config.outboundAllow, alsoAllow: (url) => this.demoAllows(url) }),
      version: version(),
    });
    this.lanes = new Lanes(store, this.laneSteps());
    this.inbox = new Inbox(store, this.lanes, owner);
    this.due = new Due(store, this.lanes, owner, (error) =>
      log.error('looking for due conversations failed', { reason: messageOf(error) }),
    );
  }

  /** Loads the flows, opens the channels and starts to listen. */
  static async start(options: AppOptions): Promise<App> {
    const { config } = options;
    const app = new App(options, await loadKeys(config.dataDir, config));
    try {
      await app.open();
    } catch (error) {
      await app.close(0);
      throw error;
    }
    return app;
  }

  /** Where the server listens, as itself sees it. */
  get url(): string {
    return this.address;
  }

  /** The admin token, if it was made by this start and should be shown once. */
  get freshToken(): string | undefined {
    return this.keys.fresh ? this.keys.adminToken : undefined;
  }

  /** What the last load of the flows folder found. */
  get loaded(): Loaded {
    return this.findings;
  }

  /** Names of the channels that are open. */
  get channels(): string[] {
    return [...this.running.keys()];
  }

  /** Resolves when nothing is being worked on. */
  async idle(): Promise<void> {
    await this.lanes.idle();
  }

  /** Stops taking work, finishes what is under way within `limitMs`, and lets everything go. */
  async close(limitMs = DRAIN_MS): Promise<void> {
    this.draining = true;
    await this.inbox.close();
    clearInterval(this.housekeeping);
    await this.due.stop();
    await this.lanes.drain(limitMs);
    for (const { open } of this.running.values()) await open.close();
    await this.client.close();
    await this.library.close();
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server === undefined ? resolve() : this.server.close(() => resolve())));
    await this.options.store.close();
  }

  private async open(): Promise<void> {
    const { config, log } = this.options;
    this.loadedNow(await this.library.load());
    this.server = await listen(this.web(), config.port, config.host);
    this.address = addressOf(this.server);
    for (const channel of this.options.channels) await this.openChannel(channel);
    if (this.options.watchFlows) {
      await this.library.watch(
        (loaded) => this.loadedNow(loaded),
        (error) => log.error('the flows could not be loaded again', { reason: messageOf(error) }),
      );
    }
    this.due.start();
    this.housekeeping = startHousekeeping(this.options.store, config.retentionTranscripts, log);
  }

  private web(): Express {
    const { config, store, log } = this.options;
    return webOf({
      store,
      log,
      library: this.library,
      adminToken: this.keys.adminToken,
      demo: config.demo,
      channels: this.channelRouter,
      draining: () => this.draining,
      loaded: () => this.findings,
    });
  }

  private loadedNow(loaded: Loaded): void {
    this.findings = loaded;
    reportLoad(this.options.log, loaded);
  }

  private async openChannel(channel: Channel): Promise<void> {
    const { store, log, config, terminal } = this.options;
    const shared = config.mongodbUri !== undefined;
    const parts = {
      shared,
      store,
      log,
      signals: this.signals,
      library: this.library,
      router: this.channelRouter,
      env: config.env,
      inbox: () => this.inbox,
    };
    const open = await channel.open(channelHost(channel, terminal === undefined ? parts : { ...parts, terminal }));
    this.running.set(channel.name, { type: channel, open });
  }

  private laneSteps(): ConstructorParameters<typeof Lanes>[1] {
    const { store, log } = this.options;
    const channel = (name: string): RunningChannel | undefined => this.running.get(name);
    const sender = new Sender({ store, channel, now, report: (delivery) => reportDelivery(log, delivery) });
    const runner = new Runner({
      store,
      flows: this.library,
      context: this.turnContext(),
      report: (turn) => this.turned(turn),
      failed: (error) => log.error('a bug: a report failed', { reason: messageOf(error) }),
    });
    return {
      now,
      send: (conversation, token, done, alive) => sender.send(conversation, token, done, alive),
      turn: (conversation, token, entry, done) => runner.turn(conversation, token, entry, done),
      call: (call, conversation, signal) =>
        performCall(call, conversation, signal, { client: this.client, log, channel, now }),
      settled: (conversation, entry) => this.signals.settled(conversation, causeOf(entry)),
      failed: (conversation, error) =>
        log.error('a conversation stopped and will be taken up again', {
          conversation: shownId(conversation),
          reason: messageOf(error),
        }),
    };
  }

  private turnContext(): TurnContext {
    const url = (): string => this.address;
    const tracing = this.options.onTurn !== undefined;
    return {
      world: realWorld,
      timezone: 'UTC',
      tracing,
      get serverUrl() {
        return url();
      },
    };
  }

  private turned(turn: TurnReport): void {
    this.signals.grown(turn.conversation.id);
    reportTurn(this.options.log, turn);
    this.options.onTurn?.(turn);
  }

  private demoAllows(url: URL): boolean {
    return this.options.config.demo && under(new URL('/demo', this.address))(url);
  }
}

function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
