import type { CallOutcome } from './call.ts';
import type { JsonObject } from './json.ts';
import type { Inbound } from './message.ts';

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
    }
  | { readonly kind: 'timer'; readonly id: string; readonly at: number }
  | CallFinished;

/** The answer of an owed call. `cause` is the entry whose turn asked for it. */
export interface CallFinished {
  readonly kind: 'call';
  readonly id: string;
  readonly at: number;
  readonly key: string;
  readonly cause: string;
  readonly outcome: CallOutcome;
}

/** The entry a contact would say caused this one: a finished call belongs to the message that led to it. */
export function causeOf(entry: Entry): string {
  return entry.kind === 'call' ? entry.cause : entry.id;
}
