import type { Contact } from '../domain/contact.ts';
import type { NewLine } from '../domain/conversation.ts';
import type { Effect } from '../domain/effect.ts';
import { causeOf } from '../domain/entry.ts';
import type { Entry } from '../domain/entry.ts';
import type { TurnEvent } from '../domain/event.ts';
import type { Flow } from '../domain/flow.ts';
import { FORBIDDEN_NAMES, fits } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Outbound } from '../domain/message.ts';
import type { Turn } from '../domain/turn.ts';
import type { World } from '../domain/world.ts';
import { MAX_VALUE } from './limits.ts';

/** A value that no variable may have; fails the block that made it. */
export class TooLarge extends Error {}

/** What a turn is given besides the conversation and the entry. */
export interface TurnContext {
  readonly world: World;
  readonly serverUrl: string;
  readonly timezone: string;
  readonly tracing: boolean;
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
  readonly effects: Effect[] = [];
  readonly lines: NewLine[] = [];
  readonly events: TurnEvent[] = [];
  private readonly entry: Entry;
  private readonly keyPrefix: string;
  readonly now: number;
  private ownVariables = false;

  constructor(contact: Contact, flow: Flow, entry: Entry, revision: number, context: TurnContext) {
    this.contact = contact;
    this.flow = flow;
    this.entry = entry;
    this.keyPrefix = `${revision + 1}-`;
    this.now = context.world.now();
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
    const key = `${this.keyPrefix}${this.effects.length + 1}`;
    const cause = causeOf(this.entry);
    this.effects.push({ kind: 'delivery', key, cause, flow: this.flow.id, block: this.blockId, message });
    this.lines.push({ kind: 'out', at: this.now, cause, key, message });
  }

  set(name: string, value: Json): void {
    if (FORBIDDEN_NAMES.has(name)) return;
    if (!fits(value, MAX_VALUE)) throw new TooLarge(`the value of "${name}" is larger than ${MAX_VALUE} characters`);
    if (!this.ownVariables) this.variables = { ...this.variables };
    this.ownVariables = true;
    (this.variables as Record<string, Json>)[name] = value;
    if (this.tracing) this.record({ kind: 'variable_set', block: this.blockId, name, value });
  }

  setContact(changes: Partial<Pick<Contact, 'name' | 'language'>> & { fields?: JsonObject }): void {
    this.contact = { ...this.contact, ...changes, fields: { ...this.contact.fields, ...changes.fields } };
  }

  setExtra(value: Json): void {
    this.extra = value;
  }

  /** A record is owed like a message. */
  keep(kind: string, body: JsonObject): void {
    const key = `${this.keyPrefix}${this.effects.length + 1}`;
    const document = {
      kind,
      id: `${this.contact.id}/${key}`,
      at: this.now,
      body: { contact: this.contact.id, ...body },
    };
    this.effects.push({ kind: 'keep', key, cause: causeOf(this.entry), document });
  }

  /** Works on other variables from now on; they are copied before the first change. */
  useVariables(variables: JsonObject): void {
    this.variables = variables;
    this.ownVariables = false;
  }

  /** Writes a line that is no message. */
  write(line: { kind: 'started'; flow: string } | { kind: 'ended'; flow: string; redirect_url?: string }): void {
    this.lines.push({ ...line, at: this.now, cause: causeOf(this.entry) });
  }
}
