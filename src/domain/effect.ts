import type { OwedRequest } from './call.ts';
import type { Entry } from './entry.ts';
import type { JsonObject } from './json.ts';
import type { Outbound } from './message.ts';
import type { Proof } from './person.ts';

/** What the team hears of a conversation that a person has: that it began, what the contact writes, that it is over. */
export interface ToTeam {
  readonly channel: string;
  readonly event: 'opened' | 'message' | 'closed';
}

/** One message owed to a channel. */
export interface Delivery {
  readonly kind: 'delivery';
  /** Unique in the conversation and the same if the turn is taken again. */
  readonly key: string;
  readonly cause: string;
  /** The flow and block that spoke. */
  readonly flow: string;
  readonly block: string;
  readonly message: Outbound;
  /** For the team on another channel, about the contact, instead of for the contact. */
  readonly team?: ToTeam;
  /** Sends tried so far; absent means none. */
  readonly attempts?: number;
  /** True when a process that died may have sent it: a place that can be asked is asked first. Never stored. */
  readonly doubtful?: true;
  /** Not to be tried before this time, in milliseconds since 1970. */
  readonly notBefore?: number;
}

/** True when a message may have reached its place before: it was tried, or whoever had it may have died while sending it. */
export function mayBeOut({ attempts = 0, doubtful }: Delivery): boolean {
  return attempts > 0 || doubtful === true;
}

/** One request owed to an external API; the session waits for it. */
export interface Call {
  readonly kind: 'call';
  /** Sent as `Idempotency-Key`: stable over retries and crashes, new for each visit of a block. */
  readonly key: string;
  readonly cause: string;
  readonly flow: string;
  readonly block: string;
  readonly request: OwedRequest;
}

/** One record owed to the store, such as a consent. Keeping it twice is keeping it once. */
export interface Keep {
  readonly kind: 'keep';
  readonly key: string;
  readonly cause: string;
  /** The kind of document, its id and when it happened (ms since 1970). */
  readonly document: {
    readonly kind: string;
    readonly id: string;
    readonly at: number;
    readonly body: JsonObject;
    readonly expiresAt?: number;
  };
}

/** One entry owed to a conversation: to this one, or to another contact's. Its id makes it count once. */
export interface Post {
  readonly kind: 'post';
  readonly key: string;
  readonly cause: string;
  /** Id of the contact, `<channel>:<address>`. */
  readonly contact: string;
  readonly entry: Entry;
}

/** A contact that has proved who it is, owed to the other contacts of the same person. Twice is once. */
export interface Link {
  readonly kind: 'link';
  readonly key: string;
  readonly cause: string;
  readonly contact: string;
  readonly proof: Proof;
}

/** What a committed turn still owes to the outside, in order. */
export type Effect = Delivery | Call | Keep | Post | Link;
