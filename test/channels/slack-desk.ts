import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import { Meta, change, cloudEnv, contact, message, signature, webhook } from './whatsapp-cloud-kit.ts';
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
  private readonly time: { ahead: number };
  private count = 0;

  private constructor(meta: Meta, work: Workspace, time: { ahead: number }) {
    this.meta = meta;
    this.work = work;
    this.time = time;
  }

  static async open(mode: Mode, more: Record<string, string> = { SLACK_SUPPORT_CHANNEL: SUPPORT }): Promise<Desk> {
    const meta = await Meta.open();
    const env = { ...cloudEnv(meta), PUBLIC_URL: 'https://bot.example', ...more };
    const time = { ahead: 0 };
    const clock = (): number => Date.now() + time.ahead;
    return new Desk(meta, await Workspace.open(mode, FLOW, { channels: [whatsappCloud, slack], env, clock }), time);
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
    await this.webhook({ contacts: [contact()], messages: [said] });
  }

  /** Meta reports what became of a message. */
  async status(status: object): Promise<void> {
    await this.webhook({ statuses: [status] });
  }

  private async webhook(value: object): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(webhook(change(value))));
    const headers = { 'X-Hub-Signature-256': signature(bytes) };
    const url = `${this.work.server.url}/channels/whatsapp-cloud/webhook`;
    expect((await fetch(url, { method: 'POST', body: bytes, headers })).status).to.equal(200);
    await this.work.server.app.idle();
  }

  /** Lets time pass, by the clock of the store; Slack and Meta keep theirs. */
  pass(ms: number): void {
    this.time.ahead += ms;
  }

  /** Fetches the file of this server that a text links: its kind and what is in it. */
  async fetched(text: string): Promise<(string | null)[]> {
    const path = /https:\/\/bot\.example(\/[^\s"|>]+)/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '/no-link';
    const file = await fetch(this.work.server.url + path);
    return [file.headers.get('content-type'), await file.text()];
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
