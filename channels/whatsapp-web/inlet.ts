import type { ChannelHost, Notes, Receipt } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import type { Inbound } from '../../src/domain/message.ts';
import { Recent } from '../whatsapp-cloud/recent.ts';
import { pause } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Identity } from './identity.ts';
import { readMessage } from './inbound.ts';
import type { Link, Read } from './inbound.ts';
import type { WebMessage } from './message.ts';
import type { Remote } from './remote.ts';
import { Seen } from './seen.ts';

/** What taking messages in needs. */
export interface InletParts {
  readonly host: Pick<ChannelHost, 'accept' | 'conversations' | 'log' | 'now' | 'takeover'>;
  readonly notes: Notes;
  readonly identity: Pick<Identity, 'addressOf'>;
  readonly remote: Pick<Remote, 'recent'>;
  readonly clock: Clock;
  readonly link: Link;
  /** True for a message that this server has sent. */
  sent(id: string): boolean;
  readonly signal: AbortSignal;
}

/** Messages that wait to be stored; what comes on top is fetched again later. */
const MOST = 2000;

/** Milliseconds before a message is tried again that could not be stored. */
const AGAIN = 1000;

/** Older messages are not answered (seconds): nobody waits for it any more. */
const OLDEST = 24 * 60 * 60;

/** A message that was not heard for so long (seconds) was missed. */
const MISSED = 30;

/**
 * The way of messages into the inbox: one after the other, in order, and none is passed over. WhatsApp Web repeats nothing,
 * so what is not stored waits here; what a crash takes away, and what came while nobody listened, is fetched from the chats.
 */
export class Inlet {
  private readonly parts: InletParts;
  private readonly seen: Seen;
  private readonly heard = new Recent<true>(5000);
  private queue: WebMessage[] = [];
  private working: Promise<void> = Promise.resolve();
  private fetching = false;
  private overflow = false;

  constructor(parts: InletParts) {
    this.parts = parts;
    this.seen = new Seen(parts.notes, () => parts.clock.now());
  }

  /** A message that WhatsApp Web shows just now. */
  arrive(message: WebMessage): void {
    this.heard.set(message.id, true);
    if (this.queue.length >= MOST) this.overflow = true;
    else this.queue.push(message);
    this.work();
  }

  /**
   * Fetches what others have written since the last message that was stored, and stores what is new before anything else.
   * Answers how many of them should have been heard and were not.
   */
  async catchUp(me: string): Promise<number> {
    if (this.fetching) return 0;
    this.fetching = true;
    try {
      const since = Math.max(await this.seen.since(me), this.seconds() - OLDEST);
      const { messages, unread } = await this.parts.remote.recent(since);
      if (unread > 0) this.parts.host.log('warn', 'messages of WhatsApp Web could not be read', { messages: unread });
      const missed = messages.filter(({ id, at }) => this.heard.get(id) !== true && at < this.seconds() - MISSED);
      const known = new Set(this.queue.map(({ id }) => id));
      this.queue = [...messages.filter(({ id }) => !known.has(id)), ...this.queue];
      return (await this.settled(missed)).length;
    } finally {
      this.fetching = false;
      this.work();
    }
  }

  /** Waits for what is under way, and notes how far it came. */
  async close(): Promise<void> {
    await this.working;
    await this.seen.keep();
  }

  /** Stores the fetched messages now; answers those of the given ones that were new. */
  private async settled(missed: readonly WebMessage[]): Promise<WebMessage[]> {
    const fresh: WebMessage[] = [];
    await this.working;
    this.working = this.drain((message) => {
      if (missed.includes(message)) fresh.push(message);
    });
    await this.working;
    for (const { id } of missed) this.heard.set(id, true);
    return fresh;
  }

  private work(): void {
    if (this.fetching) return;
    this.working = this.working.then(() => this.drain(() => undefined));
  }

  private async drain(isNew: (message: WebMessage) => void): Promise<void> {
    const { host, clock, signal } = this.parts;
    for (let told = false; this.queue[0] !== undefined && !signal.aborted;) {
      const message = this.queue[0];
      try {
        const receipt = await this.take(message);
        if (receipt === 'closing') return;
        if (receipt === 'accepted') isNew(message);
        if (receipt === 'full') throw new Error('too many messages of this contact are waiting');
        this.queue = this.queue.filter((other) => other !== message);
        await this.seen.passed(message.at);
        told = false;
      } catch (error) {
        if (!told) host.log('error', `a message waits to be stored: ${messageOf(error)}`, { id: message.id });
        told = true;
        await pause(clock, AGAIN, signal);
      }
    }
  }

  private async take(message: WebMessage): Promise<Receipt | 'passed'> {
    const { host, link, identity } = this.parts;
    const read = readMessage(message, link);
    if (read.kind === 'ignored') {
      if (read.quiet !== true) host.log('info', `${read.what} was ignored`, { id: message.id });
      return 'passed';
    }
    if (message.at < this.seconds() - OLDEST) {
      host.log('info', 'a message that is older than a day was ignored', { id: message.id });
      return 'passed';
    }
    if (message.own) return await this.byHand(message, read);
    const address = await identity.addressOf(message.chat);
    const inbound = read.kind === 'said' ? read.message : await this.standIn(address, read.what, message.id);
    if (inbound === null) return 'passed';
    const entry = { kind: 'message', id: message.id, at: host.now(), message: inbound } as const;
    return await host.accept(address, entry, message.name === undefined ? {} : { name: message.name });
  }

  /** A person has written with our number, on the phone or in another browser: they have taken over. */
  private async byHand(message: WebMessage, read: Read): Promise<'passed'> {
    const { host, identity, sent } = this.parts;
    if (sent(message.id) || read.kind !== 'said') return 'passed';
    const address = await identity.addressOf(message.chat);
    host.log('info', 'a person answers on the phone', { address, id: message.id });
    await host.takeover?.(address, { id: message.id, at: message.at * 1000, text: message.text });
    return 'passed';
  }

  /** What cannot be read is an empty answer to a flow that waits, which then asks again in its own words. */
  private async standIn(address: string, what: string, id: string): Promise<Inbound | null> {
    const conversation = await this.parts.host.conversations.load(address);
    const waits = conversation !== null && conversation.session !== null;
    this.parts.host.log('info', `${what} cannot be read`, { id, asked_again: waits });
    return waits ? { text: '' } : null;
  }

  /** True once when messages had to be left out because too many were waiting. */
  takeOverflow(): boolean {
    const { overflow } = this;
    this.overflow = false;
    return overflow;
  }

  private seconds(): number {
    return Math.floor(this.parts.clock.now() / 1000);
  }
}
