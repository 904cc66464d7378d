import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import type { WebMessage } from '../../channels/whatsapp-web/message.ts';
import { whatsappWeb } from '../../channels/whatsapp-web/index.ts';
import { openWhatsAppWeb } from '../../channels/whatsapp-web/open.ts';
import { readSettings } from '../../channels/whatsapp-web/settings.ts';
import type { ByHand, Channel, OpenChannel, Sent } from '../../src/channel/channel.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Entry } from '../../src/domain/entry.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { FakeHost, FakeWorld } from './fake-host.ts';
import { FakeBrowser } from './wweb-browser.ts';
import { FakeClock, leapingClock, settle } from './wweb-clock.ts';

export const THANDI = '27821234567@c.us';
export const ADDRESS = '27821234567';

/** A host whose store can be away, and that writes down what it took. */
export class PhoneHost extends FakeHost {
  away = false;
  readonly accepted: { address: string; entry: Entry }[] = [];
  readonly byHand: { address: string; said: ByHand }[] = [];
  readonly lines: string[] = [];
  readonly clock: FakeClock;

  constructor(clock: FakeClock, world: FakeWorld) {
    super(express.Router(), world, []);
    this.clock = clock;
  }

  readonly takeover = async (address: string, said: ByHand): Promise<void> => {
    this.byHand.push({ address, said });
  };

  override async accept(address: string, entry: Entry, known: object = {}): ReturnType<FakeHost['accept']> {
    if (this.away) throw new Error('the store is away');
    const receipt = await super.accept(address, entry, known);
    if (receipt === 'accepted') this.accepted.push({ address, entry });
    return receipt;
  }

  override now(): number {
    return this.clock.now();
  }

  override log(level: string, text: string, facts: object = {}): void {
    this.lines.push(`${level} ${text} ${JSON.stringify(facts)}`);
    super.log(level, text);
  }
}

/** The channel with a browser that is none, on a clock that stands still. */
export class Phone {
  readonly clock: FakeClock;
  readonly host: PhoneHost;
  readonly browser = new FakeBrowser();
  readonly dir: string;
  readonly env: Record<string, string>;
  channel: OpenChannel = { send: async () => ({ kind: 'sent' }), close: async () => undefined };
  #server: Server | undefined;

  private constructor(dir: string, env: Record<string, string>, before?: Phone) {
    this.dir = dir;
    this.env = env;
    this.clock = before?.clock ?? new FakeClock();
    this.host = new PhoneHost(this.clock, before?.host.world ?? new FakeWorld(() => undefined));
    if (before !== undefined) this.host.notes = before.host.notes;
  }

  /** `before` is a server that ran earlier: its store is used again. */
  static async open(env: Record<string, string> = {}, before?: Phone): Promise<Phone> {
    const dir = before?.dir ?? (await mkdtemp(join(tmpdir(), 'parley-wweb-')));
    const phone = new Phone(dir, env, before);
    await phone.start();
    return phone;
  }

  /** The same, linked and ready. */
  static async ready(env: Record<string, string> = {}, before?: Phone): Promise<Phone> {
    const phone = await Phone.open(env, before);
    phone.browser.ready();
    await settle();
    return phone;
  }

  async start(): Promise<void> {
    const settings = readSettings({ DATA_DIR: this.dir, PUBLIC_URL: 'https://bot.example', ...this.env });
    const { clock, browser } = this;
    this.channel = await openWhatsAppWeb(this.host, settings, '/usr/bin/true', {
      clock,
      start: browser.start,
      random: () => 0.5,
    });
  }

  /** What was stored, as address and message. */
  get stored(): { address: string; message: unknown }[] {
    return this.host.accepted.map(({ address, entry }) => ({
      address,
      message: entry.kind === 'message' ? entry.message : entry,
    }));
  }

  get texts(): unknown[] {
    return this.host.accepted.map(({ entry }) => (entry.kind === 'message' ? entry.message.text : entry.kind));
  }

  /** Sends, and lets the time pass that it takes. */
  async send(message: Outbound, key = '1', address = ADDRESS): Promise<Sent> {
    const delivery = { kind: 'delivery', key, cause: 'c', flow: 'f', block: 'b', message } as const;
    const sending = this.channel.send(delivery, newContact('whatsapp-web', address));
    await this.clock.pass(40_000);
    return await sending;
  }

  /** The routes of the channel on a server. */
  async url(): Promise<string> {
    this.#server = createServer(express().use(this.host.router)).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async close(keep = false): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    const closing = this.channel.close();
    await this.clock.pass(10_000);
    await closing;
    if (!keep) await rm(this.dir, { recursive: true, force: true });
  }
}

/** The channel of a whole server, linked already, with a browser that is none; pauses between messages are left out. */
export function phoneWith(browser: FakeBrowser): Channel {
  return {
    ...whatsappWeb,
    async open(host) {
      const choices = { clock: leapingClock(() => host.now()), start: browser.start, random: () => 0 };
      const open = await openWhatsAppWeb(host, readSettings(host.env), '/usr/bin/true', choices);
      browser.ready();
      return open;
    },
  };
}

/** A message of Thandi as the child hands it over. */
export function heard(text: string, at: number, more: Partial<WebMessage> = {}): WebMessage {
  const id = `false_${more.chat ?? THANDI}_${text}`;
  return { id, chat: THANDI, own: false, type: 'chat', at: Math.floor(at / 1000), text, status: false, ...more };
}
