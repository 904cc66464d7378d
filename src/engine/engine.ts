import type { Contact } from '../domain/contact.ts';
import type { NewLine } from '../domain/conversation.ts';
import type { Effect } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import type { TurnEvent } from '../domain/event.ts';
import type { Flow, FlowBlock } from '../domain/flow.ts';
import { messageValue } from '../domain/message.ts';
import { phrase } from '../domain/phrases.ts';
import type { Session } from '../domain/session.ts';
import { foldWords } from '../domain/text.ts';
import type { Outcome } from '../domain/turn.ts';
import { MAX_INBOUND_TEXT } from './limits.ts';
import { Machine } from './machine.ts';
import type { TurnContext } from './machine.ts';
import { Walk, lost } from './walk.ts';

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
  /** A version that a flow of the session's stack is on. */
  version(hash: string): Flow | undefined;
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
  const lines: NewLine[] =
    entry.kind === 'message' ? [{ kind: 'in', at, cause: entry.id, message: entry.message }] : [];
  const events: TurnEvent[] = [{ kind: 'note', block: '', text: `no flow takes this ${entry.kind}` }];
  return { contact: position.contact, session: position.session, effects: [], lines, events };
}

/** What one entry means for one conversation. */
class Run {
  private readonly machine: Machine;
  private readonly walk: Walk;
  private readonly entry: Entry;
  private readonly flows: TurnFlows;

  constructor(position: Position, entry: Entry, flow: Flow, flows: TurnFlows, context: TurnContext) {
    const { contact, session, revision } = position;
    const fresh = flows.starting === null ? null : newSession(flows.starting, entry, context);
    this.entry = cleaned(entry);
    this.flows = flows;
    this.machine = new Machine(contact, flow, entry, revision, context);
    this.hear(session);
    if (session !== null && fresh !== null)
      this.machine.record({ kind: 'session_ended', flow: session.flow, how: 'replaced' });
    this.walk = new Walk(this.machine, fresh ?? session, entry, flows);
  }

  result(): TurnResult {
    const { session } = this.walk;
    if (this.flows.starting !== null && session !== null) this.start(session);
    else if (session !== null) this.go(session);
    const { contact, effects, lines, events } = this.machine;
    return { contact, session: this.walk.session, effects, lines, events };
  }

  /** What came in is written down before anything answers it. */
  private hear(session: Session | null): void {
    const { entry, machine } = this;
    if (session !== null) {
      machine.variables = session.variables;
      machine.extra = session.extra;
      machine.message = session.message;
      machine.state = session.wait.state ?? {};
      machine.blockId = session.block;
    }
    if (entry.kind !== 'message') return;
    machine.message = messageValue(entry.id, entry.at, entry.message);
    machine.lines.push({ kind: 'in', at: machine.now, cause: entry.id, message: entry.message });
  }

  private start(session: Session): void {
    const { machine } = this;
    machine.variables = session.variables;
    machine.extra = undefined;
    machine.state = {};
    machine.record({ kind: 'session_started', flow: session.flow });
    machine.write({ kind: 'started', flow: session.flow });
    this.walk.from({ kind: 'go', to: { kind: 'block', id: session.block } });
  }

  /** Continues a session with whatever came in. */
  private go(session: Session): void {
    const outcome = this.answer(session);
    if (outcome === null) this.walk.stay(session.block, session.wait);
    else this.walk.from(outcome);
  }

  private answer(session: Session): Outcome | null {
    const { entry, machine } = this;
    const block = machine.flow.blocks.get(session.block);
    if (entry.kind === 'timer') return this.wake(session, block);
    if (entry.kind === 'call') {
      return session.wait.key === entry.key ? this.resume(block) : this.ignore('the answer of a call nobody waits for');
    }
    if (entry.kind === 'message' && this.leaves(entry.message.text)) return this.exit();
    if (entry.kind === 'message' && session.wait.for === 'reply') return this.resume(block);
    return this.ignore(`a ${entry.kind} while the flow waits for something else`);
  }

  private leaves(text: string): boolean {
    const { exitKeywords } = this.machine.flow.settings;
    return exitKeywords.length > 0 && exitKeywords.includes(foldWords(text).join(' '));
  }

  private exit(): null {
    const { machine } = this;
    machine.say({ text: phrase('goodbye', machine.contact.language ?? machine.language) });
    return this.walk.end('exit');
  }

  private wake(session: Session, block: FlowBlock | undefined): Outcome | null {
    const { now, flow } = this.machine;
    if (session.wait.until !== undefined && session.wait.until <= now) return this.resume(block);
    if (session.expiresAt > now) return this.ignore('woken early');
    const { onExpire } = flow.settings;
    if (onExpire !== undefined && session.block !== onExpire)
      return { kind: 'go', to: { kind: 'block', id: onExpire } };
    return this.walk.end('expired');
  }

  private ignore(what: string): null {
    this.machine.record({ kind: 'note', block: this.machine.blockId, text: `ignored: ${what}` });
    return null;
  }

  private resume(block: FlowBlock | undefined): Outcome {
    if (block?.resume === undefined) return lost(this.machine.blockId);
    const resume = block.resume.bind(block);
    return this.walk.guarded(() => resume(this.machine, this.entry));
  }
}

/** A message as flows see it: of bounded length, well-formed, without NUL. */
function cleaned(entry: Entry): Entry {
  if (entry.kind !== 'message') return entry;
  const text = entry.message.text.slice(0, MAX_INBOUND_TEXT).toWellFormed().replaceAll('\0', '');
  return text === entry.message.text ? entry : { ...entry, message: { ...entry.message, text } };
}

/** A session about to enter its first block. */
function newSession(
  { flow, block }: NonNullable<TurnFlows['starting']>,
  entry: Entry,
  { world }: TurnContext,
): Session {
  const given = entry.kind === 'start' ? entry.variables : undefined;
  const now = world.now();
  return {
    id: world.id(),
    flow: flow.id,
    version: flow.version,
    block: block ?? flow.first,
    wait: { for: 'outside' },
    variables: { ...flow.defaults, ...given },
    message: null,
    visits: 0,
    startedAt: now,
    expiresAt: now,
  };
}
