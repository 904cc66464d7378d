import { createHash } from 'node:crypto';
import type { ChannelHost, Notes } from '../../src/channel/channel.ts';
import type { Sender } from './sender.ts';

/** Begins the note of a move that is over; no address begins like that. */
const DONE = 'done ';

/** Somebody has another number now, as a `system` message of Meta says. */
export interface Move {
  /** Id of the message that says so. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The table of aliases: one person, one conversation, whatever Meta calls them. A conversation keeps the address it began
 * with; `id:<number or user id>` leads to that address, and `to:<address>` says where the person is reached now.
 */
export class Identity {
  private readonly notes: Notes;
  private readonly host: Pick<ChannelHost, 'conversations'>;

  constructor(host: Pick<ChannelHost, 'conversations'>, notes: Notes) {
    this.host = host;
    this.notes = notes;
  }

  /** The address of the sender's conversation; what was learnt about their names is kept. */
  async addressOf(sender: Sender): Promise<string> {
    const names = [...(sender.phone === undefined ? [] : [sender.phone]), ...sender.users];
    const known = await Promise.all(names.map((name) => this.notes.get(`id:${name}`)));
    const address = known.find((one) => one !== null) ?? (await this.first(sender));
    for (const [i, name] of names.entries())
      if (known[i] === null && name !== address) await this.notes.set(`id:${name}`, address);
    if (sender.phone !== undefined && sender.phone !== (await this.reach(address)))
      await this.notes.set(`to:${address}`, sender.phone);
    return address;
  }

  /** The number or user id to which messages of a conversation go. */
  async reach(address: string): Promise<string> {
    return (await this.notes.get(`to:${address}`)) ?? address;
  }

  /** What comes from `name` belongs to this conversation, unless it is known to belong to another one. */
  async answersAs(address: string, name: string): Promise<void> {
    const known = (await this.notes.get(`id:${name}`)) !== null || (await this.talks(name));
    if (!known) await this.notes.set(`id:${name}`, address);
  }

  /**
   * The conversation goes with the person to the new number. Whoever gets the old number some day is somebody else, so that
   * number leads to a conversation of its own from now on. A repeated notice changes nothing, one that was cut off goes on.
   */
  async moved({ id, from, to }: Move): Promise<string> {
    const begun = await this.notes.get(`moved:${id}`);
    if (begun?.startsWith(DONE) === true) return begun.slice(DONE.length);
    const address = begun ?? (await this.notes.get(`id:${from}`)) ?? from;
    const next = `${from}~${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
    const changes = [
      [`moved:${id}`, address],
      [`id:${to}`, address],
      [`to:${address}`, to],
      [`to:${next}`, from],
      [`id:${from}`, next],
      [`moved:${id}`, DONE + address],
    ] as const;
    for (const [name, value] of changes) await this.notes.set(name, value);
    return address;
  }

  /** The first name of a new contact; a conversation that began without a number goes on once the number shows. */
  private async first({ phone, users }: Sender): Promise<string> {
    if (phone === undefined) return users[0] ?? '';
    if (users.length === 0 || (await this.talks(phone))) return phone;
    for (const user of users) if (await this.talks(user)) return user;
    return phone;
  }

  private async talks(address: string): Promise<boolean> {
    return (await this.host.conversations.load(address)) !== null;
  }
}
