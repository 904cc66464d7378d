import type { Compiled } from './compile.ts';
import type { Findings } from './diagnostic.ts';
import { successorIds } from './draft.ts';
import type { Draft, Emitted } from './draft.ts';

/**
 * Flows that start each other by events and never wait: each event comes back by the inbox, so no limit of one session
 * would stop them.
 */
export function checkEventLoops(
  { drafts, yaml, flow }: Compiled,
  files: readonly Compiled[],
  findings: Findings,
): void {
  if (flow === null || yaml === null) return;
  const startedBy = eventsOf(flow);
  for (const { event, path } of emittedAtOnce(drafts)) {
    const loops = [...reached(event, files)].some((name) => startedBy.has(name));
    if (!loops) continue;
    const text = `the event "${event}" leads to this flow again, and nobody is waited for on the way`;
    findings.add('event-loop', yaml.locate(path), text, 'put a wait or a question before it, or raise another event');
  }
}

function eventsOf(flow: Compiled['flow']): Set<string> {
  return new Set((flow?.triggers ?? []).flatMap((trigger) => (trigger.kind === 'event' ? [trigger.event] : [])));
}

/** The event and all that are raised because of it, before anybody is waited for. */
function reached(event: string, files: readonly Compiled[]): Set<string> {
  const events = new Set([event]);
  for (const name of events)
    for (const { flow, drafts } of files)
      if (eventsOf(flow).has(name)) for (const emitted of emittedAtOnce(drafts)) events.add(emitted.event);
  return events;
}

/** Events that a flow raises before it waits for anybody. */
function emittedAtOnce(drafts: readonly Draft[]): Emitted[] {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  const ids = new Set(drafts.slice(0, 1).map(({ id }) => id));
  for (const id of ids) {
    const draft = byId.get(id);
    if (draft?.waits === false) for (const next of successorIds(draft)) ids.add(next);
  }
  return [...ids].flatMap((id) => byId.get(id)?.emits ?? []);
}
