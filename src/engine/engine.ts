import type { Contact } from '../domain/contact.ts';
import type { NewLine } from '../domain/conversation.ts';
import type { Effect } from '../domain/effect.ts';
import { causeOf } from '../domain/entry.ts';
import type { Entry } from '../domain/entry.ts';
import { messageOf } from '../domain/error.ts';
import type { TurnEvent } from '../domain/event.ts';
import type { Flow, FlowBlock, Target } from '../domain/flow.ts';
import { messageValue } from '../domain/message.ts';
import { phrase } from '../domain/phrases.ts';
import type { Session, Wait } from '../domain/session.ts';
import { foldWords } from '../domain/text.ts';
import type { Outcome } from '../domain/turn.ts';
import { MAX_BLOCKS_PER_TURN, MAX_INBOUND_TEXT, MAX_VISITS } from './limits.ts';
import { Machine } from './machine.ts';
import type { TurnContext } from './machine.ts';

/** Where a conversation stands before a turn. */
export interface Position {
  readonly contact: Contact;
  readonly session: Session | null;
  readonly revision: number;
}

/** The flows a turn may need, looked up by the caller. */
export interface TurnFlows {
  /** The version the session is on; null when there is no session. */
  readonly running: Flow | null;
  /** The flow that this entry starts, if it starts one. */
  readonly starting: { readonly flow: Flow; readonly block?: string } | null;
  /** The current version of a flow, for jumps. */
  current(id: string): Flow | undefined;
}

/** What a turn comes to. Nothing has happened yet: the caller stores it, then does what is owed. */
export interface TurnResult {
  readonly contact: Contact;
  readonly session: Session | null;
  readonly effects: readonly Effect[];
  readonly lines: readonly NewLine[];
  readonly events: readonly TurnEvent[];
}

/**
 * Takes one inbox entry through a flow. Pure and synchronous: the same position, entry and world give the
 * same result. Mistakes in a flow become error events and the flow's `on_error`; it does not throw for them.
 */
export function takeTurn(position: Position, entry: Entry, flows: TurnFlows, context: TurnContext): TurnResult {
  const flow = flows.starting?.flow ?? flows.running;
  if (flow === null) return untouched(position, entry, context);
  return new Run(position, entry, flow, flows, context).result();
}

/** Nobody claims the entry: the message is written down, and that is all. */
function untouched(position: Position, entry: Entry, context: TurnContext): TurnResult {
  const at = context.world.now();
  const lines: NewLine[] = entry.kind === 'message' ? [{ kind: 'in', at, cause: entry.id, message: entry.message }] : [];
  const events: TurnEvent[] = [{ kind: 'note', block: '', text: `no flow takes this ${entry.kind}` }];
  return { contact: position.contact, session: position.session, effects: [], lines, events };
}

class Run {
  private readonly machine: Machine;
  private session: Session | null;
  private readonly entered: string[] = [];
  private failing = false;
  private visits: number;
  private readonly position: Position;
  private readonly entry: Entry;
  private readonly flows: TurnFlows;
  private readonly context: TurnContext;

  constructor(position: Position, entry: Entry, flow: Flow, flows: TurnFlows, context: TurnContext) {
    this.position = position;
    this.entry = entry;
    this.flows = flows;
    this.context = context;
    this.session = position.session;
    this.visits = flows.starting === null ? (position.session?.visits ?? 0) : 0;
    this.machine = new Machine(position.contact, flow, entry, position.revision, context);
  }

  result(): TurnResult {
    this.hear();
    if (this.flows.starting !== null) this.start(this.flows.starting);
    else if (this.session !== null) this.go(this.session);
    const { contact, effects, lines, events } = this.machine;
    return { contact, session: this.session, effects, lines, events };
  }

  /** What came in is written down before anything answers it. */
  private hear(): void {
    const { entry, machine, session } = this;
    if (session !== null) {
      machine.variables = session.variables;
      machine.extra = session.extra;
      machine.message = session.message;
      machine.state = session.wait.state ?? {};
      machine.blockId = session.block;
    }
    if (entry.kind !== 'message') return;
    const message = { ...entry.message, text: entry.message.text.slice(0, MAX_INBOUND_TEXT).toWellFormed().replaceAll('\0', '') };
    machine.message = messageValue(entry.id, entry.at, message);
    machine.lines.push({ kind: 'in', at: this.context.world.now(), cause: entry.id, message });
  }

