import type { ChannelHost, Receipt } from '../../src/channel/channel.ts';
import type { Conversation, Line } from '../../src/domain/conversation.ts';
import { shownOf } from './render.ts';
import type { Shown } from './render.ts';
import { webUrl } from './url.ts';

const PATIENCE_MS = 30_000;

/** Milliseconds for who asks not to wait: most turns are over by then, so nothing flickers. */
export const HASTE_MS = 400;

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
  known: {
    readonly receipt: Receipt;
    readonly before: Conversation | null;
    readonly language?: string | undefined;
    /** Milliseconds to wait for the end of the turn; not given: 30 s. */
    readonly patience?: number;
  },
): Promise<Answer> {
  const settled = await host.conversations.settled(address, entry, known.patience ?? PATIENCE_MS);
  // What a new entry led to comes after what was there; a repeated one may be anywhere.
  const tail = known.receipt === 'accepted' ? (known.before?.lines ?? 0) : 0;
  const lines = await host.conversations.transcript(address, tail);
  const mine = lines.filter((line) => line.cause === entry);
  const messages = shownOf(mine, known.language);
  if (!settled) return { messages, ended: false, pending: true };
  const last = mine.at(-1)?.seq ?? Infinity;
  const then = lines.filter((line) => line.seq <= last);
  const told = known.before?.session || tail === 0 || then.some(isMark);
  // A chat that was over before, and still is: how it ended is further up.
  const all = told ? then : await host.conversations.transcript(address, 0);
  return { messages, ...endingOf(all, known.before) };
}

/** How things stood after the last of the lines; the conversation decides when no line tells. */
export function endingOf(lines: readonly Line[], conversation: Conversation | null): Ending {
  const mark = lines.findLast(isMark);
  if (mark === undefined) return { ended: isIdle(conversation) };
  return mark.kind === 'ended' ? { ended: true, ...destination(mark) } : { ended: false };
}

function isMark(line: Line): line is Line & { kind: 'started' | 'ended' } {
  return line.kind === 'started' || line.kind === 'ended';
}

/** Where an ended flow sends the visitor. Nowhere when it was left or has expired. */
export function destination(line: Line & { kind: 'ended' }): { redirect_url?: string } {
  const url = webUrl(line.redirect_url);
  return url === undefined ? {} : { redirect_url: url };
}

function isIdle(conversation: Conversation | null): boolean {
  return (
    conversation !== null && conversation.lines > 0 && conversation.session === null && conversation.inbox.length === 0
  );
}
