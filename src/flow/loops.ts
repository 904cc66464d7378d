import type { Draft } from './draft.ts';
import { successorIds } from './draft.ts';

/** Blocks that lead back to themselves with no wait between them. */
export interface Loop {
  readonly ids: readonly string[];
  /** True when some exit leads out of the circle. */
  readonly canLeave: boolean;
}

/** All circles of blocks that never wait, found by Tarjan's algorithm without recursion. */
export function findLoops(drafts: readonly Draft[]): Loop[] {
  const busy = new Map(drafts.filter((draft) => !draft.waits).map((draft) => [draft.id, draft]));
  const edges = (id: string): string[] => successorIds(busy.get(id)).filter((to) => busy.has(to));
  return components([...busy.keys()], edges)
    .filter((ids) => ids.length > 1 || edges(ids[0] ?? '').includes(ids[0] ?? ''))
    .map((ids) => fromFirst(ids, busy))
    .map((ids) => ({ ids, canLeave: leavesAnywhere(ids, busy) }));
}

/** The circle in walking order, beginning with the block that stands first in the file. */
function fromFirst(ids: readonly string[], byId: ReadonlyMap<string, Draft>): string[] {
  const left = new Set(ids);
  const ordered: string[] = [];
  for (let at = [...byId.keys()].find((id) => left.has(id)); at !== undefined;) {
    ordered.push(at);
    left.delete(at);
    at = successorIds(byId.get(at)).find((id) => left.has(id)) ?? left.values().next().value;
  }
  return ordered;
}

function leavesAnywhere(ids: readonly string[], busy: ReadonlyMap<string, Draft>): boolean {
  const circle = new Set(ids);
  return ids.some((id) => leaves(busy.get(id), circle));
}

function leaves(draft: Draft | undefined, ids: ReadonlySet<string>): boolean {
  if (draft === undefined) return false;
  const outside = draft.exits.some((exit) => exit.target !== undefined && exit.target.kind !== 'block');
  return (
    outside ||
    draft.jumps.some((jump) => jump.returns !== true) ||
    draft.next?.kind === 'end' ||
    draft.next?.kind === 'wait' ||
    successorIds(draft).some((id) => !ids.has(id))
  );
}

interface Frame {
  readonly id: string;
  readonly to: readonly string[];
  next: number;
}

/** Strongly connected components of a graph. */
function components(ids: readonly string[], edges: (id: string) => readonly string[]): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const waiting = new Set<string>();
  const found: string[][] = [];
  const enter = (id: string): Frame => {
    index.set(id, index.size);
    low.set(id, index.size - 1);
    stack.push(id);
    waiting.add(id);
    return { id, to: edges(id), next: 0 };
  };
  for (const root of ids) {
    const frames: Frame[] = index.has(root) ? [] : [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const to = frame.to[frame.next];
      frame.next += 1;
      if (to === undefined) leave(frames, frame, { index, low, stack, waiting, found });
      else if (!index.has(to)) frames.push(enter(to));
      else if (waiting.has(to)) low.set(frame.id, Math.min(low.get(frame.id) ?? 0, index.get(to) ?? 0));
    }
  }
  return found;
}

interface State {
  readonly index: Map<string, number>;
  readonly low: Map<string, number>;
  readonly stack: string[];
  /** What is on the stack. */
  readonly waiting: Set<string>;
  readonly found: string[][];
}

function leave(frames: Frame[], frame: Frame, on: State): void {
  frames.pop();
  const own = on.low.get(frame.id) ?? 0;
  const parent = frames.at(-1);
  if (parent !== undefined) on.low.set(parent.id, Math.min(on.low.get(parent.id) ?? 0, own));
  if (own !== on.index.get(frame.id)) return;
  const ids = on.stack.splice(on.stack.lastIndexOf(frame.id));
  for (const id of ids) on.waiting.delete(id);
  on.found.push(ids);
}
