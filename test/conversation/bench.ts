import { Runner } from '../../src/conversation/runner.ts';
import type { TurnReport } from '../../src/conversation/runner.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { isStored } from '../../src/domain/entry.ts';
import type { Entry } from '../../src/domain/entry.ts';
import type { Flow } from '../../src/domain/flow.ts';
import type { Session } from '../../src/domain/session.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { FrozenWorld } from '../../src/testing/world.ts';

function flowOf(text: string): Flow {
  const { flow, diagnostics } = compileFlow(`flow: pizza\n${text}`, 'pizza.yaml');
  if (flow === null) throw new Error(JSON.stringify(diagnostics));
  return flow;
}

/** One contact, the real runner and store, and flows that change under them. */
export class Bench {
  readonly world: FrozenWorld;
  readonly turns: TurnReport[] = [];
  readonly versions = new Map<string, Flow>();
  readonly live = new Map<string, Flow>();
  private readonly store: Store;
  private readonly contact = newContact('web', 'ana');
  private entries = 0;

  constructor(store: Store, world: FrozenWorld) {
    this.store = store;
    this.world = world;
  }

  static async open(text: string): Promise<Bench> {
    const world = new FrozenWorld();
    const bench = new Bench(await openStore({ dataDir: ':memory:', clock: () => world.now() }), world);
    bench.edit(text);
    await bench.take({ kind: 'start', flow: 'pizza' });
    return bench;
  }

  edit(text: string): Flow {
    const flow = flowOf(text);
    this.live.set('pizza', flow);
    this.versions.set(flow.version, flow);
    return flow;
  }

  async say(text: string): Promise<string[]> {
    return this.take({ kind: 'message', message: { text } });
  }

  async session(): Promise<Session | null> {
    return (await this.store.load(this.contact.id))?.session ?? null;
  }

  /** Takes one entry; answers what is said to it. */
  async take(what: Record<string, unknown> & { kind: Entry['kind'] }): Promise<string[]> {
    this.entries += 1;
    const entry = { id: `e${this.entries}`, at: this.world.now(), ...what } as Entry;
    const terms = { owner: 'test', leaseMs: 10_000, inboxLimit: 10 };
    const { contact } = this;
    // Timers and answers of calls do not come by the inbox: a conversation that is held gets them.
    const stored = isStored(entry) ? entry : ({ ...entry, kind: 'set', variables: {} } as const);
    const accepted = await this.store.accept({ conversation: contact.id, contact, entry: stored, ...terms });
    if (accepted.kind !== 'held') throw new Error(accepted.kind);
    const { token } = accepted.held;
    let turned: Conversation | null = accepted.held.conversation;
    for (const one of new Set([stored, entry])) turned = turned && (await this.runner().turn(turned, token, one, []));
    if (turned === null) throw new Error('lost');
    const done = turned.owed.map(({ key }) => key);
    await this.store.settle({ id: contact.id, token, done });
    return turned.owed.flatMap((effect) => (effect.kind === 'delivery' ? [effect.message.text ?? ''] : []));
  }

  private runner(): Runner {
    const flows = {
      current: (id: string) => this.live.get(id),
      all: () => [...this.live.values()],
      version: async (hash: string) => this.versions.get(hash) ?? null,
    };
    const context = {
      world: this.world,
      serverUrl: 'http://parley.test',
      publicUrl: 'http://parley.test',
      timezone: 'UTC',
      tracing: false,
      integration: () => undefined,
    };
    const failed = (error: unknown): void => {
      throw error;
    };
    return new Runner({ store: this.store, flows, context, report: (turn) => this.turns.push(turn), failed });
  }
}
