import type { ChannelHost } from '../../src/channel/channel.ts';
import { own } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { sentence } from './errors.ts';
import { listAt, textAt } from '../../src/channel/fields.ts';
import { addressIn } from './reported.ts';
import type { Reported } from './reported.ts';
import { Recent } from '../../src/channel/recent.ts';

/** Meta's statuses in the order in which they can follow each other; `failed` and `deleted` end it. */
const ORDER: Readonly<Record<string, number>> = { sent: 1, delivered: 2, read: 3, played: 4, deleted: 5, failed: 6 };

/** From here on a message has arrived, and cannot have failed. */
const ARRIVED = 2;

/** Messages whose statuses are remembered. */
const KEPT = 20_000;

/**
 * What became of messages that went out. Statuses come late, twice and in any order, so each message only moves forward.
 * In memory: it is for the log, and to notice that a message whose answer was lost has gone out after all. Messages that this
 * process did not send are passed on to {@link Reported}.
 */
export class Statuses {
  private readonly reached = new Recent<number>(KEPT);
  private readonly out = new Recent<true>(KEPT);
  private readonly host: Pick<ChannelHost, 'log' | 'undelivered'>;
  private readonly reported: Pick<Reported, 'take'>;

  constructor(host: Pick<ChannelHost, 'log' | 'undelivered'>, reported: Pick<Reported, 'take'>) {
    this.host = host;
    this.reported = reported;
  }

  /** Notes that Meta took a message; `key` is ours, sent along as `biz_opaque_callback_data`. */
  sent(key: string): void {
    this.out.set(key, true);
  }

  /** True when Meta is known to have taken the message with this key. */
  isOut(key: string): boolean {
    return this.out.get(key) === true;
  }

  /** Takes one status of a webhook. */
  async take(status: JsonObject): Promise<void> {
    const [id, state] = [textAt(status, 'id'), textAt(status, 'status')];
    const key = textAt(status, 'biz_opaque_callback_data');
    if (key !== undefined && !this.isOut(key)) {
      this.sent(key);
      await this.reported.take(key);
    }
    const next = state !== undefined && Object.hasOwn(ORDER, state) ? ORDER[state] : undefined;
    if (id === undefined || next === undefined) {
      this.host.log('info', 'a status that is not known was ignored', { id, status: state });
      return;
    }
    const before = this.reached.get(id) ?? 0;
    if (next <= before || (state === 'failed' && before >= ARRIVED)) return;
    this.reached.set(id, next);
    const facts = { id, to: textAt(status, 'recipient_id') ?? textAt(status, 'user_id'), key };
    if (state !== 'failed') return this.host.log('info', `status ${state}`, facts);
    const why = whyFailed(status);
    this.host.log('error', `WhatsApp did not deliver a message. ${why}`, facts);
    if (key !== undefined) await this.host.undelivered?.(addressIn(key), why);
  }
}

function whyFailed(status: JsonObject): string {
  const [error] = listAt(status, 'errors');
  const details = textAt(own(error, 'error_data'), 'details') ?? textAt(error, 'message');
  return sentence(textAt(error, 'code'), textAt(error, 'title'), details);
}
