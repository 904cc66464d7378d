import type { CallOutcome } from '../domain/call.ts';
import { shownId } from '../domain/contact.ts';
import type { Contact } from '../domain/contact.ts';
import { messageOf } from '../domain/error.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Call } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import type { Log } from '../log/logger.ts';
import type { RunningChannel } from '../outbox/sender.ts';
import type { Metrics } from './metrics.ts';

/** What making a call needs. */
export interface CallParts {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'call'>;
  /** Makes it, with its tries; never rejects for what the other side does. */
  make(call: Call, contact: Contact, signal: AbortSignal, again: boolean): Promise<CallOutcome>;
  channel(name: string): RunningChannel | undefined;
  now(): number;
}

/** Makes an owed call while the contact sees that somebody types; answers the entry that tells how it ended. */
export async function performCall(
  call: Call,
  { contact }: Conversation,
  signal: AbortSignal,
  again: boolean,
  parts: CallParts,
): Promise<Entry> {
  const started = performance.now();
  const channel = showsTyping(call) ? parts.channel(contact.channel) : undefined;
  typing(channel, contact, true, parts.log);
  const outcome = await parts.make(call, contact, signal, again);
  typing(channel, contact, false, parts.log);
  const ms = performance.now() - started;
  parts.metrics.call(call, outcome, ms);
  report(call, contact, outcome, ms, parts.log);
  return { kind: 'call', id: call.key, at: parts.now(), key: call.key, cause: call.cause, outcome };
}

function showsTyping({ request }: Call): boolean {
  return request.type === 'phone_code' || request.hold?.typing !== false;
}

function report(call: Call, contact: Contact, outcome: CallOutcome, ms: number, log: Log): void {
  if (!log.shows('info')) return;
  const { type } = call.request;
  const asked = call.request.type === 'phone_code' ? {} : { method: call.request.method };
  const result =
    outcome.kind === 'answered' ? { status: outcome.status } : { result: outcome.kind, reason: outcome.reason };
  const where = { conversation: shownId(contact.id), flow: call.flow, block: call.block };
  log.info('call', { ...where, type, ...asked, ...result, ms: Math.round(ms) });
}

/** Typing is a courtesy: a channel that cannot show it must not lose the call. */
function typing(channel: RunningChannel | undefined, contact: Contact, on: boolean, log: Log): void {
  try {
    channel?.open.typing?.(contact, on);
  } catch (error) {
    log.warn('typing could not be shown', { channel: contact.channel, reason: messageOf(error) });
  }
}
