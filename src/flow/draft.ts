import type { DataPath } from './read.ts';
import type { ActionUse, MissingExit } from '../blocks/block.ts';
import type { Target } from '../domain/turn.ts';

/** An exit of a block as the author wired it: `target` is absent where nothing was written. */
export interface Exit {
  readonly name: string;
  readonly target?: Target;
  readonly path: DataPath;
  /** What to tell the author when the exit leads nowhere; absent for exits that may. */
  readonly missing?: MissingExit;
}

/** Where a block leaves for another flow. */
export interface FlowJump {
  readonly flow: string;
  readonly block?: string;
  readonly path: DataPath;
  /** True when control stays: the other flow comes back, or runs beside this one. */
  readonly returns?: true;
  /** True when the other flow is started for some contact, beside this one. */
  readonly beside?: true;
}

/** An event that a block raises, and where it says so. */
export interface Emitted {
  readonly event: string;
  readonly path: DataPath;
}

/** An action of a custom integration that a block calls, and the block's path; held against the integrations later. */
export interface UsedAction extends ActionUse {
  readonly path: DataPath;
}

/** A variable that a block reads, and where. */
export interface Read {
  readonly variable: string;
  readonly path: DataPath;
  readonly offset: number;
}

/** A text of a block as it was written, at its path within the block. */
export interface Written {
  readonly template: string;
  readonly path: DataPath;
}

/** What compiling a block found out about it: the graph, the checks and `plan` work on these. */
export interface Draft {
  readonly id: string;
  readonly type: string;
  /** Position among the flow's blocks. */
  readonly index: number;
  readonly path: DataPath;
  readonly note?: string;
  /** What is said or done, in a few words, for the graph. */
  readonly label: string;
  readonly exits: Exit[];
  readonly jumps: FlowJump[];
  readonly emits: Emitted[];
  readonly actions: UsedAction[];
  readonly reads: Read[];
  readonly texts: Written[];
  readonly sets: readonly string[];
  /** Where the block goes by itself; null when it never goes on. */
  next: Target | null;
  /** True when the block stops for the contact, a call or the outside. */
  waits: boolean;
}

/** The text form of a target, as authors write it. */
export function targetText(target: Target): string {
  return target.kind === 'block' ? target.id : target.kind;
}

/** What a block does with another flow, in a word for graphs. */
export function jumpWord({ returns, beside }: FlowJump): string {
  if (beside === true) return 'starts';
  return returns === true ? 'calls' : 'jump';
}

/** What an author's target means. */
export function parseTarget(text: string): Target {
  if (text === 'end') return { kind: 'end' };
  return text === 'wait' ? { kind: 'wait' } : { kind: 'block', id: text };
}

/** Ids of the blocks a block can lead to within its flow. */
export function successorIds(draft: Draft | undefined): string[] {
  if (draft === undefined) return [];
  const wired = draft.exits.flatMap((exit) => (exit.target === undefined ? [] : [exit.target]));
  return [...wired, ...(draft.next === null ? [] : [draft.next])].flatMap((target) =>
    target.kind === 'block' ? [target.id] : [],
  );
}
