import { isObject } from '../../src/domain/json.ts';
import type { Client } from './bolt.ts';
import type { Place } from './place.ts';
import { EVENT_TYPE } from './post.ts';

/** Messages that are looked through for one whose answer was lost. */
const LOOK_BACK = 200;

/** How far back it may have been sent (ms); the outbox gives up after about an hour. */
const LOOK_BACK_MS = 2 * 3_600_000;

/** Our keys in the last messages of a place, with the time that is each message's id. Rejects when Slack does not tell. */
export async function sentKeys(client: Client, { channel, thread }: Place, now: number): Promise<Map<string, string>> {
  const oldest = String((now - LOOK_BACK_MS) / 1000);
  const options = { channel, oldest, limit: LOOK_BACK, include_all_metadata: true };
  const { messages = [] } =
    thread === undefined
      ? await client.conversations.history(options)
      : await client.conversations.replies({ ...options, ts: thread });
  const found = messages.flatMap(({ metadata, ts = '' }) => {
    const payload: unknown = metadata?.event_payload;
    const key = isObject(payload) ? payload['key'] : undefined;
    return metadata?.event_type === EVENT_TYPE && typeof key === 'string' ? [[key, ts] as const] : [];
  });
  return new Map(found);
}
