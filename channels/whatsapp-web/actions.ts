import { readFile, writeFile } from 'node:fs/promises';
import web from 'whatsapp-web.js';
import type { Client, Message, MessageSendOptions } from 'whatsapp-web.js';
import { messageOf } from '../../src/domain/error.ts';
import { isObject } from '../../src/domain/json.ts';
import { listAt, numberAt } from '../../src/channel/fields.ts';
import { Recent } from '../../src/channel/recent.ts';
import { ownScript, recentScript } from './page-scripts.ts';
import { ANSWERS, WebFault } from './protocol.ts';
import type { Ask, Post } from './protocol.ts';
import { pick } from './raw.ts';

/** Our own messages that are remembered, to tell them from those that a person wrote on the phone. */
const KEPT = 5000;

type Asked<K extends Ask['kind']> = Extract<Ask, { kind: K }>;

/** What can be done with WhatsApp once it is linked. */
export class Actions {
  private readonly client: Client;
  private readonly sent = new Recent<true>(KEPT);
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(client: Client) {
    this.client = client;
  }

  async answer(ask: Exclude<Ask, { kind: 'state' }>): Promise<unknown> {
    switch (ask.kind) {
      case 'send':
        return await this.noted(this.send(ask));
      case 'typing':
        await this.run(
          `window.WWebJS.sendChatstate(${JSON.stringify(ask.on ? 'typing' : 'stop')}, ${JSON.stringify(ask.chat)})`,
        );
        return {};
      case 'recent':
        return await this.recent(ask);
      case 'own':
        return ANSWERS.own.parse({ ids: await this.run(ownScript(ask)) });
      case 'whois':
        return await this.whois(ask.chat);
      case 'fetch':
        return await this.fetch(ask);
    }
  }

  /** True for a message of ours. WhatsApp may show it before its sending has come back, so that is waited for. */
  async hasSent(id: string): Promise<boolean> {
    await Promise.allSettled(this.underWay);
    return this.sent.get(id) === true;
  }

  private async noted<T extends { readonly id: string }>(sending: Promise<T>): Promise<T> {
    const noted = sending.then((sent) => {
      this.sent.set(sent.id, true);
      return sent;
    });
    this.underWay.add(noted);
    try {
      return await noted;
    } finally {
      this.underWay.delete(noted);
    }
  }

  private async send({ chat, post, known }: Asked<'send'>): Promise<{ id: string; chat: string }> {
    const to = known ? chat : await this.registered(chat);
    try {
      return { id: await this.post(to, post), chat: to };
    } catch (error) {
      // Since 2025 some chats can be opened only by their other name.
      if (!/No LID for user/i.test(messageOf(error))) throw error;
      const { lid } = await this.whois(to);
      if (lid === null || lid === to) throw error;
      return { id: await this.post(lid, post), chat: lid };
    }
  }

  private async registered(chat: string): Promise<string> {
    if (!chat.endsWith('@c.us')) return chat;
    const found = await this.client.getNumberId(chat);
    if (found === null) throw new WebFault('unregistered', 'there is no WhatsApp account with this number');
    return found._serialized;
  }

  private async post(chat: string, post: Post): Promise<string> {
    const sent = await this.client.sendMessage(chat, await contentOf(post), optionsOf(post));
    const id = sent === undefined || sent === null ? undefined : sent.id._serialized;
    if (id === undefined) throw new WebFault('failed', 'WhatsApp Web did not say what became of the message');
    return id;
  }

  private async recent({ since, chats, each }: Asked<'recent'>): Promise<unknown> {
    const found = await this.run(recentScript(since, chats, each));
    const read = isObject(found) ? listAt(found, 'messages').map(pick) : [];
    const messages = read.filter((message) => message !== null).sort((a, b) => a.at - b.at);
    const unread = (isObject(found) ? (numberAt(found, 'unread') ?? 0) : 0) + read.length - messages.length;
    return ANSWERS.recent.parse({ messages, unread });
  }

  private async whois(chat: string): Promise<{ phone: string | null; lid: string | null }> {
    const [found] = await this.client.getContactLidAndPhone([chat]);
    return { phone: found?.pn ?? null, lid: found?.lid ?? null };
  }

  private async fetch({ id, path, most }: Asked<'fetch'>): Promise<unknown> {
    const message: Message | null = await this.client.getMessageById(id);
    const media = message?.hasMedia ? await message.downloadMedia() : undefined;
    if (media === undefined) throw new WebFault('no_file', 'WhatsApp does not give this file any more');
    const bytes = Buffer.from(media.data, 'base64');
    if (bytes.length > most) throw new WebFault('too_large', 'the file is too large');
    await writeFile(path, bytes, { mode: 0o600 });
    return ANSWERS.fetched.parse({ mime: media.mimetype, filename: media.filename ?? null, size: bytes.length });
  }

  /** Scripts are text: what a compiler adds to functions is not there in the page. */
  private async run(script: string): Promise<unknown> {
    const { pupPage } = this.client;
    if (pupPage === undefined || pupPage === null) throw new WebFault('failed', 'there is no page yet');
    return await pupPage.evaluate(script);
  }
}

async function contentOf(post: Post): Promise<Parameters<Client['sendMessage']>[1]> {
  if (post.kind === 'text') return post.text;
  if (post.kind === 'file')
    return new web.MessageMedia(post.mime, (await readFile(post.path)).toString('base64'), post.filename);
  const { latitude, longitude, name, address } = post;
  const labels = { ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) };
  return new web.Location(latitude, longitude, labels);
}

/** A send has worked when WhatsApp's server has the message, not when the page shows it. */
function optionsOf(post: Post): MessageSendOptions {
  const plain = { waitUntilMsgSent: true, parseVCards: false };
  if (post.kind !== 'file') return plain;
  const { caption, document } = post;
  return { ...plain, sendMediaAsDocument: document, ...(caption === undefined ? {} : { caption }) };
}
