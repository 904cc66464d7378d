import type { CallOutcome } from './call.ts';
import type { Json, JsonObject } from './json.ts';
import type { Inbound, Outbound } from './message.ts';

/**
 * What can move a conversation. Every kind enters by the inbox; `id` makes it count once.
 * `at` is milliseconds since 1970 by the clock of whoever accepted it.
 */
export type Entry =
  | { readonly kind: 'message'; readonly id: string; readonly at: number; readonly message: Inbound }
  | {
      readonly kind: 'start';
      readonly id: string;
      readonly at: number;
      readonly flow: string;
      readonly block?: string;
      readonly variables?: JsonObject;
      /** Goes on with the variables of the session that runs this flow (Landbot's "go"), instead of afresh. */
      readonly keep?: true;
      readonly hops?: number;
    }
  | { readonly kind: 'timer'; readonly id: string; readonly at: number }
  /** Something happened outside, or in another flow: moves on a session that waits for it, or starts a flow. */
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly at: number;
      readonly event: string;
      readonly data: Json;
      /** How many flows have passed it on since somebody outside did something: the brake on flows that start each other. */
      readonly hops?: number;
    }
  | Resume
  /** Sets variables of the running session or fields of the contact, and moves nothing (Landbot's "set"). */
  | {
      readonly kind: 'set';
      readonly id: string;
      readonly at: number;
      readonly variables?: JsonObject;
      readonly fields?: JsonObject;
      /** Fields for a contact that does not have them yet. */
      readonly defaults?: JsonObject;
    }
  /** Ends the running flow without a word. */
  | { readonly kind: 'reset'; readonly id: string; readonly at: number }
  /** A person of the team writes to the contact. */
  | { readonly kind: 'agent'; readonly id: string; readonly at: number; readonly message: Outbound }
  /** A person of the team has begun to talk with the contact, on a phone for example: the flow is silent from now on. */
  | { readonly kind: 'takeover'; readonly id: string; readonly at: number }
  /** A person of the team gives the conversation back to the flow. */
  | { readonly kind: 'handback'; readonly id: string; readonly at: number }
  /** A call takes long: the contact hears the hold message of the call with this key. */
  | {
      readonly kind: 'hold';
      readonly id: string;
      readonly at: number;
      readonly key: string;
      readonly cause: string;
      readonly text: string;
    }
  | CallFinished;

/** An external system sets values and goes on, by the token it was given. */
export interface Resume {
  readonly kind: 'resume';
  readonly id: string;
  readonly at: number;
  /** The session the token was made for, and which of its tokens it is, counted from 1. */
  readonly session: string;
  readonly number: number;
  readonly variables: JsonObject;
}

/** The answer of an owed call. `cause` is the entry whose turn asked for it. */
export interface CallFinished {
  readonly kind: 'call';
  readonly id: string;
  readonly at: number;
  readonly key: string;
  readonly cause: string;
  readonly outcome: CallOutcome;
}

/** True for entries that are kept in the inbox until their turn; the others are made where they are needed. */
export function isStored(entry: Entry): boolean {
  return entry.kind !== 'timer' && entry.kind !== 'call' && entry.kind !== 'hold';
}

/** The entry a contact would say caused this one: a call belongs to the message that led to it. */
export function causeOf(entry: Entry): string {
  return entry.kind === 'call' || entry.kind === 'hold' ? entry.cause : entry.id;
}
