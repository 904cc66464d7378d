import { consoleChannel } from '../../channels/console.ts';
import { web } from '../../channels/web/index.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { BICYCLES, STORY } from './everywhere-flow.ts';

/** What every place has for this server: one flow for everybody, and one that says a lot. */
export const FLOWS = { 'bicycles.yaml': BICYCLES, 'story.yaml': STORY } as const;

/** Somebody who talks with the bot in one place, by what really goes over its wire. */
export interface Visit {
  readonly app: TestApp;
  /** Comes to the bot; `story` is the flow that says a lot. */
  begin(flow?: 'bicycles' | 'story'): Promise<void>;
  /** Writes something, and waits until the turn is over. */
  type(text: string): Promise<void>;
  /** Picks an option as people do there: by pressing it, or by its number. */
  press(label: string): Promise<void>;
  /** Brings what was written last once more, as a place does that does not know whether it has arrived. */
  again?(): Promise<void>;
  /** Writes to a server that takes nothing more; true when the place learns that it was not taken. */
  inVain?(text: string): Promise<boolean>;
  /** What the place was given to show, in order, as it was sent. */
  wire(): unknown[];
  /** The words of it. */
  texts(): string[];
  close(): Promise<void>;
}

/** A way to talk with the bot. */
export interface Place {
  readonly name: string;
  readonly channel: Channel;
  readonly open: () => Promise<Visit>;
}

/** Does something, and waits until a turn has come of it and all that it owes is out. */
export async function turn(app: TestApp, work: () => unknown): Promise<void> {
  const before = app.turns.length;
  await work();
  await until('a turn', () => app.turns.length > before);
  await app.app.idle();
}

/** The terminal the server runs in. */
class AtTheTerminal implements Visit {
  readonly app: TestApp;
  private readonly terminal: Terminal;

  private constructor(app: TestApp, terminal: Terminal) {
    this.app = app;
    this.terminal = terminal;
  }

  static async open(): Promise<Visit> {
    const terminal = new Terminal();
    const open: Channel['open'] = (host) => consoleChannel.open({ ...host, terminal });
    return new AtTheTerminal(await startApp(FLOWS, { channels: [{ ...consoleChannel, open }] }), terminal);
  }

  async begin(flow = 'bicycles'): Promise<void> {
    await this.type(flow);
  }

  async type(text: string): Promise<void> {
    await turn(this.app, () => this.terminal.input.write(`${text}\n`));
  }

  async press(label: string): Promise<void> {
    const number = new RegExp(`(\\d+)\\. ${label}\\b`).exec(this.texts().at(-1) ?? '')?.[1];
    await this.type(number ?? `no ${label} on the screen`);
  }

  async inVain(text: string): Promise<boolean> {
    this.terminal.input.write(`${text}\n`);
    await this.terminal.shows('(this was not taken: ');
    return true;
  }

  wire(): unknown[] {
    return this.texts();
  }

  texts(): string[] {
    return this.terminal.screen.split('bot> ').slice(1);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** One message as the chat's API shows it. */
interface Shown {
  readonly id: string;
  readonly seq: number;
  readonly text?: string;
  readonly buttons?: readonly { readonly id: string; readonly label: string }[];
}

/** The chat page's API. */
class OnTheWeb implements Visit {
  readonly app: TestApp;
  private readonly shown: Shown[] = [];
  private session = '';
  private count = 0;
  private last: object = {};

  private constructor(app: TestApp) {
    this.app = app;
  }

  static async open(): Promise<Visit> {
    return new OnTheWeb(await startApp(FLOWS, { channels: [web] }));
  }

  async begin(flow = 'bicycles'): Promise<void> {
    const { body } = await this.post(`${flow}/start`, {});
    this.session = body.session ?? '';
    this.shown.push(...body.messages);
    await this.app.app.idle();
  }

  async type(text: string): Promise<void> {
    await this.say({ text });
  }

  async press(label: string): Promise<void> {
    const options = this.shown.flatMap(({ buttons = [] }) => buttons);
    await this.say({ choice: options.findLast((option) => option.label === label)?.id ?? `no ${label}` });
  }

  async again(): Promise<void> {
    await this.post(`${this.session}/messages`, this.last);
  }

  async inVain(text: string): Promise<boolean> {
    return (await this.post(`${this.session}/messages`, { text })).status === 503;
  }

  wire(): unknown[] {
    return this.shown.map(({ id: _id, seq: _seq, ...message }) => message);
  }

  texts(): string[] {
    return this.shown.map(({ text = '' }) => text);
  }

  close(): Promise<void> {
    return this.app.close();
  }

  private async say(said: object): Promise<void> {
    this.count += 1;
    this.last = { id: `m${this.count}`, ...said };
    this.shown.push(...(await this.post(`${this.session}/messages`, this.last)).body.messages);
    await this.app.app.idle();
  }

  private async post(path: string, body: object): Promise<{ status: number; body: Body }> {
    const headers = { 'Content-Type': 'application/json' };
    const url = `${this.app.url}/api/chat/${path}`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Body };
  }
}

interface Body {
  readonly session?: string;
  readonly messages: readonly Shown[];
}

/** The places without a vendor. */
export const OWN_PLACES: readonly Place[] = [
  { name: 'the terminal', channel: consoleChannel, open: () => AtTheTerminal.open() },
  { name: 'the web', channel: web, open: () => OnTheWeb.open() },
];
