import { createHash } from 'node:crypto';
import type { Contact } from '../domain/contact.ts';
import type { NewLine } from '../domain/conversation.ts';
import type { Effect, ToTeam } from '../domain/effect.ts';
import { causeOf } from '../domain/entry.ts';
import type { Entry } from '../domain/entry.ts';
import { TooLarge } from '../domain/error.ts';
import type { TurnEvent } from '../domain/event.ts';
import type { Flow } from '../domain/flow.ts';
import type { Integration } from '../domain/integration.ts';
import { FORBIDDEN_NAMES, copied, fits } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Outbound } from '../domain/message.ts';
import type { Proof } from '../domain/person.ts';
import type { Session } from '../domain/session.ts';
import type { Turn } from '../domain/turn.ts';
import type { World } from '../domain/world.ts';
import { LARGE_VALUE, MAX_HOPS, MAX_VALUE, MAX_VARIABLES, RESUME_KEPT } from './limits.ts';

/** What a turn is given besides the conversation and the entry. */
export interface TurnContext {
  readonly world: World;
  readonly serverUrl: string;
  /** Address under which others reach this server, for links; `serverUrl` where nothing else is said. */
  readonly publicUrl: string;
  readonly timezone: string;
  readonly tracing: boolean;
  /** A live integration. */
  integration(id: string): Integration | undefined;
}

/** Everything one turn collects. Blocks see it as a {@link Turn}; only the engine turns it into a result. */
export class Machine implements Turn {
  contact: Contact;
  variables: JsonObject = {};
  extra: Json | undefined;
  message: Json = null;
  state: JsonObject = {};
  blockId = '';
  flow: Flow;
  readonly world: World;
  readonly serverUrl: string;
  readonly timezone: string;
  readonly tracing: boolean;
  /** What a session remembers of its resume tokens. */
  sessionId = '';
  resumes = 0;
  early: JsonObject | undefined;
  readonly effects: Effect[] = [];
  readonly lines: NewLine[] = [];
  readonly events: TurnEvent[] = [];
  private readonly entry: Entry;
  private readonly keyPrefix: string;
  readonly now: number;
  private readonly context: TurnContext;
  private ownVariables = false;
  private minted = 0;

  constructor(contact: Contact, flow: Flow, entry: Entry, revision: number, context: TurnContext) {
    this.contact = contact;
    this.flow = flow;
    this.entry = entry;
    this.keyPrefix = `${revision + 1}-`;
    this.now = context.world.now();
    this.context = context;
    this.world = context.world;
    this.serverUrl = context.serverUrl;
    this.timezone = context.timezone;
    this.tracing = context.tracing;
  }

  get flowId(): string {
    return this.flow.id;
  }

  get language(): string {
    return this.flow.language ?? 'en';
  }

  record(event: TurnEvent): void {
    this.events.push(event);
  }

  /** A message is owed and written down at once; an empty one is left out. */
  say(message: Outbound): void {
    const empty = message.text !== undefined && message.text.trim() === '' && Object.keys(message).length === 1;
    if (empty) {
      this.record({ kind: 'note', block: this.blockId, text: 'the message is empty, so it is not sent' });
      return;
    }
    const key = this.nextKey();
    const cause = causeOf(this.entry);
    this.effects.push({ kind: 'delivery', key, cause, flow: this.flow.id, block: this.blockId, message });
    this.lines.push({ kind: 'out', at: this.now, cause, key, message });
  }

  set(name: string, value: Json): void {
    if (FORBIDDEN_NAMES.has(name)) return;
    // Only what is large can be too large, or make all of them too large, so nothing else is counted.
    if (!fits(value, LARGE_VALUE)) this.assertRoom(name, value);
    if (!this.ownVariables) this.variables = copied(this.variables);
    this.ownVariables = true;
    (this.variables as Record<string, Json>)[name] = value;
    if (this.tracing) this.record({ kind: 'variable_set', block: this.blockId, name, value });
  }

  private assertRoom(name: string, value: Json): void {
    if (!fits(value, MAX_VALUE)) throw new TooLarge(`the value of "${name}" is larger than ${MAX_VALUE} characters`);
    if (!fits({ ...this.variables, [name]: value }, MAX_VARIABLES))
      throw new TooLarge(`with "${name}" all variables together are larger than ${MAX_VARIABLES} characters`);
  }

