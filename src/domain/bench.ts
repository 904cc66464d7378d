import type { TurnEvent } from './event.ts';
import type { JsonObject } from './json.ts';
import type { Outbound } from './message.ts';
import type { ToTeam } from './effect.ts';

/** Headers and body of one direction of a call, without secrets. */
export interface ShownPart {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One try of a call that a simulated conversation made. No secret is in it. */
export interface TracedCall {
  readonly kind: 'call';
  readonly flow: string;
  readonly block: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly method: string;
  readonly url: string;
  /** Who answered: the API itself, a mock, or nobody, as there was no mock. */
  readonly by: 'api' | 'mock' | 'nobody';
  readonly result: 'answered' | 'timed_out' | 'failed';
  readonly status: number | null;
  readonly reason: string | null;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** Null where nothing left the server. */
  readonly request: ShownPart | null;
  readonly response: ShownPart | null;
}

/** What happened in a step, in order: what the flow did, and the calls it made. */
export type TraceItem = TurnEvent | TracedCall;

/** Where a simulated contact is. */
export interface Standing {
  /** The flow that runs; null when it is over. */
  readonly flow: string | null;
  readonly block: string | null;
  readonly waiting_for: string | null;
  /** Variables of the running flow, or of the one that ran last. */
  readonly variables: JsonObject;
  readonly contact: JsonObject;
  /** ISO 8601. The clock stands still unless somebody moves it. */
  readonly now: string;
}

/** What one step of a simulated conversation came to. */
export interface BenchAnswer {
  /** What the bot said, as the channel would show it. */
  readonly said: readonly Outbound[];
  /** What the team on another channel would have been told. */
  readonly team: readonly (ToTeam & { readonly message: Outbound })[];
  readonly trace: readonly TraceItem[];
  readonly state: Standing;
}
