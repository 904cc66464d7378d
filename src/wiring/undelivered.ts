import type { DeliveryReport, RunningChannel } from '../outbox/sender.ts';
import type { Store } from '../store/store.ts';

/** What telling the team needs. */
interface Parts {
  readonly store: Pick<Store, 'load'>;
  channel(name: string): RunningChannel | undefined;
}

/**
 * While a person has a conversation, that person has to hear when something does not reach the customer, such as that
 * WhatsApp's 24 hours are over. Best effort: a process that dies just then does not tell.
 */
export async function tellUndelivered(report: DeliveryReport, parts: Parts): Promise<void> {
  const { result, team, conversation: id, reason = 'it was given up' } = report;
  if (team === undefined && result !== 'sent' && result !== 'retry') await tellFailed(id, reason, parts);
}

/** The same for what a place has taken, and reports later as failed. */
export async function tellFailed(id: string, reason: string, parts: Parts): Promise<void> {
  const conversation = await parts.store.load(id);
  const wait = conversation?.session?.wait;
  const to = wait?.for === 'human' ? wait.state?.['to'] : undefined;
  if (conversation === null || typeof to !== 'string') return;
  parts.channel(to)?.open.undelivered?.(conversation.contact, reason);
}
