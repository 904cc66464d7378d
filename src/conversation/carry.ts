import type { Entry } from '../domain/entry.ts';
import type { Flow, FlowBlock } from '../domain/flow.ts';
import type { Session } from '../domain/session.ts';
import type { Target } from '../domain/turn.ts';
import type { TurnResult } from '../engine/engine.ts';

/** A session taken over to the live version of its flow, for the turn that is about to be computed. */
export interface Carried {
  readonly session: Session;
  /** The live version; where the old block is not followed by one of its type, it has a signpost in its place. */
  readonly flow: Flow;
  /** Where the session stood. */
  readonly before: Session;
  readonly to: Target;
}

/**
 * Takes a session over to the live version when that says where the session's block has gone (`moved:`). A block of
 * the same type answers what came in, with all that the old one remembered; any other place is entered. Only what can move the
 * session carries it: calls, timeouts and expiry belong to the version that asked. Null when the session stays.
 */
export function carryOver(
  session: Session,
  entry: Entry,
  running: Flow | null,
  live: Flow | undefined,
): Carried | null {
  const to = live?.version === session.version ? undefined : live?.moved.get(session.block);
  if (live === undefined || to === undefined || !carries(entry, session)) return null;
  const next = to.kind === 'block' ? live.blocks.get(to.id) : undefined;
  const old = running?.blocks.get(session.block);
  const same = next !== undefined && next.type === old?.type;
  const moved = { ...session, version: live.version, variables: { ...live.defaults, ...session.variables } };
  if (same) return { session: { ...moved, block: next.id }, flow: live, before: session, to };
  const signpost: FlowBlock = {
    id: session.block,
    type: 'moved',
    line: 1,
    enter: () => ({ kind: 'go', to }),
    resume: () => ({ kind: 'go', to }),
  };
  const flow = { ...live, blocks: new Map([...live.blocks, [signpost.id, signpost]]) };
  return { session: moved, flow, before: session, to };
}

/** Of what time brings, only the end of a delay: it is the way on from there, and not the way out. */
function carries(entry: Entry, { wait }: Session): boolean {
  if (wait.for === 'call') return false;
  if (entry.kind === 'timer') return wait.for === 'time';
  return ['message', 'event', 'resume', 'handback'].includes(entry.kind);
}

/** What a turn with a carried session came to; null when what came in has not moved the session, and so not carried it. */
export function carriedResult(
  carried: Carried,
  result: TurnResult,
): (TurnResult & { readonly carried: string }) | null {
  const { session, before, to } = carried;
  // A session that stays is given its wait back as it was.
  if (result.session?.wait === session.wait) return null;
  const place = to.kind === 'block' ? to.id : to.kind;
  const text = `moved from ${before.block} of version ${before.version} to ${place} of ${session.version}`;
  return { ...result, carried: text, events: [{ kind: 'note', block: before.block, text }, ...result.events] };
}

/** Flows that wait for a called one to end are taken over, too, where another block that calls has taken the place. */
export function carryCallers(session: Session | null, current: (id: string) => Flow | undefined): Session | null {
  if (session?.stack === undefined) return session;
  const stack = session.stack.map((frame) => {
    const live = current(frame.flow);
    const to = live?.version === frame.version ? undefined : live?.moved.get(frame.block);
    if (live === undefined || to?.kind !== 'block' || live.blocks.get(to.id)?.returned === undefined) return frame;
    return { ...frame, version: live.version, block: to.id };
  });
  return { ...session, stack };
}
