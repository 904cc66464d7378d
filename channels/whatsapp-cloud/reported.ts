import type { ChannelHost, Notes } from '../../src/channel/channel.ts';
import type { Delivery } from '../../src/domain/effect.ts';

/**
 * What Meta has reported of messages whose sender has died, or lives in another process: `out:<address>/<n>` says of which
 * delivery it has the n-th message. A contact gets one delivery after the other, so one note for each n is enough; reports
 * may come at once and in any order.
 */
export class Reported {
  private readonly host: Pick<ChannelHost, 'conversations'>;
  private readonly notes: Notes;

  constructor(host: Pick<ChannelHost, 'conversations'>, notes: Notes) {
    this.host = host;
    this.notes = notes;
  }

  /** Takes the key of a message that Meta has. It is noted while its delivery is still owed: afterwards nobody asks. */
  async take(key: string): Promise<void> {
    const [address = '', ...rest] = key.split('/');
    const count = Number(rest.pop());
    const name = rest.join('/');
    const owed = (await this.host.conversations.load(address))?.owed ?? [];
    if (!owed.some((effect) => effect.kind === 'delivery' && nameOf(effect) === name)) return;
    await this.notes.set(noteOf(address, count), name);
  }

  /** How many messages of a delivery Meta has, as far as it has said. */
  async count(address: string, delivery: Delivery): Promise<number> {
    const name = nameOf(delivery);
    for (let count = 0; ; count += 1) if ((await this.notes.get(noteOf(address, count + 1))) !== name) return count;
  }
}

function noteOf(address: string, n: number): string {
  return `out:${address}/${n}`;
}

/** The name of a message of ours, sent along as `biz_opaque_callback_data`; `n` counts the messages of a delivery from 1. */
export function messageKey(address: string, delivery: Delivery, n: number): string {
  return `${address}/${nameOf(delivery)}/${n}`.slice(-MAX_KEY);
}

/** The conversation that a message belongs to, by its key. */
export function addressIn(key: string): string {
  return key.split('/', 1)[0] ?? '';
}

/** Longest key that Meta gives back. */
const MAX_KEY = 512;

function nameOf({ cause, key }: Pick<Delivery, 'cause' | 'key'>): string {
  return `${cause}/${key}`;
}
