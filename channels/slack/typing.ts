import type { Contact } from '../../src/domain/contact.ts';
import type { Client } from './bolt.ts';
import { failureOf } from './errors.ts';
import { placeOf } from './place.ts';

/**
 * "… is typing" in threads, where Slack has a status for apps; it goes away with the answer, or after two minutes. Direct
 * messages have none. Best effort: nobody waits for it, and a workspace that refuses it is not asked again.
 */
export function typingStatus(client: Client): (contact: Contact, on: boolean) => void {
  let mayAsk = true;
  return ({ address }, on) => {
    const place = placeOf(address);
    if (place?.thread === undefined || !mayAsk) return;
    const status = { channel_id: place.channel, thread_ts: place.thread, status: on ? 'is typing…' : '' };
    client.assistant.threads.setStatus(status).catch((error: unknown) => {
      const { code, sent } = failureOf(error);
      if (sent.kind === 'refused' && code !== 'channel_not_found') mayAsk = false;
    });
  };
}
