import { createHash } from 'node:crypto';
import type { Sent, TeamView } from '../../src/channel/channel.ts';
import type { Contact } from '../../src/domain/contact.ts';
import { mayBeOut } from '../../src/domain/effect.ts';
import type { Delivery } from '../../src/domain/effect.ts';
import { ParleyError, messageOf } from '../../src/domain/error.ts';
import type { Inbound, Outbound } from '../../src/domain/message.ts';
import type { Aside, InThread } from './aside.ts';
import type { Rendered } from './blocks.ts';
import { showPressed } from './conversations.ts';
import { HandoffNotes } from './handoff-notes.ts';
import type { Customer, TeamThread } from './handoff-notes.ts';
import { RETURN, SHOWN_LINES, nameOf, returnList, rootMessage } from './handoff-root.ts';
import { NotTaken } from './intake.ts';
import { sentKeys } from './lookup.ts';
import { threadAddress } from './place.ts';
import type { Press } from './press.ts';
import type { Sender } from './send.ts';
import type { Slack } from './slack.ts';

/** What the bridge stands on: where the team sits, what it may do, and what belongs to whom. */
interface Ready {
  readonly channel: string;
  readonly team: TeamView;
  readonly notes: HandoffNotes;
}

/**
 * The bridge between customers on any channel and the team in Slack: a thread of the support channel for each handoff.
 * What the team writes there goes to the customer; what the customer writes comes there.
 */
export class Handoff implements Aside {
  private readonly slack: Slack;
  private readonly sender: Sender;
  private readonly ready: Ready | null;
  private readonly opening = new Map<string, Promise<Sent>>();

  constructor(slack: Slack, sender: Sender) {
    const { host, settings } = slack;
    this.slack = slack;
    this.sender = sender;
    const { supportChannel: channel } = settings;
    const { team, notes } = host;
    this.ready =
      channel === undefined || team === undefined || notes === undefined
        ? null
        : { channel, team, notes: new HandoffNotes(notes) };
  }

  /** Tells the team about a conversation. Told twice, it is there once. */
  async team(delivery: Delivery, contact: Contact): Promise<Sent> {
    const { ready } = this;
    const reason =
      'Nobody can take the conversation: set SLACK_SUPPORT_CHANNEL to the id of a channel the bot is in, and start the server again.';
    if (ready === null) return { kind: 'refused', reason };
    if (delivery.team?.event === 'opened') return this.open(delivery, contact, ready);
    if (delivery.team?.event === 'closed') return this.closed(delivery, contact, ready);
    const known = await ready.notes.threadOf(contact.id);
    if (known === null) {
      const opened = await this.open({ ...delivery, key: `${delivery.key} root`, message: {} }, contact, ready);
      if (opened.kind !== 'sent') return opened;
    }
    const thread = known ?? (await ready.notes.threadOf(contact.id));
    return thread === null
      ? { kind: 'sent' }
      : this.post(delivery, contact, thread, fromCustomer(delivery.message, contact));
  }

  /** Something never reached the customer: the team hears why. */
  undelivered(contact: Contact, reason: string): void {
    const tell = async (): Promise<void> => {
      const thread = await this.ready?.notes.threadOf(contact.id);
      if (thread === null || thread === undefined) return;
      const text = `:warning: This did not reach ${nameOf(contact)}: ${reason}`;
      const posted = await this.slack.post(thread, { text });
      if (posted.kind === 'failed') throw new Error(posted.failure.sent.reason);
    };
    tell().catch((error: unknown) =>
      this.slack.host.log('warn', 'the team could not be told of a message that was not delivered', {
        reason: messageOf(error),
      }),
    );
  }

  async said(said: InThread): Promise<boolean> {
    const { ready } = this;
    const who =
      ready?.channel === said.channel ? await lookedUp(ready.notes.customerOf(said.channel, said.thread)) : null;
    if (ready === null || who === null) return false;
    const text = said.message.text.trim();
    if (text.startsWith('//')) return true;
    if (/^!?return[.!]?$/i.test(text) && said.message.attachments === undefined)
      await this.handback(ready, who, said.thread, said.user);
    else if (await this.isOpen(ready, who, said)) await this.write(ready, who, said);
    return true;
  }

  async pressed(press: Press): Promise<boolean> {
    const { ready } = this;
    const [name, listed] = press.choice.split(':');
    if (ready?.channel !== press.channel || name !== RETURN) return false;
    const thread = listed ?? press.thread;
    const who = await lookedUp(ready.notes.customerOf(press.channel, thread));
    if (who === null) return false;
    await this.handback(ready, who, thread, press.user);
    if (listed === undefined) await showPressed(this.slack, press);
    return true;
  }

  /** `/parley return`: asks which conversation, wherever the support channel is. */
  async list(channel: string): Promise<Rendered> {
    const { ready } = this;
    if (ready === null) return { text: 'The team takes no conversations here: SLACK_SUPPORT_CHANNEL is not set.' };
    if (channel !== ready.channel) return { text: `Conversations are returned in <#${ready.channel}>.` };
    const open = await Promise.all((await ready.notes.opened()).map((who) => this.listed(who, ready)));
    return returnList(open.flatMap((one) => one ?? []));
  }

  private async listed(who: Customer, { notes, team }: Ready): Promise<(Customer & { thread: string }) | null> {
    const [thread, { taken }] = await Promise.all([notes.threadOf(who.contact), team.look(who.contact, 0)]);
    return thread === null || !taken ? null : { ...who, thread: thread.thread };
  }