  private start(starting: { readonly flow: Flow; readonly block?: string }): void {
    const { machine, entry } = this;
    const { flow } = starting;
    if (this.session !== null) machine.record({ kind: 'session_ended', flow: this.session.flow, how: 'replaced' });
    const given = entry.kind === 'start' ? entry.variables : undefined;
    const now = this.context.world.now();
    machine.variables = { ...flow.defaults, ...given };
    machine.extra = undefined;
    machine.state = {};
    const block = starting.block ?? flow.first;
    const wait: Wait = { for: 'outside' };
    const fixed = { id: this.context.world.id(), flow: flow.id, version: flow.version, visits: 0, startedAt: now };
    this.session = { ...fixed, block, wait, variables: machine.variables, message: machine.message, expiresAt: now };
    machine.record({ kind: 'session_started', flow: flow.id });
    machine.write({ kind: 'started', flow: flow.id });
    this.walk({ kind: 'go', to: { kind: 'block', id: block } });
  }

  /** Continues a session with whatever came in. */
  private go(session: Session): void {
    const outcome = this.answer(session);
    if (outcome === null) this.stay(session.block, session.wait);
    else this.walk(outcome);
  }

  private answer(session: Session): Outcome | null {
    const { entry, machine } = this;
    const block = machine.flow.blocks.get(session.block);
    if (entry.kind === 'timer') return this.wake(session, block);
    if (entry.kind === 'call') return session.wait.key === entry.key ? this.resume(block) : this.ignore('the answer of a call nobody waits for');
    if (entry.kind !== 'message' || session.wait.for !== 'reply') return this.ignore(`a ${entry.kind} while the flow waits for something else`);
    return this.leaves(entry.message.text) ? this.exit() : this.resume(block);
  }

  private leaves(text: string): boolean {
    const { exitKeywords } = this.machine.flow.settings;
    return exitKeywords.length > 0 && exitKeywords.includes(foldWords(text).join(' '));
  }

  private exit(): Outcome | null {
    const { machine } = this;
    machine.say({ text: phrase('goodbye', machine.contact.language ?? machine.language) });
    this.end('exit');
    return null;
  }

  private wake(session: Session, block: FlowBlock | undefined): Outcome | null {
    const now = this.context.world.now();
    if (session.wait.until !== undefined && session.wait.until <= now) return this.resume(block);
    if (session.expiresAt > now) return this.ignore('woken early');
    const { onExpire } = this.machine.flow.settings;
    if (onExpire !== undefined && session.block !== onExpire) return { kind: 'go', to: { kind: 'block', id: onExpire } };
    this.end('expired');
    return null;
  }

  private ignore(what: string): null {
    this.machine.record({ kind: 'note', block: this.machine.blockId, text: `ignored: ${what}` });
    return null;
  }

  private resume(block: FlowBlock | undefined): Outcome {
    if (block?.resume === undefined) return this.lost(this.machine.blockId);
    const resume = block.resume.bind(block);
    return this.guarded(() => resume(this.machine, this.entry));
  }

  private lost(block: string): Outcome {
    return { kind: 'fail', code: 'unknown_block', text: `the flow has no block "${block}" to go on with` };
  }

  /** A block that throws is a bug of ours: it fails like any block, so the contact is not left alone. */
  private guarded(run: () => Outcome): Outcome {
    try {
      return run();
    } catch (error) {
      return { kind: 'fail', code: 'internal', text: `the block stopped with an error: ${messageOf(error)}` };
    }
  }

