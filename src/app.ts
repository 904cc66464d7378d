import type { RequestListener, Server } from 'node:http';
import { addressOf, listen } from './api/server.ts';
import { under } from './calls/guard.ts';
import type { Channel } from './channel/channel.ts';
import { CHANNEL_LIMITS } from './channel/limits.ts';
import type { Config } from './config/config.ts';
import { loadKeys, stableKey } from './config/keys.ts';
import type { Keys } from './config/keys.ts';
import type { TurnReport } from './conversation/runner.ts';
import { Signals } from './conversation/signals.ts';
import { messageOf } from './domain/error.ts';
import { worldWith } from './domain/world.ts';
import type { World } from './domain/world.ts';
import type { TurnContext } from './engine/machine.ts';
import { Library } from './flow/library.ts';
import type { Loaded } from './flow/library.ts';
import type { Inbox } from './inbox/accept.ts';
import type { Log } from './log/logger.ts';
import type { Store } from './store/store.ts';
import { flowArchive } from './wiring/archive.ts';
import { benchPort } from './wiring/bench.ts';
import { turnContext } from './wiring/context.ts';
import { Conversations } from './wiring/conversations.ts';
import { startHousekeeping } from './wiring/housekeeping.ts';
import type { Terminal } from './wiring/host.ts';
import { operationsOf } from './wiring/live.ts';
import { createMetrics } from './wiring/metrics.ts';
import { openDemo } from './wiring/demo.ts';
import { OpenChannels } from './wiring/open-channels.ts';
import { outgoingOf } from './wiring/outgoing.ts';
import type { Outgoing } from './wiring/outgoing.ts';
import { SimulationRoom } from './wiring/simulations.ts';
import { reportLoad, reportTurn } from './wiring/reports.ts';
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
  /** Milliseconds of a lease, where a test cannot wait for a real one. */
  readonly leaseMs?: number;
  /** Sees every turn with its steps; without it turns do not record them. */
  onTurn?(turn: TurnReport): void;
}

/** Milliseconds that stopping may take; what is under way then is taken up by the next start. */
const DRAIN_MS = 20_000;

/** The composition root: joins the layers, starts them in order, stops them in the opposite one. */
export class App {
  readonly library: Library;
  private readonly options: AppOptions;
  private readonly keys: Keys;
  private readonly signals = new Signals();
  private readonly world: World;
  private readonly conversations: Conversations;
  private readonly metrics = createMetrics({
    lanes: () => this.conversations.lanes.size,
    waiting: () => this.conversations.lanes.waiting,
  });
  private readonly outgoing: Outgoing;
  private readonly simulations: SimulationRoom;
  private readonly opened = new OpenChannels();
  private server: Server | undefined;
  private housekeeping: NodeJS.Timeout | undefined;
  private starting = true;
  private draining = false;
  private findings: Loaded = { diagnostics: [], changed: [], kept: [] };
  private address = 'http://127.0.0.1:0';

  private constructor(options: AppOptions, keys: Keys) {
    this.options = options;
    const { store, log, config } = options;
    this.keys = keys;
    this.library = new Library(
      config.flowsDir,
      flowArchive(store, () => store.now()),
      CHANNEL_LIMITS,
    );
    // One clock for all that is stored: processes whose own clocks differ agree on when a wait is over.
    this.world = { ...worldWith(stableKey(keys.secretKey)), now: () => store.now() };
    this.outgoing = outgoingOf({
      config,
      store,
      log,
      world: this.world,
      secretKey: keys.secretKey,
      library: this.library,
      serverUrl: () => this.address,
      alsoAllow: (url) => config.demo && under(new URL('/demo', this.address))(url),
      channels: () => this.opened.all(),
    });
    const { caller } = this.outgoing;
    this.simulations = new SimulationRoom({ library: this.library, caller, serverUrl: () => this.address });
    this.conversations = new Conversations({
      store,
      log,
      library: this.library,
      signals: this.signals,
      metrics: this.metrics,
      context: this.turnContext(),
      make: (call, contact, signal, again) => this.outgoing.make(call, contact, signal, again),
      channel: (name) => this.opened.get(name),
      report: (turn) => this.turned(turn),
      channels: config.mongodbUri === undefined ? null : options.channels.map(({ name }) => name),
      leaseMs: options.leaseMs,
    });
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

  /** The door of every conversation. */
  get inbox(): Inbox {
    return this.conversations.inbox;
  }

  /** What the last load of the flows folder found. */
  get loaded(): Loaded {
    return this.findings;
  }

  /** Names of the channels that are open. */
  get channels(): string[] {
    return this.opened.all().map(({ type }) => type.name);
  }

  /** Resolves when nothing is being worked on. */
  idle(): Promise<void> {
    return this.conversations.lanes.idle();
  }

  /** Stops taking work, finishes what is under way within `limitMs`, and lets everything go. */
  async close(limitMs = DRAIN_MS): Promise<void> {
    this.draining = true;
    clearInterval(this.housekeeping);
    await this.conversations.stop(limitMs);
    await this.opened.close();
    await this.outgoing.close();
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
    const { credentials } = this.outgoing.box;
    if (config.demo) await openDemo({ credentials, integrations: this.library.integrations() }, log);
    for (const channel of this.options.channels) await this.openChannel(channel);
    if (this.options.watchFlows) {
      await this.library.watch(
        (loaded) => this.loadedNow(loaded),
        (error) => log.error('the flows could not be loaded again', { reason: messageOf(error) }),
      );
    }
    this.conversations.start();
    this.starting = false;
    this.housekeeping = startHousekeeping(this.options.store, config.retentionTranscripts, log, this.library, () =>
      this.opened.all(),
    );
  }

  private web(): RequestListener {
    const { config, store, log } = this.options;
    const { library, keys, outgoing } = this;
    const accept: Inbox['accept'] = (contact, entry) => this.inbox.accept(contact, entry);
    const serverUrl = (): string => this.address;
    const operations = operationsOf({ config, keys, store, accept, serverUrl, ...outgoing });
    return webOf({
      store,
      log,
      library,
      operations,
      outside: this.conversations.outside,
      simulations: this.simulations,
      adminToken: keys.adminToken,
      metrics: () => this.metrics.text(),
      demo: config.demo,
      channels: this.opened,
      starting: () => this.starting,
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
    const { signals, library, outgoing, conversations } = this;
    const { elsewhere, outside } = conversations;
    const seated = terminal === undefined ? {} : { terminal };
    const parts = { store, log, signals, library, elsewhere, outside, env: config.env, client: outgoing.places };
    await this.opened.open(channel, {
      ...parts,
      ...seated,
      bench: benchPort(this.simulations),
      inbox: () => this.inbox,
    });
  }

  private turnContext(): TurnContext {
    const { world, library, options } = this;
    const { publicUrl } = options.config;
    return turnContext({ world, library, publicUrl, tracing: options.onTurn !== undefined, url: () => this.address });
  }

  private turned(turn: TurnReport): void {
    this.signals.grown(turn.conversation.id);
    this.metrics.turn(turn);
    reportTurn(this.options.log, turn);
    this.options.onTurn?.(turn);
  }
}
