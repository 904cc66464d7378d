import type { LaneSteps } from '../inbox/lane.ts';
import type { Runner } from '../conversation/runner.ts';
import type { Signals } from '../conversation/signals.ts';
import { contactOf, shownId } from '../domain/contact.ts';
import type { Link, Post } from '../domain/effect.ts';
import { causeOf } from '../domain/entry.ts';
import { ParleyError, messageOf } from '../domain/error.ts';
import type { Inbox } from '../inbox/accept.ts';
import type { Log } from '../log/logger.ts';
import { Sender } from '../outbox/sender.ts';
import type { DeliveryReport, RunningChannel } from '../outbox/sender.ts';
import type { Store } from '../store/store.ts';
import { performCall } from './call.ts';
import type { CallParts } from './call.ts';
import type { Metrics } from './metrics.ts';
import { reportDelivery } from './reports.ts';
import { tellUndelivered } from './undelivered.ts';

/** What a lane's steps are made of. */
export interface StepParts {
  readonly store: Store;
  readonly log: Log;
  readonly runner: Runner;
  readonly signals: Signals;
  readonly calls: CallParts;
  readonly metrics: Metrics;
  /** Other processes move conversations, too. */
  readonly shared: boolean;
  inbox(): Inbox;
  /** Links a contact with the others of the same person. */
  link(effect: Link): Promise<void>;
  channel(name: string): RunningChannel | undefined;
  now(): number;
}

/** What a lane does with a conversation: sender, runner and calls brought together. */
export function laneSteps(parts: StepParts): LaneSteps {
  const { store, log, runner, signals, metrics } = parts;
  const channel: StepParts['channel'] = (name) => parts.channel(name);
  const now = (): number => parts.now();
  const post = (effect: Post | Link): Promise<void> =>
    effect.kind === 'link' ? parts.link(effect) : postEntry(effect, parts);
  const report = (delivery: DeliveryReport): void => {
    metrics.delivery(delivery);
    reportDelivery(log, delivery);
    if (delivery.result === 'sent') return;
    tellUndelivered(delivery, parts).catch((error: unknown) =>
      log.warn('the team could not be told of a message that was not delivered', { reason: messageOf(error) }),
    );
  };
  const sender = new Sender({ store, channel, shared: parts.shared, now, post, report });
  return {
    now,
    send: (conversation, token, done, under) => sender.send(conversation, token, done, under),
    turn: (conversation, token, entry, done) => runner.turn(conversation, token, entry, done),
    bury: async (conversation, token, entry, done, error) => {
      metrics.deadLetter();
      const facts = { conversation: shownId(conversation.id), entry: entry.kind, id: entry.id };
      log.error('an entry became a dead letter', { ...facts, reason: messageOf(error) });
      return runner.bury(conversation, token, entry, done, error);
    },
    call: (call, conversation, signal, again) => performCall(call, conversation, signal, again, parts.calls),
    settled: (conversation, entry) => signals.settled(conversation, causeOf(entry)),
    failed: (conversation, error) =>
      log.error('a step of a conversation failed and will be tried again', {
        conversation: shownId(conversation),
        reason: messageOf(error),
      }),
  };
}

/** Hands an entry over to the conversation it is owed to; it is logged, because flows talk to each other this way. */
async function postEntry({ contact: id, entry }: Post, parts: StepParts): Promise<void> {
  const contact = contactOf(id);
  if (contact === null) throw new ParleyError('internal', `"${id}" is no contact`);
  await parts.inbox().post(contact, entry);
  const what = entry.kind === 'event' ? { event: entry.event } : entry.kind === 'start' ? { flow: entry.flow } : {};
  parts.log.info(entry.kind, { conversation: shownId(id), ...what });
}
