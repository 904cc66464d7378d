import type { ChannelHost, Receipt } from '../../src/channel/channel.ts';
import type { Conversation, Line } from '../../src/domain/conversation.ts';
import { shownOf } from './render.ts';
import type { Shown } from './render.ts';
import { webUrl } from './url.ts';

const PATIENCE_MS = 30_000;
/** A host that hands the transcript over in pages makes them at least this long. */
const SHORTEST_PAGE = 100;

/** What a start and a message are answered with. */
export interface Answer extends Ending {
  readonly messages: readonly Shown[];
  /** The turn is still under way: the rest comes as events, or as the answer to the same request. */
  readonly pending?: true;
}

/** Whether the flow is over, and where the visitor goes then. */
export interface Ending {
  readonly ended: boolean;
  readonly redirect_url?: string;
}

/**
 * The answer to an entry once its turn has settled, read from the transcript and from nowhere else: so it is
 * the same for every repetition, after a crash and from every process. `before` is the conversation before the entry.
 */
export async function answerTo(
  host: ChannelHost,
  address: string,
  entry: string,
  known: { readonly receipt: Receipt; readonly before: Conversation | null },
): Promise<Answer> {
  const settled = await host.conversations.settled(address, entry, PATIENCE_MS);
  // The lines of a new entry come after those that were there; those of a repeated one may be anywhere.
  const after = known.receipt === 'duplicate' ? 0 : (known.before?.lines ?? 0);
  const lines = await readLines(host, address, after);
  const mine = lines.filter((line) => line.cause === entry);
  const messages = shownOf(mine);
  if (!settled) return { messages, ended: false, pending: true };
  const last = mine.at(-1)?.seq ?? Infinity;
  return {
    messages,
    ...endingOf(
      host,
      lines.filter((line) => line.seq <= last),
      known.before,
    ),
  };
}

/** All lines above a number. */
export async function readLines(host: ChannelHost, address: string, after: number): Promise<Line[]> {
  const lines: Line[] = [];
  for (;;) {
    const page = await host.conversations.transcript(address, lines.at(-1)?.seq ?? after);
    lines.push(...page);
    if (page.length < SHORTEST_PAGE) return lines;
  }
}

/** How things stood after the last of the lines; the conversation decides when no line tells. */
export function endingOf(host: ChannelHost, lines: readonly Line[], conversation: Conversation | null): Ending {
  const mark = lines.findLast((line) => line.kind === 'started' || line.kind === 'ended');
  if (mark === undefined) return { ended: isIdle(conversation) };
  if (mark.kind !== 'ended') return { ended: false };
  const url = destination(host, mark);
  return { ended: true, ...(url === undefined ? {} : { redirect_url: url }) };
}

/** Where an ended flow sends the visitor: what the end block says, else what the flow says. */
export function destination(host: ChannelHost, line: Line & { kind: 'ended' }): string | undefined {
  return webUrl(line.redirect_url) ?? webUrl(host.flows.linked(line.flow)?.redirectUrl);
}

function isIdle(conversation: Conversation | null): boolean {
  return (
    conversation !== null && conversation.lines > 0 && conversation.session === null && conversation.inbox.length === 0
  );
}
