// oxlint-disable unicorn/require-post-message-target-origin -- chat.postMessage is no window's
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './bolt.ts';
import { failureOf } from './errors.ts';
import type { Failure } from './errors.ts';
import type { Rendered } from './blocks.ts';
import type { Pace } from './pace.ts';
import type { Place } from './place.ts';

/** What became of a message: its time, which is its id in the channel, or why it is not there. */
export type Posted =
  | { readonly kind: 'posted'; readonly ts: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Posts messages of the bot. */
export type Post = (place: Place, message: Rendered, key?: string) => Promise<Posted>;

/** The kind of metadata that carries our key in a message. */
export const EVENT_TYPE = 'parley_delivery';

/**
 * Makes the one function that posts, at Slack's pace. `key` goes along as metadata, which nobody sees but apps, so that a
 * message can be found again when Slack's answer was lost.
 */
export function poster(client: Client, pace: Pace, closing: AbortSignal): Post {
  return async (place, message, key) => {
    try {
      const wait = pace.take(place.channel);
      if (wait > 0) await pause(wait, undefined, { signal: closing });
      const { ts = '' } = await client.chat.postMessage({
        channel: place.channel,
        text: message.text,
        ...(message.blocks === undefined ? {} : { blocks: message.blocks }),
        ...(place.thread === undefined ? {} : { thread_ts: place.thread }),
        ...(key === undefined ? {} : { metadata: { event_type: EVENT_TYPE, event_payload: { key } } }),
      });
      return { kind: 'posted', ts };
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    }
  };
}