  private async open(delivery: Delivery, contact: Contact, ready: Ready): Promise<Sent> {
    const id = `${keyOf(contact)} ${delivery.key}`;
    const opening =
      this.opening.get(id) ?? this.opened(id, delivery, contact, ready).finally(() => this.opening.delete(id));
    this.opening.set(id, opening);
    return await opening;
  }

  private async opened(key: string, delivery: Delivery, contact: Contact, ready: Ready): Promise<Sent> {
    const { channel, notes, team } = ready;
    if ((await notes.threadOf(contact.id))?.key === key) return { kind: 'sent' };
    const { lines } = await team.look(contact.id, SHOWN_LINES);
    const root = rootMessage(contact, delivery.message.text ?? '', lines);
    const there = mayBeOut(delivery) ? await this.found(channel, key) : undefined;
    const posted =
      there === undefined ? await this.slack.post({ channel }, root, key) : ({ kind: 'posted', ts: there } as const);
    if (posted.kind === 'failed') return posted.failure.sent;
    await notes.open({ contact: contact.id, name: nameOf(contact) }, { channel, thread: posted.ts, key, ...root });
    return { kind: 'sent' };
  }

  /** Who may not look posts: a thread too many is better than none. */
  private async found(channel: string, key: string): Promise<string | undefined> {
    const { app, host } = this.slack;
    try {
      return (await sentKeys(app.client, { channel }, host.now())).get(key);
    } catch (error) {
      host.log('warn', 'it could not be seen whether a handoff is there already', { reason: messageOf(error) });
      return undefined;
    }
  }

  private async closed(delivery: Delivery, contact: Contact, { notes }: Ready): Promise<Sent> {
    const thread = await notes.threadOf(contact.id);
    if (thread === null) return { kind: 'sent' };
    const text = `The bot has the conversation again. What is written here does not reach ${nameOf(contact)} any more.`;
    const sent = await this.post(delivery, contact, thread, { text });
    if (sent.kind !== 'sent') return sent;
    await notes.close(contact.id);
    await this.withoutButton(thread);
    return sent;
  }

  /** Best effort: a press on a button that is still there is answered, too. */
  private async withoutButton({ channel, thread, text, blocks }: TeamThread): Promise<void> {
    const rest = blocks.filter((block) => block['type'] !== 'actions');
    try {
      await this.slack.app.client.apiCall('chat.update', { channel, ts: thread, text, blocks: rest });
    } catch (error) {
      this.slack.host.log('warn', 'a handoff could not be shown as over', { reason: messageOf(error) });
    }
  }

  private async post(delivery: Delivery, contact: Contact, thread: TeamThread, message: Outbound): Promise<Sent> {
    const address = threadAddress(thread.channel, thread.thread);
    return this.sender.send({ ...delivery, message }, { ...contact, id: keyOf(contact), address });
  }

  /** Whether the team still has this conversation, in this thread; whoever writes is told when it has not. */
  private async isOpen({ notes, team }: Ready, { contact, name }: Customer, said: InThread): Promise<boolean> {
    const [current, { taken }] = await lookedUp(Promise.all([notes.threadOf(contact), team.look(contact, 0)]));
    if (taken && current?.thread === said.thread) return true;
    const why = taken
      ? `This was not sent: the conversation with ${name} goes on in another thread.`
      : `This was not sent: the bot has the conversation with ${name} again.`;
    await this.privately(said.thread, said.user, why);
    return false;
  }

  /** Goes to the customer once, however often Slack brings it. */
  private async write({ team }: Ready, { contact, name }: Customer, said: InThread): Promise<void> {
    try {
      for (const [i, message] of toCustomer(said.message).entries())
        await team.write(contact, message, `slack:${said.id}:${i}`);
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code === 'busy') throw new NotTaken(messageOf(error));
      await this.privately(said.thread, said.user, `This was not sent to ${name}: ${error.message}.`);
    }
  }

  private async handback({ team }: Ready, { contact, name }: Customer, thread: string, user: string): Promise<void> {
    try {
      await team.handback(contact);
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code === 'busy') throw new NotTaken(messageOf(error));
      await this.privately(thread, user, `The bot has the conversation with ${name} already.`);
    }
  }

  private async privately(thread: string, user: string, text: string): Promise<void> {
    const channel = this.ready?.channel ?? '';
    try {
      await this.slack.app.client.chat.postEphemeral({ channel, user, text, thread_ts: thread });
    } catch (error) {
      this.slack.host.log('warn', 'somebody could not be told something', { reason: messageOf(error) });
    }
  }
}

/** What cannot be looked up now must come again. */
async function lookedUp<T>(looking: Promise<T>): Promise<T> {
  try {
    return await looking;
  } catch (error) {
    throw new NotTaken(messageOf(error));
  }
}

/** A contact in what Slack keeps with our messages: on the web an id lets its visitor in, so it must not stand there. */
function keyOf({ id }: Contact): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}

/** What a customer has sent, with who it is. */
function fromCustomer(message: Outbound, contact: Contact): Outbound {
  const text = message.text === undefined || message.text === '' ? '' : ` ${message.text}`;
  return { ...message, text: `*${nameOf(contact)}:*${text}` };
}

/** What a person of the team has written, as messages that every channel can send. */
function toCustomer({ text, attachments = [] }: Inbound): Outbound[] {
  return [...(text.trim() === '' ? [] : [{ text }]), ...attachments.map((media) => ({ media }))];
}
