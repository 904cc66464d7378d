import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { whatsappWeb } from '../../channels/whatsapp-web/index.ts';
import type { Channel, OpenChannel, Sent } from '../../src/channel/channel.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { startApp } from './app.ts';
import type { TestApp } from './app.ts';
import { FakeHost, FakeNotes, FakeWorld } from './fake-host.ts';
import { freePort } from './server.ts';

const STAND_IN = join(import.meta.dirname, 'wweb-page.html');

/** Longer than starting Chromium takes on a busy machine. */
const PATIENCE_MS = 60_000;

/** What is seen of a message that went out. */
export interface SentMessage {
  readonly to: string;
  readonly type: string;
  readonly body?: string;
  readonly caption?: string;
  readonly mimetype?: string;
}

/** A suite with the real library in a real browser. Without one it is pending and says why; on a build server that is a failure. */
export function inChromium(title: string, suite: () => void): void {
  describe(title, function () {
    this.timeout(240_000);
    const path = chromiumPath();
    if (path === undefined) {
      const reason = 'needs chromium: set CHROMIUM_PATH, or install it as /usr/bin/chromium';
      if (process.env['CI'] === undefined) it(reason);
      else it(reason, () => expect.fail(reason));
    } else suite();
  });
}

function chromiumPath(): string | undefined {
  const { PUPPETEER_EXECUTABLE_PATH, CHROMIUM_PATH } = process.env;
  return [PUPPETEER_EXECUTABLE_PATH, CHROMIUM_PATH, '/usr/bin/chromium'].find((path) => path && existsSync(path));
}

/** A whole server with the channel, its child process, the library and a browser; only WhatsApp's page is a stand-in. */
export class Live {
  readonly dir: string;
  readonly lines: string[] = [];
  readonly port: number;
  app: TestApp | undefined;
  #browser: Browser | undefined;
  #channel: OpenChannel | undefined;
  readonly #notes = new FakeNotes();

  private constructor(dir: string, port: number) {
    this.dir = dir;
    this.port = port;
  }

  static async prepare(): Promise<Live> {
    const dir = await mkdtemp(join(tmpdir(), 'parley-wweb-live-'));
    const live = new Live(dir, await freePort());
    await live.page({});
    return live;
  }

  /** What WhatsApp's page knows when it is loaded the next time. */
  async page({ history = [], linked = false }: { history?: readonly object[]; linked?: boolean }): Promise<void> {
    const pages = join(this.dir, 'data', 'whatsapp-web', 'pages');
    await mkdir(pages, { recursive: true });
    const html = (await readFile(STAND_IN, 'utf8'))
      .replace('const HISTORY = []', `const HISTORY = ${JSON.stringify(history)}`)
      .replace('const LINKED = false', `const LINKED = ${linked}`);
    await writeFile(join(pages, 'stand-in.html'), html);
  }

  /** Starts the server with a flow. */
  async start(flow: string): Promise<void> {
    const env = {
      WHATSAPP_WEB_VERSION: 'stand-in',
      WHATSAPP_WEB_BROWSER_ARGS: `--remote-debugging-port=${this.port}`,
      PUPPETEER_EXECUTABLE_PATH: chromiumPath() ?? '',
    };
    const options = { channels: [this.#heard()], env, dir: this.dir, keep: true } as const;
    this.app = await startApp({ 'flow.yaml': flow }, options);
  }

  /** Stops the server in order; its folder stays. */
  async stop(): Promise<void> {
    await this.#browser?.close();
    this.#browser = undefined;
    await this.app?.close();
    this.app = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dir, { recursive: true, force: true, maxRetries: 4 });
  }

  /** Runs something in WhatsApp's page: `phone` is there. */
  async phone<T>(script: string): Promise<T> {
    return await (await this.#page()).evaluate<T>(script);
  }

  /** Sends something past the flow. */
  async send(message: Outbound, address: string): Promise<Sent | undefined> {
    const delivery = {
      kind: 'delivery',
      key: 'k',
      cause: JSON.stringify(message),
      flow: 'f',
      block: 'b',
      message,
    } as const;
    return await this.#channel?.send(delivery, newContact('whatsapp-web', address));
  }

  /** Waits until the page has sent so many messages; answers them. */
  async sent(count: number): Promise<SentMessage[]> {
    return await this.until(`${count} sent messages`, async () => {
      const sent = await this.phone<SentMessage[]>('phone.sent');
      return sent.length >= count ? sent : undefined;
    });
  }

  /** Waits for a line of the log. */
  async line(pattern: RegExp, from = 0): Promise<string> {
    return await this.until(`a line like ${pattern}`, async () =>
      this.lines.slice(from).find((line) => pattern.test(line)),
    );
  }

  /** Kills the browser, or the process that drives it, as the system does when memory runs out. */
  async kill(which: 'browser' | 'library'): Promise<void> {
    const browser = await this.#browserPid();
    this.#browser = undefined;
    process.kill(which === 'browser' ? browser : await parentOf(browser), 'SIGKILL');
  }

  /** True while this browser, or one after it, runs. */
  async browserRuns(): Promise<boolean> {
    return (await this.#browserPid().catch(() => null)) !== null;
  }

  async #browserPid(): Promise<number> {
    for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
      const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      if (line.includes(`--remote-debugging-port=${this.port}`) && !line.includes('--type=')) return Number(name);
    }
    throw new Error('there is no browser');
  }

  /** Waits until something is there; the condition is asked again and again because it is in another process. */
  async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await look().catch(() => undefined);
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`waited in vain for ${what}; the log:\n${this.lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async #page(): Promise<Page> {
    if (this.#browser?.isConnected() !== true) {
      this.#browser = await this.until('the browser', () => chromium.connectOverCDP(`http://127.0.0.1:${this.port}`));
      this.#browser.once('disconnected', () => (this.#browser = undefined));
    }
    const page = this.#browser.contexts()[0]?.pages()[0];
    if (page === undefined) throw new Error('the browser has no page yet');
    return page;
  }

  /** The channel, with its log and its notes in the hands of the test. */
  #heard(): Channel {
    const { lines } = this;
    const notes = this.#notes;
    return {
      ...whatsappWeb,
      open: async (host) => {
        const { download } = new FakeHost(host.router, new FakeWorld(() => undefined), []);
        this.#channel = await whatsappWeb.open({
          ...host,
          notes,
          download,
          log: (level, text, facts) => void lines.push(`${level} ${text} ${JSON.stringify(facts ?? {})}`),
        });
        return this.#channel;
      },
    };
  }
}

async function parentOf(pid: number): Promise<number> {
  return Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** The cookie that comes with a link of the log. */
export async function cookieOf(link: string): Promise<string> {
  const response = await fetch(link, { redirect: 'manual' });
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}
