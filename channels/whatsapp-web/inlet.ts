import type { ChannelHost, Notes, Receipt } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import type { Inbound } from '../../src/domain/message.ts';
import { Recent } from '../../src/channel/recent.ts';
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
  readonly isOurs: (id: string) => boolean;
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
  /** True while it is not known what came before: nothing new may overtake it. */
  private held = true;
  /** When the first message was left out because too many were waiting (seconds). */
  private leftOut = Infinity;
  private readonly missed = new Set<string>();
  private found = 0;

  constructor(parts: InletParts) {
    this.parts = parts;
    this.seen = new Seen(parts.notes, () => parts.clock.now());
  }

  /** A message that WhatsApp Web shows just now. */
  arrive(message: WebMessage): void {
    this.heard.set(message.id, true);
    if (this.queue.length >= MOST) this.leftOut = Math.min(this.leftOut, message.at);
    else this.queue.push(message);
    this.work();
  }

  /** WhatsApp Web starts afresh: what comes now waits until {@link catchUp} is over. */
  hold(): void {
    this.held = true;
  }

  /**
   * Fetches what others have written since the last message that was stored, and puts what is new before everything else.
   * Answers how many of them should have been heard and were not.
   */
  async catchUp(me: string): Promise<number> {
    try {
      const { remote, host } = this.parts;
      const from = Math.min(await this.seen.since(me), this.leftOut);
      const { messages, unread } = await remote.recent(Math.max(from, this.seconds() - OLDEST));
      if (unread > 0) host.log('warn', 'messages of WhatsApp Web could not be read', { messages: unread });
      this.leftOut = Infinity;
      this.enqueue(messages);
    } finally {
      this.held = false;
      this.work();
    }
    await this.working;
    const { found } = this;
    this.found = 0;
    return found;
  }

  /** Waits for what is under way, and notes how far it came. */
  async close(): Promise<void> {
    await this.working;
    await this.seen.keep();
  }

  private enqueue(messages: readonly WebMessage[]): void {
    const waiting = new Set(this.queue.map(({ id }) => id));
    for (const { id, at } of messages)
      if (this.heard.get(id) !== true && at < this.seconds() - MISSED) this.missed.add(id);
    this.queue = [...messages.filter(({ id }) => !waiting.has(id)), ...this.queue];
  }

  private work(): void {
    if (!this.held) this.working = this.working.then(() => this.drain());
  }

  private async drain(): Promise<void> {
    const { host, clock, signal } = this.parts;
    for (let told = false; this.queue[0] !== undefined && !signal.aborted;) {
      const message = this.queue[0];
      try {
        const receipt = await this.take(message);
        if (receipt === 'closing') return;
        if (receipt === 'full') throw new Error('too many messages of this contact are waiting');
        this.queue = this.queue.filter((other) => other !== message);
        if (this.missed.delete(message.id) && receipt === 'accepted') this.found += 1;
        this.heard.set(message.id, true);
        told = false;
        await this.seen.passed(message.at);
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
    const { host, identity, isOurs } = this.parts;
    if (isOurs(message.id) || read.kind !== 'said') return 'passed';
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

  private seconds(): number {
    return Math.floor(this.parts.clock.now() / 1000);
  }
}