  setContact(changes: Partial<Pick<Contact, 'name' | 'language'>> & { fields?: JsonObject }): void {
    this.contact = { ...this.contact, ...changes, fields: { ...this.contact.fields, ...changes.fields } };
  }

  setExtra(value: Json): void {
    this.extra = value;
  }

  /** A record is owed like a message. */
  keep(kind: string, body: JsonObject): void {
    this.owe(kind, `${this.contact.id}/${this.nextKey()}`, body);
  }

  integration(id: string): Integration | undefined {
    return this.context.integration(id);
  }

  /** The token is derived, so the session need not hold it; the record that leads to the session is owed once a turn. */
  resume(): { token: string; url: string } {
    const number = this.resumes + 1;
    const token = this.world.derive(`resume:${this.sessionId}:${number}`);
    if (this.minted !== number) {
      this.minted = number;
      const id = createHash('sha256').update(token).digest('hex');
      const lasts = Math.max(RESUME_KEPT, 2 * this.flow.settings.expireAfter);
      this.owe('resume', id, { session: this.sessionId, number }, this.now + lasts);
    }
    return { token, url: `${this.context.publicUrl}/api/v1/resume/${token}` };
  }

  link(proof: Proof): void {
    const { id: contact } = this.contact;
    this.effects.push({ kind: 'link', key: this.nextKey(), cause: causeOf(this.entry), contact, proof });
  }

  tellTeam(team: ToTeam, message: Outbound): void {
    const { id: flow } = this.flow;
    const about = { cause: causeOf(this.entry), flow, block: this.blockId };
    this.effects.push({ kind: 'delivery', key: this.nextKey(), ...about, message, team });
  }

  takeEarly(): JsonObject | null {
    const early = this.early ?? null;
    this.early = undefined;
    return early;
  }

  emit(event: string, data: Json): void {
    const hops = this.nextHop(`the event ${event}`);
    if (hops !== null)
      this.post(this.contact.id, { kind: 'event', id: this.world.id(), at: this.now, event, data, hops });
  }

  startFlow(contact: string, flow: string, variables: JsonObject): void {
    const hops = this.nextHop(`the start of ${flow}`);
    if (hops !== null) this.post(contact, { kind: 'start', id: this.world.id(), at: this.now, flow, variables, hops });
  }

  /** Works on other variables from now on; they are copied before the first change. */
  useVariables(variables: JsonObject): void {
    this.variables = variables;
    this.ownVariables = false;
  }

  /** Goes on with what a session knows. */
  useSession(session: Session): void {
    this.useVariables(session.variables);
    this.extra = session.extra;
    this.message = session.message;
    this.state = session.wait.state ?? {};
    this.blockId = session.block;
    this.sessionId = session.id;
    this.resumes = session.resumes ?? 0;
    this.early = session.early;
  }

  /** Writes down that the flow begins. */
  writeStarted(): void {
    this.lines.push({ kind: 'started', at: this.now, cause: causeOf(this.entry), flow: this.flow.id });
  }

  /** Writes down that the flow is over, and where the contact goes then. */
  writeEnded(redirectUrl: string | undefined): void {
    const line = { kind: 'ended', at: this.now, cause: causeOf(this.entry), flow: this.flow.id } as const;
    this.lines.push(redirectUrl === undefined ? line : { ...line, redirect_url: redirectUrl });
  }

  /** Flows that start each other for ever stop here, with a clear error; null when it is too much. */
  private nextHop(what: string): number | null {
    const { entry } = this;
    const hops = (entry.kind === 'event' || entry.kind === 'start' ? (entry.hops ?? 0) : 0) + 1;
    if (hops <= MAX_HOPS) return hops;
    const text = `${what} is left out: flows have passed on to each other more than ${MAX_HOPS} times`;
    this.record({ kind: 'error', code: 'endless_events', block: this.blockId, text });
    return null;
  }

  private nextKey(): string {
    return `${this.keyPrefix}${this.effects.length + 1}`;
  }

  private post(contact: string, entry: Entry): void {
    this.effects.push({ kind: 'post', key: this.nextKey(), cause: causeOf(this.entry), contact, entry });
  }

  private owe(kind: string, id: string, body: JsonObject, expiresAt?: number): void {
    const expiry = expiresAt === undefined ? {} : { expiresAt };
    const document = { kind, id, at: this.now, body: { contact: this.contact.id, ...body }, ...expiry };
    this.effects.push({ kind: 'keep', key: this.nextKey(), cause: causeOf(this.entry), document });
  }
}
