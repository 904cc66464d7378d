import { withFields } from '../domain/contact.ts';
import type { Contact } from '../domain/contact.ts';
import type { NewLine } from '../domain/conversation.ts';
import type { Effect } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import type { TurnEvent } from '../domain/event.ts';
import type { Flow } from '../domain/flow.ts';
import { FORBIDDEN_NAMES, copied, isObject } from '../domain/json.ts';
import type { JsonObject } from '../domain/json.ts';
import { messageValue } from '../domain/message.ts';
import type { Session } from '../domain/session.ts';
import type { Outcome } from '../domain/turn.ts';
import { answer } from './answer.ts';
import { MAX_INBOUND_TEXT } from './limits.ts';
import { Machine } from './machine.ts';
import type { TurnContext } from './machine.ts';
import { Walk } from './walk.ts';

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
  const starting = goesOnInSession(entry, position.session, flows) ? null : flows.starting;
  const flow = starting?.flow ?? flows.running;
  if (flow === null) return untouched(position, entry, context);
  return new Run(position, entry, { flow, starting, flows, context }).result();
}

/** True when a start means the session that is running, at another block of its flow. */
function goesOnInSession(entry: Entry, session: Session | null, { running }: TurnFlows): boolean {
  if (entry.kind !== 'start' || entry.keep !== true || entry.block === undefined) return false;
  return session?.flow === entry.flow && running?.blocks.has(entry.block) === true;
}

/** Nobody claims the entry: a message is written down, and what a person of the team says is sent. */
function untouched(position: Position, entry: Entry, context: TurnContext): TurnResult {
  const { contact, session, revision } = position;
  const at = context.world.now();
  const result = { contact, session, effects: [], lines: [] };
  if (entry.kind === 'agent') {
    const { id: cause, message } = entry;
    const key = `${revision + 1}-1`;
    const delivery = { kind: 'delivery', key, cause, flow: '', block: '', message } as const;
    return { ...result, effects: [delivery], lines: [{ kind: 'out', at, cause, key, message }], events: [] };
  }
  if (entry.kind === 'set') {
    const known = { ...contact, fields: withFields(contact, entry) };
    return { ...result, contact: known, events: [] };
  }
  const events: TurnEvent[] = [{ kind: 'note', block: '', text: `no flow takes this ${entry.kind}` }];
  if (entry.kind !== 'message') return { ...result, events };
  const lines: NewLine[] = [{ kind: 'in', at, cause: entry.id, message: entry.message }];
  return { ...result, contact: { ...contact, heardAt: entry.at }, lines, events };
}

/** What a run is given besides position and entry: the flow it takes them through, and what that was chosen from. */
interface RunParts {
  readonly flow: Flow;
  readonly starting: TurnFlows['starting'];
  readonly flows: TurnFlows;
  readonly context: TurnContext;
}

/** What one entry means for one conversation. */
class Run {
  private readonly machine: Machine;
  private readonly walk: Walk;
  private readonly entry: Entry;
  private readonly starting: TurnFlows['starting'];

  constructor(position: Position, entry: Entry, { flow, starting, flows, context }: RunParts) {
    const { contact, session, revision } = position;
    const fresh = starting === null ? null : newSession(starting, entry, context);
    this.entry = cleaned(entry);
    this.starting = starting;
    this.machine = new Machine(contact, flow, entry, revision, context);
    if (session !== null) this.machine.useSession(session);
    this.hear();
    if (session !== null && fresh !== null)
      this.machine.record({ kind: 'session_ended', flow: session.flow, how: 'replaced' });
    this.walk = new Walk(this.machine, fresh ?? session, entry, flows);
  }

  result(): TurnResult {
    const { session } = this.walk;
    if (this.starting !== null && session !== null) this.start(session);
    else if (session !== null) this.go(session);
    const { contact, effects, lines, events } = this.machine;
    return { contact, session: this.walk.session, effects, lines, events };
  }

  /** What came in is written down before anything answers it. */
  private hear(): void {
    const { entry, machine } = this;
    if (entry.kind !== 'message') return;
    machine.message = messageValue(entry.id, entry.at, entry.message);
    const contact = copied(machine.contact);
    contact.heardAt = entry.at;
    machine.contact = contact;
    machine.lines.push({ kind: 'in', at: machine.now, cause: entry.id, message: entry.message });
  }

  private start(session: Session): void {
    const { machine } = this;
    const { message } = machine;
    machine.useSession({ ...session, message });
    machine.record({ kind: 'session_started', flow: session.flow });
    machine.writeStarted();
    this.walk.from({ kind: 'go', to: { kind: 'block', id: session.block } });
  }

  /** Continues a session with whatever came in. */
  private go(session: Session): void {
    const { entry, machine, walk } = this;
    const named = goesOn(entry);
    if (named !== null && session.wait.resume === true) machine.resumes += 1;
    const outcome = named ?? answer(session, entry, machine, walk);
    if (outcome === null) walk.stay(session.block, session.wait);
    else walk.from(outcome);
  }
}

/** Landbot's "go": the running session continues at a named block. */
function goesOn(entry: Entry): Outcome | null {
  const named = entry.kind === 'start' && entry.keep === true ? entry.block : undefined;
  return named === undefined ? null : { kind: 'go', to: { kind: 'block', id: named } };
}

/** A message as flows see it: of bounded length, well-formed, without NUL. */
function cleaned(entry: Entry): Entry {
  if (entry.kind !== 'message') return entry;
  const { text: written } = entry.message;
  if (written.length <= MAX_INBOUND_TEXT && written.isWellFormed() && !written.includes('\0')) return entry;
  const text = written.slice(0, MAX_INBOUND_TEXT).toWellFormed().replaceAll('\0', '');
  return { ...entry, message: { ...entry.message, text } };
}

/** What an event brings becomes variables of the flow that it starts, as far as its names can be some. */
function brought(entry: Entry): JsonObject | undefined {
  if (entry.kind !== 'event' || !isObject(entry.data)) return undefined;
  const good = Object.entries(entry.data).filter(
    ([name]) => /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !FORBIDDEN_NAMES.has(name),
  );
  return Object.fromEntries(good);
}

/** A session about to enter its first block. */
function newSession(
  { flow, block }: NonNullable<TurnFlows['starting']>,
  entry: Entry,
  { world }: TurnContext,
): Session {
  const given = entry.kind === 'start' ? entry.variables : brought(entry);
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
