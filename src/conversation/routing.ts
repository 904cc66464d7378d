import type { Conversation } from '../domain/conversation.ts';
import type { Entry } from '../domain/entry.ts';
import type { Flow } from '../domain/flow.ts';
import { foldWords, startsWithWords } from '../domain/text.ts';

/** The flows that are live. */
export interface LiveFlows {
  current(id: string): Flow | undefined;
  /** Live flows in the order of their ids. */
  all(): readonly Flow[];
}

/** A flow that an entry starts, at its first block or at a named one. */
export interface Starting {
  readonly flow: Flow;
  readonly block?: string;
}

/**
 * Which flow an entry starts, or null. Of messages: a running session has the first word; after that the longest
 * keyword wins, then `new_contact`, then `catch_all`; between equals the first flow by id. Of events: a session that
 * waits for this one has the first word; after that the first flow by id with such a trigger, which takes the place
 * of a running session, unless a person of the team has the conversation.
 */
export function route(conversation: Conversation, entry: Entry, flows: LiveFlows): Starting | null {
  if (entry.kind === 'start') return startOf(entry, flows);
  if (entry.kind === 'event') return startedBy(entry.event, conversation, flows);
  if (entry.kind !== 'message' || conversation.session !== null) return null;
  const here = flows.all().filter((flow) => speaks(flow, conversation.contact.channel));
  const flow =
    byKeyword(here, entry.message.text) ??
    byTrigger(here, 'new_contact', conversation.lines === 0) ??
    byTrigger(here, 'catch_all', true);
  return flow === undefined ? null : { flow };
}

/** True when a flow is meant for a channel; `whatsapp` stands for every WhatsApp channel. */
export function speaks(flow: Flow, channel: string): boolean {
  return flow.channels === null || flow.channels.some((name) => channel === name || channel.startsWith(`${name}-`));
}

function startOf(entry: Extract<Entry, { kind: 'start' }>, flows: LiveFlows): Starting | null {
  const flow = flows.current(entry.flow);
  if (flow === undefined) return null;
  const known = entry.block !== undefined && flow.blocks.has(entry.block);
  return known ? { flow, block: entry.block } : { flow };
}

function startedBy(event: string, { contact, session }: Conversation, flows: LiveFlows): Starting | null {
  if (session?.wait.events?.includes(event) === true || session?.wait.for === 'human') return null;
  const flow = flows
    .all()
    .filter((each) => speaks(each, contact.channel))
    .find((each) => each.triggers.some((trigger) => trigger.kind === 'event' && trigger.event === event));
  return flow === undefined ? null : { flow };
}

function byKeyword(flows: readonly Flow[], text: string): Flow | undefined {
  const words = foldWords(text);
  let best: { flow: Flow; length: number } | undefined;
  for (const flow of flows) {
    for (const trigger of flow.triggers) {
      if (trigger.kind !== 'keywords') continue;
      for (const keyword of trigger.keywords) {
        if (keyword.length > (best?.length ?? 0) && startsWithWords(words, keyword))
          best = { flow, length: keyword.length };
      }
    }
  }
  return best?.flow;
}

function byTrigger(flows: readonly Flow[], kind: 'new_contact' | 'catch_all', applies: boolean): Flow | undefined {
  return applies ? flows.find((flow) => flow.triggers.some((trigger) => trigger.kind === kind)) : undefined;
}
