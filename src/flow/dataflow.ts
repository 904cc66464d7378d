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

/** Which variables each block can rely on: a forward analysis over the graph of the flow, to its fixed point. */
export function variablesAt(drafts: readonly Draft[], start: Start): Map<string, Known> {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  const state = new Map<string, { always: Set<string>; sometimes: Set<string> }>();
  const open: string[] = [];
  const flowInto = (id: string, always: ReadonlySet<string>, sometimes: ReadonlySet<string>): void => {
    const before = state.get(id);
    if (before === undefined) state.set(id, { always: new Set(always), sometimes: new Set(sometimes) });
    else {
      const size = before.always.size - before.sometimes.size;
      for (const name of before.always) if (!always.has(name)) before.always.delete(name);
      for (const name of sometimes) before.sometimes.add(name);
      if (before.always.size - before.sometimes.size === size) return;
    }
    open.push(id);
  };
  const declared = new Set(start.declared);
  for (const id of start.entries) flowInto(id, declared, declared);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const [draft, known] = [byId.get(id), state.get(id)];
    if (draft === undefined || known === undefined) continue;
    const sometimes = new Set([...known.sometimes, ...draft.sets]);
    const always = new Set([...known.always, ...draft.sets]);
    for (const next of successorIds(draft)) flowInto(next, always, sometimes);
    for (const next of start.anywhere) flowInto(next, declared, sometimes);
  }
  return state;
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
