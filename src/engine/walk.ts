import { shownRequest } from '../domain/call.ts';
import { causeOf } from '../domain/entry.ts';
import type { Entry } from '../domain/entry.ts';
import { TooLarge, messageOf } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import { phrase } from '../domain/phrases.ts';
import type { Frame, Session, Wait } from '../domain/session.ts';
import type { Outcome, Target } from '../domain/turn.ts';
import { MAX_BLOCKS_PER_TURN, MAX_DEPTH, MAX_VISITS } from './limits.ts';
import type { Machine } from './machine.ts';

/** An object while it is put together. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** How a session ends. */
type Ending = 'end' | 'exit' | 'expired' | 'error';

/** Where flows are found. */
interface Flows {
  current(id: string): Flow | undefined;
  version(hash: string): Flow | undefined;
}

/** Follows what blocks answer, block after block, until the flow waits or ends. */
export class Walk {
  session: Session | null;
  private readonly machine: Machine;
  private readonly entry: Entry;
  private readonly flows: Flows;
  private stack: readonly Frame[];
  private readonly entered: string[] = [];
  private visits: number;
  private failing: boolean;
  /** True once the session has used up its visits: whatever handles that is the last thing it does. */
  private spent = false;

  constructor(machine: Machine, session: Session | null, entry: Entry, flows: Flows) {
    this.machine = machine;
    this.session = session;
    this.entry = entry;
    this.flows = flows;
    this.stack = session?.stack ?? [];
    this.visits = session?.visits ?? 0;
    this.failing = session?.failing === true && entry.kind !== 'message';
  }

  /** Goes on from an outcome to the next wait or the end. */
  from(first: Outcome): void {
    let outcome: Outcome | null = first;
    while (outcome !== null) outcome = this.step(outcome);
  }

  /** The session waits at a block; what came in with a timer alone does not put off its expiry. */
  stay(block: string, wait: Wait): null {
    if (this.session === null) return null;
    if (this.spent) return this.end('error');
    const { machine } = this;
    const moved = this.entry.kind !== 'timer' || this.entered.length > 0;
    // Silence counts from the end of a wait that is not the contact's.
    const from = wait.for === 'reply' ? machine.now : Math.max(machine.now, wait.until ?? machine.now);
    const expiresAt = moved ? from + machine.flow.settings.expireAfter : this.session.expiresAt;
    this.session = this.sessionAt(this.session, block, wait, expiresAt);
    return null;
  }

  /**
   * Made field by field, because every turn makes one and spreading it costs more than a block does: a field that
   * is not named here is gone after a turn.
   */
  private sessionAt({ id, startedAt }: Session, block: string, wait: Wait, expiresAt: number): Session {
    const { machine, visits } = this;
    const { flow, variables, message } = machine;
    const session: Writable<Session> = {
      id,
      flow: flow.id,
      version: flow.version,
      block,
      wait,
      variables,
      message,
      visits,
      startedAt,
      expiresAt,
    };
    if (this.stack.length > 0) session.stack = this.stack;
    if (this.failing) session.failing = true;
    if (machine.extra !== undefined) session.extra = machine.extra;
    if (machine.resumes > 0) session.resumes = machine.resumes;
    if (machine.early !== undefined) session.early = machine.early;
    return session;
  }

  end(how: Ending, redirectUrl?: string): null {
    const { machine } = this;
    const address = redirectUrl ?? (how === 'end' ? machine.flow.settings.redirectUrl : undefined);
    machine.record({ kind: 'session_ended', flow: machine.flow.id, how });
    machine.writeEnded(address);
    this.session = null;
    return null;
  }

  private step(outcome: Outcome): Outcome | null {
    switch (outcome.kind) {
      case 'go':
        return this.follow(outcome.to);
      case 'wait':
        return this.stay(this.machine.blockId, outcome.wait);
      case 'call':
        return this.call(outcome);
      case 'jump':
        return this.jump(outcome);
      case 'enter':
        return this.enter(outcome);
      case 'end':
        return this.stack.length > 0 ? this.comeBack() : this.end('end', outcome.redirectUrl);
      case 'fail':
        return this.fail(outcome);
    }
  }

  private follow(to: Target): Outcome | null {
    const { machine } = this;
    if (to.kind === 'end') return this.step({ kind: 'end' });
    if (to.kind === 'wait') return this.stay(machine.blockId, { for: 'outside' });
    const block = machine.flow.blocks.get(to.id);
    if (block === undefined) return lost(to.id);
    const brake = this.brake(to.id);
    if (brake !== null) return brake;
    machine.blockId = block.id;
    machine.state = {};
    if (machine.tracing) machine.record({ kind: 'block_entered', block: block.id, type: block.type });
    try {
      return block.enter(machine);
    } catch (error) {
      return broken(error);
    }
  }

