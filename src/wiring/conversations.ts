import { Outside } from '../conversation/outside.ts';
import { Runner } from '../conversation/runner.ts';
import type { TurnReport } from '../conversation/runner.ts';
import type { Signals } from '../conversation/signals.ts';
import type { Link } from '../domain/effect.ts';
import { messageOf } from '../domain/error.ts';
import { realWorld } from '../domain/world.ts';
import type { TurnContext } from '../engine/machine.ts';
import type { Library } from '../flow/library.ts';
import { Inbox } from '../inbox/accept.ts';
import { Due } from '../inbox/due.ts';
import type { DueReports } from '../inbox/due.ts';
import { Lanes } from '../inbox/lanes.ts';
import type { Schedules } from '../inbox/schedules.ts';
import type { Log } from '../log/logger.ts';
import type { RunningChannel } from '../outbox/sender.ts';
import { patient } from '../store/patient.ts';
import type { Store } from '../store/store.ts';
import type { CallParts } from './call.ts';
import type { Metrics } from './metrics.ts';
import { Elsewhere } from './elsewhere.ts';
import { schedulesOf } from './schedules.ts';
import { laneSteps } from './steps.ts';

/** What moving conversations is made of. */
export interface ConversationParts {
  readonly store: Store;
  readonly log: Log;
  readonly library: Library;
  readonly signals: Signals;
  readonly metrics: Metrics;
  readonly context: TurnContext;
  readonly make: CallParts['make'];
  /** Milliseconds of a lease, where a test cannot wait for a real one. */
  readonly leaseMs: number | undefined;
  /** The channels of this process, when other processes move conversations, too; null when it is the only one. */
  readonly channels: readonly string[] | null;
  channel(name: string): RunningChannel | undefined;
  report(turn: TurnReport): void;
}

/** Everything that moves conversations: the door, the lanes behind it, and the clocks that knock. */
export class Conversations {
  readonly inbox: Inbox;
  readonly lanes: Lanes;
  /** What external systems and people of the team may do. */
  readonly outside: Outside;
  /** Null when no other process moves conversations. */
  readonly elsewhere: Elsewhere | null;
  private readonly due: Due;
  private readonly schedules: Schedules;

  constructor(parts: ConversationParts) {
    const { store, log, library } = parts;
    const now = (): number => store.now();
    const owner = realWorld.id();
    this.lanes = new Lanes(
      store,
      stepsOf(
        parts,
        () => this.inbox,
        ({ contact, proof, key }) => this.outside.link(contact, proof, key),
      ),
      parts.leaseMs,
    );
    this.elsewhere =
      parts.channels === null
        ? null
        : new Elsewhere(store, parts.signals, (error) =>
            log.warn('what other processes did could not be seen', { reason: messageOf(error) }),
          );
    const here = (channel: string): boolean => parts.channels?.includes(channel) ?? true;
    this.inbox = new Inbox(store, this.lanes, owner, here);
    const accept: Inbox['accept'] = (contact, entry) => this.inbox.accept(contact, entry);
    this.outside = new Outside({ store, flows: library, accept, now, id: () => realWorld.id() });
    const reports: DueReports = {
      taken: (count) => parts.metrics.taken(count),
      failed: (error) => log.error('looking for due conversations failed', { reason: messageOf(error) }),
    };
    this.due = new Due(store, this.lanes, owner, reports, parts.channels ?? undefined);
    this.schedules = schedulesOf({ store, log, now, flows: library, inbox: this.inbox });
  }

  /** Begins to look for what is due. */
  start(): void {
    this.due.start();
    this.schedules.start();
  }

  /** Takes nothing more, and finishes what is under way within `limitMs`. */
  async stop(limitMs: number): Promise<void> {
    await this.inbox.close();
    await this.schedules.stop();
    await this.due.stop();
    await this.lanes.drain(limitMs);
  }
}

function stepsOf(
  parts: ConversationParts,
  inbox: () => Inbox,
  link: (effect: Link) => Promise<void>,
): ReturnType<typeof laneSteps> {
  const { log, library, signals, context, make, metrics } = parts;
  const store = patient(parts.store);
  const now = (): number => store.now();
  const channel = (name: string): RunningChannel | undefined => parts.channel(name);
  const runner = new Runner({
    store,
    flows: library,
    context,
    report: (turn) => parts.report(turn),
    failed: (error) => log.error('a bug: a report failed', { reason: messageOf(error) }),
  });
  return laneSteps({
    store,
    log,
    runner,
    calls: { log, channel, now, make, metrics },
    shared: parts.channels !== null,
    channel,
    now,
    signals,
    metrics,
    inbox,
    link,
  });
}
