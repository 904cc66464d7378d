import { asText, optionsOf } from '../../src/channel/fallback.ts';
import { WHATSAPP_WEB } from '../../src/channel/limits.ts';
import type { Location, Media, Outbound } from '../../src/domain/message.ts';

/** One message of WhatsApp, before its file is fetched. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'media'; readonly media: Media }
  | { readonly kind: 'place'; readonly place: Location };

/** A fitted message as messages of WhatsApp, in order; empty when there is nothing to say. */
export function render(message: Outbound): Piece[] {
  const { media, location } = message;
  // Whatever options are still there become lines: buttons do not arrive from a linked browser.
  const text =
    optionsOf(message).length === 0 ? message.text : asText({ ...message, media: undefined, location: undefined });
  const place: Piece[] = location === undefined ? [] : [{ kind: 'place', place: location }];
  if (media !== undefined && isCaption(media, text))
    return [...place, { kind: 'media', media: { ...media, caption: text } }];
  const file: Piece[] = media === undefined ? [] : [{ kind: 'media', media }];
  return [...place, ...file, ...(text === undefined || text.trim() === '' ? [] : [{ kind: 'text', text } as const])];
}

/** True when a text goes below media as their caption. */
function isCaption(media: Media, text: string | undefined): text is string {
  if (text === undefined || text.trim() === '' || media.caption !== undefined) return false;
  return text.length <= WHATSAPP_WEB.caption && WHATSAPP_WEB.withoutCaption?.includes(media.type) !== true;
}
