import type { Conversation, Line } from '../domain/conversation.ts';
import { causeOf, isStored } from '../domain/entry.ts';
import type { Entry } from '../domain/entry.ts';
import type { TurnEvent } from '../domain/event.ts';
import type { Flow } from '../domain/flow.ts';
import { withoutAddress } from '../domain/own-address.ts';
import { wakeAt } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { takeTurn } from '../engine/engine.ts';
import type { TurnResult } from '../engine/engine.ts';
import type { TurnContext } from '../engine/machine.ts';
import type { Commit, Store } from '../store/store.ts';
import { carriedResult, carryCallers, carryOver } from './carry.ts';
import { deadLetter, withoutEntry } from './bury.ts';
import { route } from './routing.ts';
import type { LiveFlows } from './routing.ts';

/** Live flows, and the older versions that sessions are still on. */
export interface FlowSource extends LiveFlows {
  /** A version by its hash, from memory or from the store; null when nobody kept it. */
  version(hash: string): Promise<Flow | null>;
}

/** What the runner tells about each turn, after its commit. */
export interface TurnReport {
  readonly conversation: Conversation;
  readonly entry: Entry;
  readonly events: readonly TurnEvent[];
  readonly lines: readonly Line[];
  readonly ms: number;
  /** In words, when the session was taken over to the live version of its flow. */
  readonly carried?: string;
}

export interface RunnerParts {
  readonly store: Store;
  readonly flows: FlowSource;
  readonly context: TurnContext;
  report(turn: TurnReport): void;
  failed(error: unknown): void;
}

/** A result, and how the session was taken over to the live version, if it was. */
type Computed = TurnResult & { readonly carried?: string };

/** A turn that was committed, or null when the lease or the revision was lost. */
export type Turned = Conversation | null;

const NO_CALLERS: ReadonlyMap<string, Flow> = new Map();

/** One turn, one commit. */
export class Runner {
  private readonly parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.parts = parts;
  }

  /** Takes an entry through the engine and stores the result with the effects that are `done`. */
  async turn(conversation: Conversation, token: string, entry: Entry, done: readonly string[]): Promise<Turned> {
    const started = performance.now();
    const result = this.atOnce(conversation, entry) ?? (await this.compute(conversation, entry));
    const owe = withoutAddress(result.effects, this.parts.context.serverUrl);
    const committed = await this.parts.store.commit(
      commitOf(conversation, token, entry, done, { ...result, effects: owe }),
    );
    if (committed.kind === 'lost') return null;
    const { lines } = committed;
    const ms = performance.now() - started;
    const { events, carried } = result;
    const moved = carried === undefined ? {} : { carried };
    this.tell({ conversation: committed.conversation, entry, events, lines, ms, ...moved });
    return committed.conversation;
  }

  /** Goes on without an entry that no try could take; it is kept as a dead letter. Null when the lease was lost. */
  async bury(
    conversation: Conversation,
    token: string,
    entry: Entry,
    done: readonly string[],
    error: unknown,
  ): Promise<Turned> {
    const { store, context } = this.parts;
    const now = context.world.now();
    await store.put(deadLetter(conversation, entry, error, now));
    const committed = await store.commit(withoutEntry(conversation, token, entry, done, now));
    return committed.kind === 'lost' ? null : committed.conversation;
  }

  /** A report is a courtesy: whoever fails to take it must not hold up the conversation. */
  private tell(turn: TurnReport): void {
    try {
      this.parts.report(turn);
    } catch (error) {
      this.parts.failed(error);
    }
  }

  /** The usual turn, whose flow is the live one and was not called by another: nothing has to be looked up. Null when it is not. */
  private atOnce(conversation: Conversation, entry: Entry): Computed | null {
    const { session } = conversation;
    if (session === null) return this.takeIn(conversation, entry, null, NO_CALLERS);
    const live = this.parts.flows.current(session.flow);
    if (live?.version !== session.version || (session.stack?.length ?? 0) > 0) return null;
    return this.takeIn(conversation, entry, live, NO_CALLERS);
  }

  private async compute(conversation: Conversation, entry: Entry): Promise<Computed> {
    const { flows } = this.parts;
    const { session } = conversation;
    const running = session === null ? null : await this.runningFlow(session);
    const live = session === null ? undefined : flows.current(session.flow);
    const carried = session === null ? null : carryOver(session, entry, running, live);
    if (carried !== null) {
      const result = await this.take({ ...conversation, session: carried.session }, entry, carried.flow);
      const done = carriedResult(carried, result);
      if (done !== null) return done;
    }
    const result = await this.take(conversation, entry, running);
    return session !== null && running === null ? closing(session, entry, result) : result;
  }

  private async take(conversation: Conversation, entry: Entry, running: Flow | null): Promise<TurnResult> {
    const { flows } = this.parts;
    const session = carryCallers(conversation.session, (id) => flows.current(id));
    const known = new Map<string, Flow>(running === null ? [] : [[running.version, running]]);
    for (const { version } of session?.stack ?? []) {
      const flow = await flows.version(version);
      if (flow !== null) known.set(version, flow);
    }
    return this.takeIn({ ...conversation, session: running === null ? null : session }, entry, running, known);
  }

  /** `known` are the versions that whoever called the session's flow is on. */
  private takeIn(
    conversation: Conversation,
    entry: Entry,
    running: Flow | null,
    known: ReadonlyMap<string, Flow>,
  ): TurnResult {
    const { flows, context } = this.parts;
    const { contact, session, revision } = conversation;
    const found = {
      running,
      starting: route(conversation, entry, flows),
      current: (id: string) => flows.current(id),
      version: (hash: string) => known.get(hash),
    };
    return takeTurn({ contact, session, revision }, entry, found, context);
  }

  /** The version a session is on; when nobody kept it, the live one, so that nobody is stuck. */
  private async runningFlow(session: Session): Promise<Flow | null> {
    const { flows } = this.parts;
    return (await flows.version(session.version)) ?? flows.current(session.flow) ?? null;
  }
}

/** A session whose flow is gone, every version of it, is written down as ended. */
function closing(session: Session, entry: Entry, result: TurnResult): TurnResult {
  const [at, cause] = [entry.at, causeOf(entry)];
  return { ...result, lines: [{ kind: 'ended', at, cause, flow: session.flow }, ...result.lines] };
}

function commitOf(
  conversation: Conversation,
  token: string,
  entry: Entry,
  done: readonly string[],
  result: TurnResult,
): Commit {
  return {
    id: conversation.id,
    token,
    revision: conversation.revision,
    contact: result.contact,
    session: result.session,
    wakeAt: wakeAt(result.session),
    consumed: isStored(entry) ? [entry.id] : [],
    done: entry.kind === 'call' ? [...done, entry.key] : done,
    owe: result.effects,
    lines: result.lines,
  };
}
