import type { Json } from './json.ts';

/** What happened in a turn, for traces and tests. Flow authors' mistakes are events, never exceptions. */
export type TurnEvent =
  | { readonly kind: 'session_started'; readonly flow: string }
  | {
      readonly kind: 'session_ended';
      readonly flow: string;
      readonly how: 'end' | 'exit' | 'expired' | 'error' | 'replaced';
    }
  | { readonly kind: 'block_entered'; readonly block: string; readonly type: string }
  | {
      readonly kind: 'rule_tested';
      readonly block: string;
      readonly rule: string;
      readonly matched: boolean;
      readonly reason: string;
    }
  | { readonly kind: 'variable_set'; readonly block: string; readonly name: string; readonly value: Json }
  | { readonly kind: 'call_requested'; readonly block: string; readonly method: string; readonly url: string }
  | { readonly kind: 'call_finished'; readonly block: string; readonly result: string }
  | { readonly kind: 'event_raised'; readonly block: string; readonly event: string; readonly data: Json }
  | { readonly kind: 'flow_started'; readonly block: string; readonly flow: string; readonly contact: string }
  | { readonly kind: 'note'; readonly block: string; readonly text: string }
  | FlowError;

/** A block could not do its work: which, why, and a stable code. */
export interface FlowError {
  readonly kind: 'error';
  readonly code: string;
  readonly block: string;
  readonly text: string;
}
