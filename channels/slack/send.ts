import type { ChannelHost, Sent } from '../../src/channel/channel.ts';
import { fit } from '../../src/channel/fit.ts';
import { SLACK } from '../../src/channel/limits.ts';
import type { Contact } from '../../src/domain/contact.ts';
import { mayBeOut } from '../../src/domain/effect.ts';
import type { Delivery } from '../../src/domain/effect.ts';
import { messageOf } from '../../src/domain/error.ts';
import type { Outbound } from '../../src/domain/message.ts';
import type { Client } from './bolt.ts';
import { render } from './blocks.ts';
import type { Failure } from './errors.ts';
import { sentKeys } from './lookup.ts';
import type { Post } from './post.ts';
import { placeOf } from './place.ts';
import type { Place } from './place.ts';
import { remember } from '../../src/channel/recent.ts';

/** Deliveries that are remembered until they are through. */
const KEPT = 2000;

/** Codes with which Slack answers when it cannot fetch a picture. */
const BAD_BLOCKS: ReadonlySet<string> = new Set(['invalid_blocks', 'invalid_blocks_format']);

/** How far a delivery has come. `doubtful`: Slack may have taken the message that came next. */
interface Progress {
  readonly out: number;
  readonly doubtful: boolean;
}

/** What sending needs. */
export interface SendParts {
  readonly client: Client;
  readonly post: Post;
  readonly host: Pick<ChannelHost, 'log' | 'now'>;
}

/**
 * Sends deliveries. One that becomes several messages goes on where it stopped, and a message whose answer was lost is
 * looked for by its key before it is sent again.
 */
export class Sender {
  private readonly parts: SendParts;
  private readonly progress = new Map<string, Progress>();
  private readonly running = new Map<string, Promise<Sent>>();

  constructor(parts: SendParts) {
    this.parts = parts;
  }

  /** Tells how it ended. Asked again while it is still at it, it does not begin anew. */
  async send(delivery: Delivery, contact: Contact): Promise<Sent> {
    const id = `${contact.id} ${delivery.key}`;
    const sending = this.running.get(id) ?? this.all(id, delivery, contact).finally(() => this.running.delete(id));
    this.running.set(id, sending);
    return await sending;
  }

  private async all(id: string, delivery: Delivery, contact: Contact): Promise<Sent> {
    const place = placeOf(contact.address);
    if (place === null) {
      const reason = `"${contact.address}" is no place in Slack: it must be like D024BE91L:U012AB3CD or C024BE91L:1700000000.000100.`;
      return { kind: 'refused', reason };
    }
    const pieces = fit(delivery.message, SLACK, contact.language);
    const before = this.progress.get(id) ?? { out: 0, doubtful: mayBeOut(delivery) };
    let out = before.doubtful ? await this.lookedUp(place, id, before.out, pieces.length) : before.out;
    for (const piece of pieces.slice(out)) {
      const failure = await this.piece(place, piece, `${id} ${out}`);
      if (failure !== null) {
        remember(this.progress, KEPT, id, { out, doubtful: failure.doubtful });
        return failure.sent;
      }
      out += 1;
    }
    this.progress.delete(id);
    return { kind: 'sent' };
  }

  /** Null when the message is there. A picture that Slack cannot fetch is sent as a link instead. */
  private async piece(place: Place, piece: Outbound, key: string): Promise<Failure | null> {
    const posted = await this.parts.post(place, render(piece), key);
    if (posted.kind === 'posted') return null;
    if (piece.media?.type !== 'image' || !BAD_BLOCKS.has(posted.failure.code)) return posted.failure;
    this.parts.host.log('warn', 'Slack could not fetch a picture; it was sent as a link', { url: piece.media.url });
    const linked = await this.parts.post(place, render(piece, { images: false }), key);
    return linked.kind === 'posted' ? null : linked.failure;
  }

  /** How many messages of a delivery are there, by Slack's own record; what is known already when that cannot be read. */
  private async lookedUp(place: Place, id: string, out: number, pieces: number): Promise<number> {
    try {
      const keys = await sentKeys(this.parts.client, place, this.parts.host.now());
      let known = out;
      while (known < pieces && keys.has(`${id} ${known}`)) known += 1;
      return known;
    } catch (error) {
      this.parts.host.log('warn', 'it could not be seen whether Slack has a message already', {
        reason: messageOf(error),
      });
      return out;
    }
  }
}
