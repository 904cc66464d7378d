import type { Client } from '../calls/client.ts';
import { shownId } from '../domain/contact.ts';
import type { Contact } from '../domain/contact.ts';
import { messageOf } from '../domain/error.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Call } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import type { Log } from '../log/logger.ts';
import type { RunningChannel } from '../outbox/sender.ts';

/** What making a call needs. */
export interface CallParts {
  readonly client: Client;
  readonly log: Log;
  channel(name: string): RunningChannel | undefined;
  now(): number;
}

/** Makes an owed call while the contact sees that somebody types; answers the entry that tells how it ended. */
export async function performCall(
  call: Call,
  { contact }: Conversation,
  signal: AbortSignal,
  parts: CallParts,
): Promise<Entry> {
  const channel = parts.channel(contact.channel);
  const started = performance.now();
  typing(channel, contact, true, parts.log);
  const outcome = await parts.client.send(call.request, call.key, signal);
  typing(channel, contact, false, parts.log);
  const result =
    outcome.kind === 'answered' ? { status: outcome.status } : { result: outcome.kind, reason: outcome.reason };
  const { type, method } = call.request;
  parts.log.info('call', {
    conversation: shownId(contact.id),
    type,
    method,
    flow: call.flow,
    block: call.block,
    ...result,
    ms: Math.round(performance.now() - started),
  });
  return { kind: 'call', id: call.key, at: parts.now(), key: call.key, cause: call.cause, outcome };
}

/** Typing is a courtesy: a channel that cannot show it must not lose the call. */
function typing(channel: RunningChannel | undefined, contact: Contact, on: boolean, log: Log): void {
  try {
    channel?.open.typing?.(contact, on);
  } catch (error) {
    log.warn('typing could not be shown', { channel: contact.channel, reason: messageOf(error) });
  }
}
