import { fit } from '../../src/channel/fit.ts';
import { WEB } from '../../src/channel/limits.ts';
import type { Line } from '../../src/domain/conversation.ts';
import type { Inbound, Media, Outbound } from '../../src/domain/message.ts';
import { webUrl } from './url.ts';

/** What the visitor's own entries are called in the inbox, so that no client id can pose as a timer or a call. */
const OWN = 'web:';

/** A message of the bot as the API and the events show it. `id` is stable over retries and restarts. */
export type Shown = Outbound & { readonly id: string; readonly seq: number };

/** A message of the visitor, as other tabs learn of it. `id` is the one the client gave. */
export type Echo = Inbound & { readonly id: string; readonly seq: number };

/** The inbox's name for a message of the visitor. */
export function entryId(clientId: string): string {
  return OWN + clientId;
}

/**
 * A line of the bot as JSON, in more pieces than one where it is over the limits of the page. Media that a browser must
 * not open is left out, its caption stays. The last piece has the id of the whole.
 */
export function shown(line: Line & { kind: 'out' }, language?: string): Shown[] {
  const pieces = fit(openableOnly(line.message), WEB, language);
  return pieces.map((piece, index) => {
    const id = index === pieces.length - 1 ? line.key : `${line.key}.${index + 1}`;
    return { id, seq: line.seq, ...piece };
  });
}

/** A line of the visitor as JSON. */
export function echoed(line: Line & { kind: 'in' }): Echo {
  const id = line.cause.startsWith(OWN) ? line.cause.slice(OWN.length) : line.cause;
  const { attachments, ...rest } = line.message;
  const safe = attachments?.filter((media) => openable(media) !== undefined);
  return { id, seq: line.seq, ...rest, ...(safe === undefined ? {} : { attachments: safe }) };
}

/** All messages of the bot among the lines, in order; `language` is the visitor's. */
export function shownOf(lines: readonly Line[], language?: string): Shown[] {
  return lines.flatMap((line) => (line.kind === 'out' ? shown(line, language) : []));
}

function openableOnly(message: Outbound): Outbound {
  const { media, ...rest } = message;
  if (media === undefined || openable(media) !== undefined) return message;
  const words = rest.text ?? media.caption;
  return words === undefined ? rest : { ...rest, text: words };
}

function openable(media: Media | undefined): Media | undefined {
  return webUrl(media?.url) === undefined ? undefined : media;
}
