import type { Channel, OpenChannel, Sent } from '../channel/channel.ts';
import type { Contact } from '../domain/contact.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Call, Delivery, Keep, Link, Post } from '../domain/effect.ts';
import { messageOf } from '../domain/error.ts';
import type { Store } from '../store/store.ts';
import { MAX_ATTEMPTS, pause } from './retry.ts';

/** A channel that is open, with what it says of itself. */
export interface RunningChannel {
  readonly type: Channel;
  readonly open: OpenChannel;
}

/** What the sender tells about each delivery. */
export interface DeliveryReport {
  readonly conversation: string;
  readonly channel: string;
  readonly key: string;
  readonly result: Sent['kind'] | 'given_up';
  readonly reason?: string;
  /** The channel of the team, when it was for the team. */
  readonly team?: string;
  readonly attempts: number;
  readonly ms: number;
}

export interface SenderParts {
  readonly store: Store;
  channel(name: string): RunningChannel | undefined;
  /** Other processes move conversations as well, and may have channels that this one has not. */
  readonly shared?: boolean;
  now(): number;
  report(delivery: DeliveryReport): void;
  /** Puts an entry into a conversation's inbox, or links its contact; rejects when that was not possible. */
  post(post: Post | Link): Promise<void>;
}

/** How far the sending came. */
export interface SendResult {
  /** Keys that are finished and not yet taken off the record. */
  readonly done: readonly string[];
  /** A delivery that has to be tried later; everything behind it waits. */
  readonly postponed?: Delivery;
  /** True when it was tried just now. */
  readonly tried?: true;
  /** The call that comes next, once all deliveries before it are out. */
  readonly call?: Call;
  /** The lease was lost: stop at once. */
  readonly lost?: true;
}

/** Sends what a conversation owes, in order. */
export class Sender {
  private readonly parts: SenderParts;

  constructor(parts: SenderParts) {
    this.parts = parts;
  }

  /**
   * Sends until something has to wait. `alive` says whether the lease is still ours, `fresh` that it was just taken: whoever had
   * the conversation before may have died while it sent the first message that is still owed. What comes after that was not
   * begun, where sends are written down one by one.
   */
  async send(
    conversation: Conversation,
    token: string,
    before: readonly string[],
    { alive, fresh }: { readonly alive: () => boolean; readonly fresh: boolean },
  ): Promise<SendResult> {
    let done = [...before];
    let sent = before.length > 0;
    let doubtful = fresh;
    for (const effect of conversation.owed) {
      if (done.includes(effect.key)) continue;
      if (!alive()) return { done };
      if (effect.kind === 'delivery' && (effect.notBefore ?? 0) > this.parts.now()) return { done, postponed: effect };
      // What was sent is written down before anything else begins, so that a crash repeats one message at most.
      if (sent && this.records(conversation.contact) && done.length > 0) {
        const { id } = conversation;
        if ((await this.parts.store.settle({ id, token, done })).kind !== 'more') return { done, lost: true };
        done = [];
      }
      if (effect.kind === 'call') return { done, call: effect };
      // Asked once more: the process may have been stopped while it waited for the store.
      if (!alive()) return { done };
      sent = effect.kind === 'delivery';
      const sending = effect.kind === 'delivery' ? this.deliver(effect, conversation.contact, doubtful) : null;
      const later = sending instanceof Promise ? await sending : sending;
      // Where nothing was written down meanwhile, what comes next may have been begun, too.
      if (sent && this.records(conversation.contact)) doubtful = false;
      if (later !== null) return { done, postponed: later, tried: true };
      if (effect.kind === 'keep') await this.keep(effect);
      if (effect.kind === 'post' || effect.kind === 'link') await this.parts.post(effect);
      done.push(effect.key);
    }
    return { done };
  }

  private async keep({ document }: Keep): Promise<void> {
    const { at, ...kept } = document;
    await this.parts.store.put({ ...kept, order: `${String(at).padStart(15, '0')}-${kept.id}` });
  }

  /** True when each send to a contact is written down before anything else begins. */
  private records({ channel }: Contact): boolean {
    return this.parts.channel(channel)?.type.repeat === 'seen';
  }

  /** Null when the delivery is finished, for better or worse; otherwise the delivery to try later. */
  private deliver(delivery: Delivery, contact: Contact, doubtful: boolean): Later | Promise<Later> {
    const started = performance.now();
    const first = (delivery.attempts ?? 0) === 0;
    const sent = this.attempt(doubtful && first ? { doubtful: true, ...delivery } : delivery, contact);
    // Nothing is waited for where a channel says at once how it went.
    if (!(sent instanceof Promise)) return this.judge(delivery, contact, sent, started);
    return sent.then((known) => this.judge(delivery, contact, known, started));
  }

  private judge(delivery: Delivery, contact: Contact, sent: Sent, started: number): Later {
    const attempts = (delivery.attempts ?? 0) + 1;
    const givenUp = sent.kind === 'retry' && attempts >= MAX_ATTEMPTS;
    this.parts.report({
      conversation: contact.id,
      channel: contact.channel,
      key: delivery.key,
      result: givenUp ? 'given_up' : sent.kind,
      ...(sent.kind === 'sent' ? {} : { reason: sent.reason }),
      ...(delivery.team === undefined ? {} : { team: delivery.team.channel }),
      attempts,
      ms: performance.now() - started,
    });
    if (sent.kind !== 'retry' || givenUp) return null;
    return { ...delivery, attempts, notBefore: this.parts.now() + pause(attempts, sent.after) };
  }

  /** Never throws and never rejects. */
  private attempt(delivery: Delivery, contact: Contact): Sent | Promise<Sent> {
    const { team } = delivery;
    const name = team?.channel ?? contact.channel;
    const channel = this.parts.channel(name);
    // Whoever takes the conversation next may have the channel of the team.
    const elsewhere = channel === undefined && this.parts.shared === true;
    if (team !== undefined && !elsewhere && channel?.open.team === undefined)
      return { kind: 'refused', reason: `no team can be reached on the channel ${team.channel}` };
    if (channel === undefined) return { kind: 'retry', reason: `the channel ${name} is off` };
    try {
      const { open } = channel;
      const sending = team === undefined ? open.send(delivery, contact) : toTeam(open, delivery, contact);
      return sending instanceof Promise ? withLimit(sending).catch(broken) : sending;
    } catch (error) {
      return broken(error);
    }
  }
}

/** A delivery that is to be tried again; null when there is none. */
type Later = Delivery | null;

/** A channel that throws may do better the next time. */
function broken(error: unknown): Sent {
  return { kind: 'retry', reason: messageOf(error) };
}

/** A channel without a team has said so before. */
async function toTeam(open: OpenChannel, delivery: Delivery, contact: Contact): Promise<Sent> {
  return (await open.team?.(delivery, contact)) ?? { kind: 'refused', reason: 'no team can be reached' };
}

/** A send that does not come back holds up one contact only so long (ms). */
const SEND_LIMIT = 60_000;

/** The answer of a send, or a retry when it does not come back. */
function withLimit(send: Promise<Sent>): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      resolve({ kind: 'retry', reason: `the channel did not answer within ${SEND_LIMIT / 1000} s` });
    const timer = setTimeout(late, SEND_LIMIT).unref();
    const first =
      <T>(settle: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        settle(value);
      };
    send.then(first(resolve), first(reject));
  });
}