  /** Follows outcomes until the flow waits or ends. */
  private walk(first: Outcome): void {
    let outcome: Outcome | null = first;
    while (outcome !== null) outcome = this.step(outcome);
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
      case 'end':
        return this.end('end', outcome.redirectUrl);
      case 'fail':
        return this.fail(outcome);
    }
  }

  private follow(to: Target): Outcome | null {
    if (to.kind === 'end') return this.end('end');
    if (to.kind === 'wait') return this.stay(this.machine.blockId, { for: 'outside' });
    const block = this.machine.flow.blocks.get(to.id);
    if (block === undefined) return this.lost(to.id);
    const brake = this.brake(to.id);
    if (brake !== null) return brake;
    this.machine.blockId = block.id;
    this.machine.state = {};
    if (this.machine.tracing) this.machine.record({ kind: 'block_entered', block: block.id, type: block.type });
    return this.guarded(() => block.enter(this.machine));
  }

  /** Counts the visit, and stops a flow that goes round, naming the blocks of the round. */
  private brake(id: string): Outcome | null {
    this.entered.push(id);
    this.visits += 1;
    if (this.entered.length <= MAX_BLOCKS_PER_TURN && (this.failing || this.visits <= MAX_VISITS)) return null;
    const round = this.entered.slice(this.entered.lastIndexOf(id, -2));
    const names = [...new Set(round)].join(' → ');
    const most = this.visits > MAX_VISITS ? `${MAX_VISITS} blocks in one session` : `${MAX_BLOCKS_PER_TURN} blocks in one turn`;
    return { kind: 'fail', code: 'endless_loop', text: `more than ${most}; going round: ${names}` };
  }

  private stay(block: string, wait: Wait): null {
    if (this.session === null) return null;
    const { machine } = this;
    const { expireAfter } = machine.flow.settings;
    const now = this.context.world.now();
    const moved = this.entry.kind !== 'timer' || this.entered.length > 0;
    this.session = {
      ...this.session,
      flow: machine.flow.id,
      version: machine.flow.version,
      block,
      wait,
      variables: machine.variables,
      ...(machine.extra === undefined ? {} : { extra: machine.extra }),
      message: machine.message,
      visits: this.visits,
      expiresAt: moved ? now + expireAfter : this.session.expiresAt,
    };
    return null;
  }

  private call(outcome: Extract<Outcome, { kind: 'call' }>): null {
    const { machine, session } = this;
    if (session === null) return null;
    const key = `${session.id}.${this.visits}`;
    const { request } = outcome;
    machine.effects.push({ kind: 'call', key, cause: causeOf(this.entry), flow: machine.flow.id, block: machine.blockId, request });
    if (machine.tracing) machine.record({ kind: 'call_requested', block: machine.blockId, method: request.method, url: request.url });
    return this.stay(machine.blockId, { for: 'call', key, ...(outcome.state === undefined ? {} : { state: outcome.state }) });
  }

  private jump(outcome: Extract<Outcome, { kind: 'jump' }>): Outcome {
    const flow = this.flows.current(outcome.flow);
    if (flow === undefined) return { kind: 'fail', code: 'unknown_flow', text: `there is no flow "${outcome.flow}" to jump to` };
    this.machine.flow = flow;
    this.machine.variables = { ...flow.defaults, ...this.machine.variables };
    return { kind: 'go', to: { kind: 'block', id: outcome.block ?? flow.first } };
  }

  private end(how: 'end' | 'exit' | 'expired' | 'error', redirectUrl?: string): null {
    const { machine } = this;
    const address = redirectUrl ?? (how === 'end' ? machine.flow.settings.redirectUrl : undefined);
    machine.record({ kind: 'session_ended', flow: machine.flow.id, how });
    machine.write({ kind: 'ended', flow: machine.flow.id, ...(address === undefined ? {} : { redirect_url: address }) });
    this.session = null;
    return null;
  }

  /** A failed block goes to the flow's `on_error`; when that fails too, a polite text ends the session. */
  private fail(outcome: Extract<Outcome, { kind: 'fail' }>): Outcome | null {
    const { machine } = this;
    machine.record({ kind: 'error', code: outcome.code, block: machine.blockId, text: outcome.text });
    const { onError } = machine.flow.settings;
    if (onError !== undefined && !this.failing && machine.flow.blocks.has(onError)) {
      this.failing = true;
      this.entered.length = 0;
      return { kind: 'go', to: { kind: 'block', id: onError } };
    }
    machine.say({ text: phrase('sorry', machine.contact.language ?? machine.language) });
    return this.end('error');
  }
}
