import { shownId } from './contact.ts';
import type { Conversation } from './conversation.ts';
import type { Session, Wait } from './session.ts';

/** How many conversations are shown of those that stand at one place. */
const SHOWN = 10;

/** Where conversations stand: a block of a version of a flow. */
export interface Place {
  readonly flow: string;
  readonly version: string;
  readonly block: string;
  /** What they wait for; `flow` is the end of a flow that this one has called. */
  readonly waits: Wait['for'] | 'flow';
  readonly count: number;
  /** The first ten, as logs may show them. */
  readonly conversations: readonly string[];
}

/** Where these conversations stand. One whose flow has called another stands in both. */
export function placesOf(conversations: readonly Conversation[]): Place[] {
  return mergePlaces(
    conversations.flatMap(({ id, session }) =>
      session === null ? [] : standing(session).map((at) => ({ ...at, count: 1, conversations: [shownId(id)] })),
    ),
  );
}

function standing({ flow, version, block, wait, stack = [] }: Session): Omit<Place, 'count' | 'conversations'>[] {
  const callers = stack.map((frame) => ({
    flow: frame.flow,
    version: frame.version,
    block: frame.block,
    waits: 'flow' as const,
  }));
  return [...callers, { flow, version, block, waits: wait.for }];
}

/** Counts of the same place added up. */
export function mergePlaces(places: readonly Place[]): Place[] {
  const merged = new Map<string, Place>();
  for (const place of places) {
    const key = [place.flow, place.version, place.block, place.waits].join('\n');
    const { count = 0, conversations = [] } = merged.get(key) ?? {};
    const shown = [...conversations, ...place.conversations].slice(0, SHOWN);
    merged.set(key, { ...place, count: count + place.count, conversations: shown });
  }
  return [...merged.values()];
}
