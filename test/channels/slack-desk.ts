import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import { Meta, NUMBER, SECRET, change, contact, message, signature, webhook } from './whatsapp-cloud-kit.ts';
import { Workspace } from './slack-kit.ts';
import type { Mode } from './slack-kit.ts';

const FLOW = `
flow: help
channels: [whatsapp]
triggers: [{ catch_all: true }]
blocks:
  - { id: what, type: question, text: "What is it?" }
  - { id: team, type: handoff, to: slack, message: "A colleague takes over.", summary: "asks: @what", return_after: 2h }
  - { id: back, type: question, text: "The bot again (@team.returned_by)." }
`;

/** The channel where the team sits, and the first message in it. */
export const SUPPORT = 'C9';
export const ROOT = '1700000100.000001';

/** A server with a WhatsApp number and a team in Slack. */
export class Desk {
  readonly meta: Meta;
  readonly work: Workspace;
  private count = 0;

  private constructor(meta: Meta, work: Workspace) {
    this.meta = meta;
    this.work = work;
  }

  static async open(mode: Mode, more: Record<string, string> = { SLACK_SUPPORT_CHANNEL: SUPPORT }): Promise<Desk> {
    const meta = await Meta.open();
    const env = {
      WHATSAPP_CLOUD_TOKEN: 'the-token',
      WHATSAPP_CLOUD_PHONE_NUMBER_ID: NUMBER,
      WHATSAPP_CLOUD_APP_SECRET: SECRET,
      WHATSAPP_CLOUD_VERIFY_TOKEN: 'verify-me',
      WHATSAPP_CLOUD_API_URL: `${meta.url}/v23.0/`,
      PUBLIC_URL: 'https://bot.example',
      ...more,
    };
    return new Desk(meta, await Workspace.open(mode, FLOW, { channels: [whatsappCloud, slack], env }));
  }

  async close(): Promise<void> {
    await this.work.close();
    await this.meta.close();
  }

  /** The customer writes on WhatsApp. */
  async customer(fields: object | string): Promise<void> {
    const typed = typeof fields === 'string' ? { type: 'text', text: { body: fields } } : fields;
    this.count += 1;
    const at = String(Math.floor(Date.now() / 1000));
    const said = { ...message(typed, `wamid.${this.count}`), timestamp: at };
    const bytes = Buffer.from(JSON.stringify(webhook(change({ contacts: [contact()], messages: [said] }))));
    const headers = { 'X-Hub-Signature-256': signature(bytes) };
    const url = `${this.work.server.url}/channels/whatsapp-cloud/webhook`;
    expect((await fetch(url, { method: 'POST', body: bytes, headers })).status).to.equal(200);
    await this.work.server.app.idle();
  }

  /** The conversation is handed over. */
  async handedOver(): Promise<void> {
    await this.customer('hi');
    await this.customer('my <bike> is broken');
    await this.work.slack.until(() => this.posts().length === 1);
  }

  /** Somebody of the team writes in the thread. */
  async team(text: string, more: object = {}): Promise<boolean> {
    const at = { channel: SUPPORT, channel_type: 'channel', user: 'U2', thread_ts: ROOT, ...more };
    const acknowledged = await this.work.say(text, at);
    await this.work.server.app.idle();
    return acknowledged;
  }

  posts(): Record<string, unknown>[] {
    return this.work.slack.bodies('chat.postMessage');
  }

  /** What was posted in the thread, in words. */
  thread(): string[] {
    return this.posts().flatMap((post) => (post['thread_ts'] === ROOT ? [String(post['text'])] : []));
  }

  /** What only one person was told. */
  whispers(): string[] {
    return this.work.slack.bodies('chat.postEphemeral').map(({ text }) => String(text));
  }

  /** Texts and links that the customer got. */
  got(): string[] {
    return this.meta.got.flatMap(({ body }) => {
      const { text, image } = Object(body) as { text?: { body: string }; image?: { link: string } };
      return text !== undefined ? [text.body] : image === undefined ? [] : [image.link];
    });
  }
}
