import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import web from 'whatsapp-web.js';
import type { Client, LocalAuth } from 'whatsapp-web.js';
import { z } from 'zod';
import { messageOf } from '../../src/domain/error.ts';
import { Actions } from './actions.ts';
import { freeProfile } from './profile.ts';
import { ANSWERS, WebFault } from './protocol.ts';
import type { Ask, Fault, Report, Setup } from './protocol.ts';
import { pick } from './raw.ts';
import { usedMemory } from './used-memory.ts';

/** What Chromium needs in a server, and leaves alone. The sandbox does not work for root. */
const ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-sync',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Milliseconds until the page must be the one that is expected. */
const PAGE_LIMIT = 60_000;

/** Milliseconds for the page to say how it is. */
const STATE_LIMIT = 10_000;

/** Who the linked number is. */
const INFO = z.object({ wid: z.object({ _serialized: z.string() }), pushname: z.string().nullish() });

/** One run of whatsapp-web.js: from the start of the browser to its end, which comes once and is final. */
export class Session {
  private readonly say: (report: Report) => void;
  private readonly over: (reason: string) => void;
  private client: Client | null = null;
  private actions: Actions | null = null;
  private profile = '';
  private loggedOut = false;
  private closed: Promise<void> | undefined;

  constructor(say: (report: Report) => void, over: (reason: string) => void) {
    this.say = say;
    this.over = over;
  }

  /** Starts the browser and loads WhatsApp Web; resolves when the login has begun. */
  async open(setup: Setup): Promise<void> {
    this.profile = join(setup.folder, `session-${setup.session}`);
    await freeProfile(this.profile);
    const auth = new web.LocalAuth({ clientId: setup.session, dataPath: setup.folder });
    const client = new web.Client(optionsOf(setup, auth));
    this.client = client;
    this.actions = new Actions(client);
    // The library would delete the login under the running browser.
    auth.logout = async () => undefined;
    const destroy = client.destroy.bind(client);
    // The library closes the browser, too, when it is disconnected; two at once cut short what is being written to disk.
    client.destroy = () => (this.closed ??= destroy());
    auth.afterBrowserInitialized = async () => this.launched(client);
    this.listen(client, this.actions);
    await client.initialize();
    client.pupPage?.on('error', () => this.over('the page has crashed'));
    client.pupPage?.on('close', () => this.over('the page was closed'));
  }

  /** Answers a question of the server. */
  async answer(ask: Ask): Promise<unknown> {
    const { client, actions } = this;
    if (client === null || actions === null) throw new WebFault('failed', 'the browser does not run yet');
    if (ask.kind !== 'state') return actions.answer(ask);
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new WebFault('failed', 'the page does not answer')), STATE_LIMIT).unref();
    });
    const state = await Promise.race([client.getState(), late]);
    return ANSWERS.state.parse({ state, memory: await usedMemory(process.pid) });
  }

  /** Closes the browser in order, so that the login is on disk; one that the phone has ended is deleted. */
  async close(): Promise<void> {
    await this.client?.destroy();
    if (this.loggedOut) await rm(this.profile, { recursive: true, force: true, maxRetries: 4 });
  }

  private launched(client: Client): void {
    const browser = client.pupBrowser;
    const pid = browser?.process()?.pid;
    if (pid !== undefined) this.say({ kind: 'browser', pid });
    browser?.on('disconnected', () => this.over('the browser has died'));
  }

  private listen(client: Client, actions: Actions): void {
    client.on('qr', (code) => this.say({ kind: 'qr', code }));
    client.on('loading_screen', () => this.say({ kind: 'loading' }));
    client.on('authenticated', () => this.say({ kind: 'authenticated' }));
    client.on('auth_failure', (reason) => this.over(`the login failed: ${reason}`));
    client.on('ready', () => void this.ready(client).catch((error: unknown) => this.over(messageOf(error))));
    client.on('disconnected', (reason) => {
      this.loggedOut = reason === 'LOGOUT';
      this.over(reason);
    });
    client.on('message_create', ({ rawData }) => void this.heard(rawData, actions));
    client.on('message_ciphertext_failed', ({ rawData }) => {
      const message = pick(rawData);
      // Under an id of its own: the text may still come, and must not look like a repeat.
      if (message !== null)
        this.say({ kind: 'message', message: { ...message, id: `${message.id}_failed`, type: 'ciphertext_failed' } });
    });
  }

  private async ready(client: Client): Promise<void> {
    const { wid, pushname } = INFO.parse(client.info);
    const version = await client.getWWebVersion();
    this.say({ kind: 'ready', me: wid._serialized, name: pushname ?? '', version });
  }

  /** Messages of our own number count only when a person wrote them. */
  private async heard(raw: unknown, actions: Actions): Promise<void> {
    const message = pick(raw);
    if (message === null) return this.say({ kind: 'remark', text: 'a message without an id or a chat was ignored' });
    if (message.own && (await actions.hasSent(message.id))) return;
    this.say({ kind: 'message', message });
  }
}

/** What the server is told about a question that failed. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof WebFault)) return { code: 'failed', reason: firstLine(messageOf(error)) };
  const { code, message: reason } = error;
  return { code: code === 'away' || code === 'late' ? 'failed' : code, reason };
}

/** What follows are calls inside the page. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function optionsOf(setup: Setup, authStrategy: LocalAuth): ConstructorParameters<typeof Client>[0] {
  const { folder, version, chromium, browserArgs } = setup;
  const pages = join(folder, 'pages');
  return {
    authStrategy,
    authTimeoutMs: PAGE_LIMIT,
    ...(version === undefined ? {} : { webVersion: version }),
    webVersionCache: version === undefined ? { type: 'none' } : { type: 'local', path: pages, strict: true },
    puppeteer: {
      executablePath: chromium,
      headless: true,
      args: [...ARGS, ...browserArgs],
      // The browser ends when this process says so, not with a signal of the terminal.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    },
  };
}