  /** Counts the visit, and stops a flow that goes round, naming the blocks of the round. */
  private brake(id: string): Outcome | null {
    this.entered.push(id);
    this.visits += 1;
    // Whoever handles a failure has a turn's worth of blocks for it, and no more.
    const visits = this.failing ? MAX_VISITS + MAX_BLOCKS_PER_TURN : MAX_VISITS;
    if (this.entered.length <= MAX_BLOCKS_PER_TURN && this.visits <= visits) return null;
    this.spent = this.visits > MAX_VISITS;
    const round = this.entered.slice(this.entered.lastIndexOf(id, -2));
    const names = [...new Set(round)].join(' → ');
    const most =
      this.visits > MAX_VISITS ? `${MAX_VISITS} blocks in one session` : `${MAX_BLOCKS_PER_TURN} blocks in one turn`;
    return { kind: 'fail', code: 'endless_loop', text: `more than ${most}; going round: ${names}` };
  }

  private call({ request, state }: Extract<Outcome, { kind: 'call' }>): null {
    const { machine, session } = this;
    if (session === null) return null;
    const { blockId: block, flow } = machine;
    const key = `${session.id}.${this.visits}`;
    machine.effects.push({ kind: 'call', key, cause: causeOf(this.entry), flow: flow.id, block, request });
    if (machine.tracing) machine.record({ kind: 'call_requested', block, ...shownRequest(request) });
    return this.stay(block, { for: 'call', key, ...(state === undefined ? {} : { state }) });
  }

  private jump(outcome: Extract<Outcome, { kind: 'jump' }>): Outcome {
    const flow = this.flows.current(outcome.flow);
    if (flow === undefined) {
      return { kind: 'fail', code: 'unknown_flow', text: `there is no flow "${outcome.flow}" to jump to` };
    }
    this.machine.flow = flow;
    this.machine.useVariables({ ...flow.defaults, ...this.machine.variables });
    return { kind: 'go', to: { kind: 'block', id: outcome.block ?? flow.first } };
  }

  /** Another flow is called: it has its own variables, and the block goes on when it ends. */
  private enter({ flow: id, variables }: Extract<Outcome, { kind: 'enter' }>): Outcome {
    const { machine } = this;
    const flow = this.flows.current(id);
    if (flow === undefined) return { kind: 'fail', code: 'unknown_flow', text: `there is no flow "${id}" to call` };
    if (this.stack.length >= MAX_DEPTH) {
      return { kind: 'fail', code: 'too_deep', text: `flows call each other more than ${MAX_DEPTH} deep` };
    }
    const { id: caller, version } = machine.flow;
    this.stack = [...this.stack, { flow: caller, version, block: machine.blockId, variables: machine.variables }];
    machine.flow = flow;
    machine.useVariables({ ...flow.defaults, ...variables });
    return { kind: 'go', to: { kind: 'block', id: flow.first } };
  }

  /** A called flow is over: the block that called it goes on with its variables. */
  private comeBack(): Outcome {
    const { machine } = this;
    const result = machine.variables;
    const back = this.pop();
    const block = machine.flow.blocks.get(machine.blockId);
    if (!back || block?.returned === undefined) return lost(machine.blockId);
    try {
      return block.returned(machine, result);
    } catch (error) {
      return broken(error);
    }
  }

  /** Puts the caller back in its place; false when its version is gone. */
  private pop(): boolean {
    const { machine } = this;
    const frame = this.stack.at(-1);
    this.stack = this.stack.slice(0, -1);
    if (frame === undefined) return false;
    const flow = this.flows.version(frame.version) ?? this.flows.current(frame.flow);
    machine.blockId = frame.block;
    machine.state = {};
    machine.useVariables(frame.variables);
    if (flow !== undefined) machine.flow = flow;
    return flow !== undefined;
  }

  /** A failed block goes to the flow's `on_error`, or its callers'; when that fails too, a polite text ends the session. */
  private fail(outcome: Extract<Outcome, { kind: 'fail' }>): Outcome | null {
    const { machine } = this;
    machine.record({ kind: 'error', code: outcome.code, block: machine.blockId, text: outcome.text });
    while (!this.failing && this.handler() === undefined && this.stack.length > 0) this.pop();
    const onError = this.failing ? undefined : this.handler();
    if (onError !== undefined) {
      this.failing = true;
      this.entered.length = 0;
      return { kind: 'go', to: { kind: 'block', id: onError } };
    }
    machine.say({ text: phrase('sorry', machine.contact.language ?? machine.language) });
    return this.end('error');
  }

  private handler(): string | undefined {
    const { settings, blocks } = this.machine.flow;
    return settings.onError !== undefined && blocks.has(settings.onError) ? settings.onError : undefined;
  }
}

/** A block that throws is a bug of ours: it fails like any block, so the contact is not left alone. */
export function broken(error: unknown): Outcome {
  if (error instanceof TooLarge) return { kind: 'fail', code: 'too_large', text: error.message };
  return { kind: 'fail', code: 'internal', text: `the block stopped with an error: ${messageOf(error)}` };
}

/** A block that a version of the flow does not have (any more). */
export function lost(block: string): Outcome {
  return { kind: 'fail', code: 'unknown_block', text: `the flow has no block "${block}" to go on with` };
}
