import type { Conversation } from './conversation.ts';
import { wakeAt } from './session.ts';

/** Longer than a call with its tries may take: whatever waits for so long, nobody works on it (ms). */
export const OVERDUE_AFTER = 10 * 60_000;

/** Since when (ms since 1970) a conversation has had something to do, if that is too long; null when all is well. */
export function overdueSince({ session, inbox, owed }: Conversation, now: number): number | null {
  const retries = owed.flatMap((effect) => (effect.kind === 'delivery' ? (effect.notBefore ?? []) : []));
  // What has to wait behind a message that is tried again later is not forgotten.
  if (retries.some((at) => at > now)) return null;
  const since = Math.min(wakeAt(session) ?? Infinity, ...inbox.map(({ at }) => at), ...retries);
  return now - since > OVERDUE_AFTER ? since : null;
}
