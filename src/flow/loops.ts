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

    .map((ids) => fromFirst(ids, drafts))
    .map((ids) => ({ ids, canLeave: ids.some((id) => leaves(busy.get(id), ids)) }));
}

/** The circle in walking order, beginning with the block that stands first in the file. */
function fromFirst(ids: readonly string[], drafts: readonly Draft[]): string[] {
  const start = drafts.find((draft) => ids.includes(draft.id))?.id ?? '';
  const ordered = [start];
  for (let at = start; ordered.length < ids.length;) {
    const next = successorIds(drafts.find((draft) => draft.id === at)).find(
      (id) => ids.includes(id) && !ordered.includes(id),
    );
    const rest = ids.find((id) => !ordered.includes(id));
    at = next ?? rest ?? start;
    ordered.push(at);
  }
  return ordered;
}

function leaves(draft: Draft | undefined, ids: readonly string[]): boolean {
  if (draft === undefined) return false;
  const outside = draft.exits.some((exit) => exit.target !== undefined && exit.target.kind !== 'block');
  return (
    outside ||
    draft.jumps.some((jump) => jump.returns !== true) ||
    draft.next?.kind === 'end' ||
    draft.next?.kind === 'wait' ||
    successorIds(draft).some((id) => !ids.includes(id))
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
  const found: string[][] = [];
  const enter = (id: string): Frame => {
    index.set(id, index.size);
    low.set(id, index.size - 1);
    stack.push(id);
    return { id, to: edges(id), next: 0 };
  };
  for (const root of ids) {
    const frames: Frame[] = index.has(root) ? [] : [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const to = frame.to[frame.next];
      frame.next += 1;
      if (to === undefined) leave(frames, frame, { index, low, stack, found });
      else if (!index.has(to)) frames.push(enter(to));
      else if (stack.includes(to)) low.set(frame.id, Math.min(low.get(frame.id) ?? 0, index.get(to) ?? 0));
    }
  }
  return found;
}

interface State {
  readonly index: Map<string, number>;
  readonly low: Map<string, number>;
  readonly stack: string[];
  readonly found: string[][];
}

function leave(frames: Frame[], frame: Frame, on: State): void {
  frames.pop();
  const own = on.low.get(frame.id) ?? 0;
  const parent = frames.at(-1);
  if (parent !== undefined) on.low.set(parent.id, Math.min(on.low.get(parent.id) ?? 0, own));
  if (own === on.index.get(frame.id)) on.found.push(on.stack.splice(on.stack.lastIndexOf(frame.id)));
}
