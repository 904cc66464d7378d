import type { ChannelHost, Notes } from '../../src/channel/channel.ts';
import type { Delivery } from '../../src/domain/effect.ts';

/**
 * What Meta has reported of messages whose sender has died, or lives in another process: `out:<address>` says how many messages
 * of which delivery it has. A contact gets one delivery after the other, so one note for each is enough.
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
    if (count > (await this.known(address, name))) await this.notes.set(`out:${address}`, `${name}/${count}`);
  }

  /** How many messages of a delivery Meta has, as far as it has said. */
  async count(address: string, delivery: Delivery): Promise<number> {
    return this.known(address, nameOf(delivery));
  }

  private async known(address: string, name: string): Promise<number> {
    const [count = '', ...noted] = ((await this.notes.get(`out:${address}`)) ?? '').split('/').toReversed();
    return noted.toReversed().join('/') === name ? Number(count) : 0;
  }
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
