import type { OwedRequest } from './call.ts';
import type { Contact } from './contact.ts';
import type { ToTeam } from './effect.ts';
import type { TurnEvent } from './event.ts';
import type { Integration } from './integration.ts';
import type { Json, JsonObject } from './json.ts';
import type { Outbound } from './message.ts';
import type { Proof } from './person.ts';
import type { Wait } from './session.ts';
import type { World } from './world.ts';

/** What templates and expressions can read. Plain fields, so that a path costs a few loads. */
export interface Scope {
  readonly variables: JsonObject;
  readonly contact: Contact;
  readonly extra: Json | undefined;
  readonly message: Json;
  readonly flowId: string;
  readonly blockId: string;
  /** Address of this server as it sees itself (`@server.url`). */
  readonly serverUrl: string;
  /** BCP 47 tag of the flow, for contacts whose own language is not known. */
  readonly language: string;
  /** IANA time zone for dates that name none. */
  readonly timezone: string;
  readonly world: World;
  /** True when somebody wants to see each step; events cost nothing otherwise. */
  readonly tracing: boolean;
  /** The token and address by which an external system moves this session on (Landbot); made when first read. */
  resume(): { readonly token: string; readonly url: string };
  /** A live integration. */
  integration(id: string): Integration | undefined;
  record(event: TurnEvent): void;
}

/** What a block may do in its turn. It cannot send, store or look at the clock by any other way. */
export interface Turn extends Scope {
  say(message: Outbound): void;
  set(name: string, value: Json): void;
  setContact(changes: Partial<Pick<Contact, 'name' | 'language'>> & { fields?: JsonObject }): void;
  setExtra(value: Json): void;
  /** Keeps a record for good, such as a consent; `id` is made unique by the contact. */
  keep(kind: string, body: JsonObject): void;
  /** Raises an event for this contact: it comes back by the inbox, after this turn. */
  emit(event: string, data: Json): void;
  /** Starts a flow for another contact, `<channel>:<address>`. */
  startFlow(contact: string, flow: string, variables: JsonObject): void;
  /** Links this contact with whoever else has proved the same phone, from the next entry on. */
  link(proof: Proof): void;
  /** Tells the team on a channel about this conversation. */
  tellTeam(to: ToTeam, message: Outbound): void;
  /** Takes what a resume brought before this wait, if one came; null otherwise. */
  takeEarly(): JsonObject | null;
  /** What the block put aside in its wait, when it is resumed. */
  readonly state: JsonObject;
}

/** Where an exit leads: a block's id, the end of the flow, or an open end. */
export type Target =
  | { readonly kind: 'block'; readonly id: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'wait' };

/** What a block answers. The engine does the rest. */
export type Outcome =
  | { readonly kind: 'go'; readonly to: Target }
  | { readonly kind: 'wait'; readonly wait: Wait }
  | { readonly kind: 'call'; readonly request: OwedRequest; readonly state?: JsonObject }
  | { readonly kind: 'jump'; readonly flow: string; readonly block?: string }
  /** Calls another flow; the block's `returned` goes on when that flow ends. */
  | { readonly kind: 'enter'; readonly flow: string; readonly variables: JsonObject }
  | { readonly kind: 'end'; readonly redirectUrl?: string }
  | { readonly kind: 'fail'; readonly code: string; readonly text: string };
