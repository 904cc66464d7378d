import type { Json, JsonObject } from './json.ts';

/** A flow that called another one and goes on when that one ends. */
export interface Frame {
  readonly flow: string;
  readonly version: string;
  /** The block that called. */
  readonly block: string;
  readonly variables: JsonObject;
}

/** What a session is waiting for at its block. `until` is when the wait times out (ms since 1970). */
export interface Wait {
  /**
   * `outside` is an open end: only a resume, an event or a new start moves the contact on. `time` is a timer,
   * `human` a person of the team who has taken over.
   */
  readonly for: 'reply' | 'call' | 'outside' | 'time' | 'human';
  readonly until?: number;
  /** Key of the owed call. */
  readonly key?: string;
  /** Events that move it on. */
  readonly events?: readonly string[];
  /** True when a resume moves it on; otherwise a resume sets its variables and the wait goes on. */
  readonly resume?: true;
  /** Until when a resume is taken (ms since 1970); absent: as long as the session lasts. */
  readonly resumeUntil?: number;
  /** The wait that a person of the team has interrupted; it goes on when the conversation is given back. */
  readonly taken?: Wait;
  /** What the block needs to remember, for example how often it has asked again. */
  readonly state?: JsonObject;
}

/** Where a contact is in a flow. Names a block, never a position, and the version it started on. */
export interface Session {
  readonly id: string;
  readonly flow: string;
  /** Content hash of the flow version this session stays on. */
  readonly version: string;
  readonly block: string;
  readonly wait: Wait;
  readonly variables: JsonObject;
  /** Flows that wait for this one to end, the caller last; absent when there is none. */
  readonly stack?: readonly Frame[];
  /** The JSON of the last webhook (`@extra`); absent until there is one. */
  readonly extra?: Json;
  /** The last inbound message (`@message`). */
  readonly message: Json;
  /** Resume tokens used up so far: the next one that is valid is one more. Absent means none. */
  readonly resumes?: number;
  /** What a resume brought that came before the wait for it. */
  readonly early?: JsonObject;
  /** True from a failure that went to `on_error` until the contact writes again: a second one ends the session. */
  readonly failing?: true;
  /** Blocks visited so far: the brake against endless flows, and the number in idempotency keys. */
  readonly visits: number;
  readonly startedAt: number;
  /** When inactivity ends the session (ms since 1970). */
  readonly expiresAt: number;
}

/** When a session needs waking although nobody writes: the earlier of its timeout and its expiry. */
export function wakeAt(session: Session | null): number | null {
  if (session === null) return null;
  return Math.min(session.wait.until ?? Infinity, session.expiresAt);
}
