import type { Channel, ChannelHost, Receipt, Sent } from '../../src/channel/channel.ts';
import type { Delivery } from '../../src/domain/effect.ts';

/** A channel in the test's hands: it sees every send and decides how each one ends. */
export class ScriptedChannel {
  readonly sent: string[] = [];
  /** How a send ends; a promise that does not resolve is a send that hangs. */
  answer: (delivery: Delivery) => Promise<Sent> = async () => ({ kind: 'sent' });
  readonly channel: Channel;
  private host: ChannelHost | undefined;
  private count = 0;

  constructor(repeat: Channel['repeat'] = 'seen') {
    this.channel = {
      name: 'scripted',
      title: 'Scripted',
      summary: 'A channel in the hands of a test.',
      needs: [],
      limits: { text: 9999, caption: 9999, buttons: 9, buttonLabel: 99, list: 9, listLabel: 99 },
      repeat,
      open: async (host) => {
        this.host = host;
        const send = async (delivery: Delivery): Promise<Sent> => {
          this.sent.push(delivery.message.text ?? '');
          return this.answer(delivery);
        };
        return { send, close: async () => undefined };
      },
    };
  }

  /** A contact writes. */
  async say(text: string, contact = 'ana'): Promise<Receipt> {
    this.count += 1;
    if (this.host === undefined) throw new Error('the channel is not open');
    const id = `m${this.count}-${Math.random()}`;
    return this.host.accept(contact, { kind: 'message', id, at: Date.now(), message: { text } });
  }
}
