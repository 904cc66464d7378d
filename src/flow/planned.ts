import { mergePlaces } from '../domain/place.ts';
import type { Place } from '../domain/place.ts';
import { blockChanges, renamed, settingChanges } from './changes.ts';
import type { BlockChange } from './changes.ts';
import { versionOf } from './compile.ts';
import type { Compiled } from './compile.ts';
import { targetText } from './draft.ts';
import type { BlockPlan, FlowPlan, MovedPlan, Standing } from './plan.ts';
import { idOf } from './project.ts';
import type { SourceFile } from './project.ts';

export type CompiledFile = SourceFile & Compiled;

/** What is live, by the ids of flows, and where everybody stands. */
export interface Live {
  readonly files: ReadonlyMap<string, CompiledFile>;
  readonly places: readonly Place[];
}

/** What is the same for every flow until something is found. */
function emptyPlan(flow: string, kind: FlowPlan['kind'], file: string, running: readonly Place[]): FlowPlan {
  const facts = { blocks: [], settings: [], moved: [], callers: [], older: 0, attention: 0 };
  return { flow, kind, file, running: standingOf(running), ...facts };
}

/** A file that checks, held against the version of its flow that is live. */
export function filePlan(file: CompiledFile, live: Live): FlowPlan {
  const id = idOf(file) ?? '';
  const was = live.files.get(id);
  const version = versionOf(file.text);
  const places = live.places.filter((place) => place.flow === id);
  // Who is on the new version already (it was live before) stays where it is.
  const old = places.filter((place) => place.version !== version);
  const moved = movedPlans(file, old);
  const carried = moved.reduce((sum, { standing }) => sum + standing.count, 0);
  const facts = { after: version, moved, older: standingOf(old).count - carried };
  if (was === undefined) return { ...emptyPlan(id, 'added', file.file, places), ...facts };
  const before = versionOf(was.text);
  if (before === version) return { ...emptyPlan(id, 'same', file.file, places), before, ...facts };
  const blocks = blockChanges(was, file).map((change) => blockPlan(change, was, file, old));
  const attention = blocks.reduce((sum, block) => sum + block.attention, 0);
  const settings = settingChanges(was, file);
  return { ...emptyPlan(id, 'changed', file.file, places), before, ...facts, blocks, settings, attention };
}

/** A file with errors changes nothing: what is live stays. */
export function brokenPlan(file: CompiledFile, live: Live): FlowPlan {
  const id = idOf(file) ?? file.file;
  return emptyPlan(
    id,
    'broken',
    file.file,
    live.places.filter((place) => place.flow === id),
  );
}

/** A flow without a file: those who are in it go on to its end, and others that call it fail. */
export function removedPlan(id: string, live: Live): FlowPlan {
  const was = live.files.get(id);
  const places = live.places.filter((place) => place.flow === id);
  const running = standingOf(places);
  const calling = [...live.files].filter(
    ([other, { drafts }]) => other !== id && drafts.some(({ jumps }) => jumps.some((jump) => jump.flow === id)),
  );
  const callers = calling.flatMap(([flow]) => {
    const { count } = standingOf(live.places.filter((place) => place.flow === flow));
    return count === 0 ? [] : [{ flow, conversations: count }];
  });
  const facts = { callers, older: running.count, attention: running.count };
  return { ...emptyPlan(id, 'removed', was?.file ?? '', places), ...facts };
}

/** A flow that was removed by an earlier deploy, and that conversations are still in. */
export function gonePlan(id: string, live: Live): FlowPlan {
  const places = live.places.filter((place) => place.flow === id);
  return { ...emptyPlan(id, 'gone', '', places), older: standingOf(places).count };
}

/** Whom each line of `moved` takes along: flows that wait for another one only to a block that can take that one's end. */
function movedPlans({ flow, drafts }: CompiledFile, places: readonly Place[]): MovedPlan[] {
  return [...(flow?.moved ?? [])].map(([from, target]) => {
    const to = targetText(target);
    const calls = drafts.find((draft) => draft.id === to)?.type === 'subflow';
    const standing = standingOf(places.filter((place) => place.block === from && (place.waits !== 'flow' || calls)));
    return { from, to, standing };
  });
}

function blockPlan(change: BlockChange, before: Compiled, after: CompiledFile, places: readonly Place[]): BlockPlan {
  const here = places.filter((place) => place.block === change.id);
  const standing = standingOf(here);
  if (change.kind !== 'removed') return { ...change, standing, attention: 0 };
  const carried = movedPlans(after, here).find(({ from }) => from === change.id)?.standing.count ?? 0;
  const now = renamed(change.id, before, after);
  return { ...change, standing, attention: standing.count - carried, ...(now === undefined ? {} : { renamed: now }) };
}

function standingOf(places: readonly Place[]): Standing {
  const [all] = mergePlaces(places.map((place) => ({ ...place, flow: '', version: '', block: '', waits: 'reply' })));
  return all === undefined ? { count: 0, conversations: [] } : { count: all.count, conversations: all.conversations };
}
