import type { ChannelHost, Notes } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import { Recent } from '../../src/channel/recent.ts';
import type { Remote } from './remote.ts';

/** Contacts whose chat is known without asking the store. */
const KEPT = 10_000;

/** Where a contact is reached. `known`: the chat exists, because the person has written or was written to. */
export interface Reach {
  readonly chat: string;
  readonly known: boolean;
}

/** What finding out who somebody is needs. */
export interface IdentityParts {
  readonly notes: Notes;
  readonly remote: Pick<Remote, 'whois'>;
  readonly log: ChannelHost['log'];
}

/**
 * One person, one conversation, whether WhatsApp shows the number (`27821234567@c.us`) or hides it (`1234567890@lid`).
 * The address is the number, or the hidden id where no number can be found: `id:<chat>` leads to the address, and
 * `to:<address>` to the chat that was used last. WhatsApp is asked once for each hidden id, as often asking looks like a robot.
 */
export class Identity {
  private readonly parts: IdentityParts;
  private readonly addresses = new Recent<string>(KEPT);
  private readonly chats = new Recent<string>(KEPT);

  constructor(parts: IdentityParts) {
    this.parts = parts;
  }

  /** The address of the conversation with whoever writes in this chat. */
  async addressOf(chat: string): Promise<string> {
    const address = this.addresses.get(chat) ?? (await this.found(chat));
    this.addresses.set(chat, address);
    await this.reachedBy(address, chat);
    return address;
  }

  /** The chat to which messages of a conversation go. */
  async reach(address: string): Promise<Reach> {
    const chat = this.chats.get(address) ?? (await this.parts.notes.get(`to:${address}`));
    if (chat !== null) return { chat, known: true };
    return { chat: address.includes('@') ? address : `${address}@c.us`, known: false };
  }

  /** From now on the conversation goes on in this chat. */
  async reachedBy(address: string, chat: string): Promise<void> {
    if (this.chats.get(address) === chat) return;
    if ((await this.parts.notes.get(`to:${address}`)) !== chat) await this.parts.notes.set(`to:${address}`, chat);
    this.chats.set(address, chat);
  }

  private async found(chat: string): Promise<string> {
    if (!chat.endsWith('@lid')) return numberIn(chat) ?? chat;
    const kept = await this.parts.notes.get(`id:${chat}`);
    if (kept !== null) return kept;
    const address = numberIn((await this.phoneOf(chat)) ?? '') ?? chat;
    await this.parts.notes.set(`id:${chat}`, address);
    return address;
  }

  private async phoneOf(chat: string): Promise<string | null> {
    try {
      return (await this.parts.remote.whois(chat)).phone;
    } catch (error) {
      this.parts.log('warn', 'WhatsApp did not tell the number of a contact; the hidden id is the address', {
        chat,
        reason: messageOf(error),
      });
      return null;
    }
  }
}

/** The number of a chat with a number, digits only. */
function numberIn(chat: string): string | undefined {
  return /^(\d{5,20})@(?:c\.us|s\.whatsapp\.net)$/.exec(chat)?.[1];
}
