import { successorIds } from './draft.ts';
import type { Draft, Read } from './draft.ts';

/** A variable read where it is not sure to be set; `ever` tells whether some path sets it. */
export interface UnsetRead {
  readonly read: Read;
  readonly draft: Draft;
  readonly ever: boolean;
}

/** Variables that are set when a block is entered: on every path, and on some path. */
export interface Known {
  readonly always: ReadonlySet<string>;
  readonly sometimes: ReadonlySet<string>;
}

/** Where paths begin and what they bring along. */
export interface Start {
  readonly entries: readonly string[];
  /** Variables with a default. */
  readonly declared: readonly string[];
  /** Entries that any block can lead to, such as `on_error`. */
  readonly anywhere: readonly string[];
}

/**
 * Which variables each block can rely on: a forward analysis over the graph of the flow, to its fixed point. Blocks are
 * taken in file order, which is nearly the order of the paths, so that most of them are looked at once.
 */
export function variablesAt(drafts: readonly Draft[], start: Start): Map<string, Known> {
  const state = new Map<string, Growing>();
  const open = new Set<string>();
  const flowInto = (id: string, always: ReadonlySet<string>, sometimes: ReadonlySet<string>): void => {
    if (merge(state, id, always, sometimes)) open.add(id);
  };
  const declared = new Set(start.declared);
  for (const id of start.entries) flowInto(id, declared, declared);
  const visit = (draft: Draft, known: Known): void => {
    const sometimes = new Set([...known.sometimes, ...draft.sets]);
    const always = new Set([...known.always, ...draft.sets]);
    for (const next of successorIds(draft)) flowInto(next, always, sometimes);
    for (const next of start.anywhere) flowInto(next, declared, sometimes);
  };
  for (let round = true; round;) {
    round = false;
    for (const draft of drafts) {
      const known = open.delete(draft.id) ? state.get(draft.id) : undefined;
      if (known === undefined) continue;
      visit(draft, known);
      round = true;
    }
  }
  return state;
}

interface Growing extends Known {
  readonly always: Set<string>;
  readonly sometimes: Set<string>;
}

/** Adds one path into a block to what is known there; true when that changed anything. */
function merge(
  state: Map<string, Growing>,
  id: string,
  always: ReadonlySet<string>,
  sometimes: ReadonlySet<string>,
): boolean {
  const before = state.get(id);
  if (before === undefined) {
    state.set(id, { always: new Set(always), sometimes: new Set(sometimes) });
    return true;
  }
  const size = before.always.size - before.sometimes.size;
  for (const name of before.always) if (!always.has(name)) before.always.delete(name);
  for (const name of sometimes) before.sometimes.add(name);
  return before.always.size - before.sometimes.size !== size;
}

/** Reads of variables that may not be set yet. A block's own result is its own business. */
export function unsetReads(drafts: readonly Draft[], start: Start): UnsetRead[] {
  const known = variablesAt(drafts, start);
  return drafts.flatMap((draft) => {
    const here = known.get(draft.id);
    if (here === undefined) return [];
    const unsure = draft.reads.filter((read) => !here.always.has(read.variable) && !draft.sets.includes(read.variable));
    return unsure.map((read) => ({ read, draft, ever: here.sometimes.has(read.variable) }));
  });
}
