import type { Contact } from './contact.ts';
import type { Entry } from './entry.ts';
import type { Json, JsonObject } from './json.ts';
import type { Outcome, Target, Turn } from './turn.ts';

/** A flow that checked, compiled and ready to run. Immutable; named by the hash of its source. */
export interface Flow {
  readonly id: string;
  readonly name: string;
  /** Content hash: sessions stay on the version they started on. */
  readonly version: string;
  readonly file: string;
  readonly channels: readonly string[] | null;
  readonly language?: string;
  readonly triggers: readonly Trigger[];
  readonly settings: FlowSettings;
  /** Values that variables have when a session starts. */
  readonly defaults: Readonly<Record<string, Json>>;
  /** Names of the variables it declares. */
  readonly declared: ReadonlySet<string>;
  /** The block a new session enters. */
  readonly first: string;
  readonly blocks: ReadonlyMap<string, FlowBlock>;
  /** Blocks that older versions had, and where conversations that wait there go on in this one: a block, or the end. */
  readonly moved: ReadonlyMap<string, Target>;
}

export interface FlowSettings {
  /** Milliseconds of silence after which a session ends. */
  readonly expireAfter: number;
  readonly onExpire?: string;
  readonly onError?: string;
  readonly redirectUrl?: string;
  /** Folded words that leave the flow at any question. */
  readonly exitKeywords: readonly string[];
}

/** How a flow may start. Keywords are kept as folded words. */
export type Trigger =
  | { readonly kind: 'keywords'; readonly keywords: readonly (readonly string[])[] }
  | { readonly kind: 'catch_all' }
  | { readonly kind: 'new_contact' }
  | { readonly kind: 'link' }
  | { readonly kind: 'event'; readonly event: string }
  /** `audience` says which contacts it starts for, at a time (ms since 1970). */
  | {
      readonly kind: 'schedule';
      readonly cron: string;
      /** IANA name. */
      readonly timezone: string;
      audience(contact: Contact, now: number): boolean;
    };

/** One compiled block. `enter` runs it; `resume` continues it when its wait is over. */
export interface FlowBlock {
  readonly id: string;
  readonly type: string;
  /** Line in the flow's file, for messages to flow authors. */
  readonly line: number;
  enter(turn: Turn): Outcome;
  resume?(turn: Turn, entry: Entry): Outcome;
  /** Goes on after the flow it called; `result` are that flow's variables. */
  returned?(turn: Turn, result: JsonObject): Outcome;
}
