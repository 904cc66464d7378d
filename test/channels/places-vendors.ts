import { slack } from '../../channels/slack/index.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import { whatsappWeb } from '../../channels/whatsapp-web/index.ts';
import { startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { FakeBrowser } from '../support/wweb-browser.ts';
import { heard, phoneWith } from '../support/wweb-phone.ts';
import { FLOWS, turn } from './places.ts';
import type { Place, Visit } from './places.ts';
import { Workspace } from './slack-kit.ts';
import type { Mode } from './slack-kit.ts';
import { Meta, change, cloudEnv, contact, message, signature, webhook } from './whatsapp-cloud-kit.ts';

/** Direct messages with the bot in Slack. */
class InSlack implements Visit {
  readonly app: TestApp;
  private readonly work: Workspace;
  private last: object = {};

  private constructor(work: Workspace) {
    this.work = work;
    this.app = work.server;
  }

  static async open(mode: Mode): Promise<Visit> {
    return new InSlack(await Workspace.open(mode, FLOWS));
  }

  async begin(flow = 'bicycles'): Promise<void> {
    await this.type(flow);
  }

  async type(text: string): Promise<void> {
    this.last = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text, ts: this.work.ts() };
    await turn(this.app, () => this.work.event(this.last));
  }

  async press(label: string): Promise<void> {
    await turn(this.app, () => this.work.press(label));
  }

  async again(): Promise<void> {
    await this.work.event(this.last, 1);
  }

  inVain(text: string): Promise<boolean> {
    const event = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text, ts: this.work.ts() };
    return this.work.giveInVain('events_api', this.work.envelope(event));
  }

  wire(): unknown[] {
    return this.work.slack.bodies('chat.postMessage').map(({ metadata: _key, ...post }) => post);
  }

  texts(): string[] {
    return this.work.slack.bodies('chat.postMessage').map(({ text }) => String(text));
  }

  close(): Promise<void> {
    return this.work.close();
  }
}

/** WhatsApp by signed webhooks and the Graph API. */
class OnTheCloud implements Visit {
  readonly app: TestApp;
  private readonly meta: Meta;
  private count = 0;
  private last: object = {};

  private constructor(app: TestApp, meta: Meta) {
    this.app = app;
    this.meta = meta;
  }

  static async open(): Promise<Visit> {
    const meta = await Meta.open();
    return new OnTheCloud(await startApp(FLOWS, { channels: [whatsappCloud], env: cloudEnv(meta) }), meta);
  }

  async begin(flow = 'bicycles'): Promise<void> {
    await this.type(flow);
  }

  async type(text: string): Promise<void> {
    await this.says({ type: 'text', text: { body: text } });
  }

  /** What Meta tells when somebody presses a button, or picks a row, that it was sent. */
  async press(label: string): Promise<void> {
    const { action } = Object(this.bodies().at(-1)?.['interactive']) as Interactive;
    const reply = action?.buttons?.map((button) => button.reply).find(({ title }) => title === label);
    const row = action?.sections?.flatMap(({ rows }) => rows).find(({ title }) => title === label);
    const pressed =
      reply === undefined ? { type: 'list_reply', list_reply: row } : { type: 'button_reply', button_reply: reply };
    await this.says({ type: 'interactive', interactive: pressed });
  }

  async again(): Promise<void> {
    await this.post(this.last);
  }

  async inVain(text: string): Promise<boolean> {
    return (await this.post(this.message({ type: 'text', text: { body: text } }))) === 503;
  }

  wire(): unknown[] {
    return this.bodies().map(({ to: _to, biz_opaque_callback_data: _key, ...body }) => body);
  }

  texts(): string[] {
    return this.bodies().map(({ text, interactive }) => {
      const shown = text ?? (Object(interactive) as Interactive).body;
      const { body = '', text: above = '' } = Object(shown) as { body?: string; text?: string };
      return body === '' ? above : body;
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.meta.close();
  }

  private bodies(): Record<string, unknown>[] {
    return this.meta.sent().map((body) => Object(body) as Record<string, unknown>);
  }

  private message(fields: object): object {
    this.count += 1;
    const timestamp = String(Math.floor(Date.now() / 1000));
    return { ...message(fields, `wamid.${this.count}`), timestamp };
  }

  private async says(fields: object): Promise<void> {
    this.last = this.message(fields);
    await turn(this.app, () => this.post(this.last));
  }

  private async post(said: object): Promise<number> {
    const bytes = Buffer.from(JSON.stringify(webhook(change({ contacts: [contact()], messages: [said] }))));
    const headers = { 'X-Hub-Signature-256': signature(bytes) };
    const url = `${this.app.url}/channels/whatsapp-cloud/webhook`;
    return (await fetch(url, { method: 'POST', body: bytes, headers })).status;
  }
}

interface Pick {
  readonly id: string;
  readonly title: string;
}

interface Interactive {
  readonly body?: object;
  readonly action?: {
    readonly buttons?: readonly { readonly reply: Pick }[];
    readonly sections?: readonly { readonly rows: readonly Pick[] }[];
  };
}

/** WhatsApp by a linked phone; the process of the browser is a stand-in that speaks the same protocol. */
class OnAPhone implements Visit {
  readonly app: TestApp;
  private readonly browser: FakeBrowser;
  private count = 0;
  private last = heard('', 0);

  private constructor(app: TestApp, browser: FakeBrowser) {
    this.app = app;
    this.browser = browser;
  }

  static async open(): Promise<Visit> {
    const browser = new FakeBrowser();
    return new OnAPhone(await startApp(FLOWS, { channels: [phoneWith(browser)] }), browser);
  }

  async begin(flow = 'bicycles'): Promise<void> {
    await this.type(flow);
  }

  async type(text: string): Promise<void> {
    this.count += 1;
    this.last = heard(text, Date.now(), { id: `false_${this.count}` });
    await turn(this.app, () => this.browser.hears(this.last));
  }

  async press(label: string): Promise<void> {
    const number = new RegExp(`(\\d+)\\. ${label}\\b`).exec(this.texts().at(-1) ?? '')?.[1];
    await this.type(number ?? `no ${label} on the phone`);
  }

  async again(): Promise<void> {
    this.browser.hears(this.last);
  }

  wire(): unknown[] {
    return this.browser.sent.map(({ post }) => post);
  }

  texts(): string[] {
    return this.browser.sent.map(({ post }) => String((Object(post) as { text?: string }).text));
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** The places that belong to somebody else. */
export const VENDOR_PLACES: readonly Place[] = [
  { name: 'Slack by HTTP', channel: slack, open: () => InSlack.open('http') },
  { name: 'Slack by socket', channel: slack, open: () => InSlack.open('socket') },
  { name: 'WhatsApp by the Cloud API', channel: whatsappCloud, open: () => OnTheCloud.open() },
  { name: 'WhatsApp by a linked phone', channel: whatsappWeb, open: () => OnAPhone.open() },
];
