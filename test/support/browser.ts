import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Longer than any pause of the page between two tries to reach its server. */
const PATIENCE_MS = 30_000;

/** What is on the page, as whoever looks at it reads it: `bot: …`, `you: …`, in order. Text, so that nothing is lost. */
const ROWS = `[...document.querySelectorAll('#log .row')]
  .filter((row) => row.checkVisibility() && row.id !== 'typing')
  .flatMap((row) => [...row.querySelectorAll('.bubble')].map((b) => (row.classList.contains('own') ? 'you: ' : 'bot: ') + b.textContent))`;

/** Opens tabs: each call of `visitor` is another person, with cookies of their own. */
export interface Browsing {
  visitor(options?: BrowserContextOptions): Promise<Visitor>;
}

/** A suite in a real browser. Without one it is pending and says why; on a build server that is a failure. */
export function inBrowser(title: string, suite: (browsing: Browsing) => void): void {
  describe(title, function () {
    this.timeout(120_000);
    const executablePath = chromiumPath();
    if (executablePath === undefined) return lacking();
    let browser: Browser | undefined;
    before(async () => {
      browser = await chromium.launch({ executablePath, args: ARGS });
    });
    after(() => browser?.close());
    suite({
      async visitor(options = {}) {
        if (browser === undefined) throw new Error('the browser is not open yet');
        return new Visitor(await browser.newContext(options));
      },
    });
  });
}

function chromiumPath(): string | undefined {
  const { PUPPETEER_EXECUTABLE_PATH, CHROMIUM_PATH } = process.env;
  return [PUPPETEER_EXECUTABLE_PATH, CHROMIUM_PATH, '/usr/bin/chromium'].find((path) => path && existsSync(path));
}

function lacking(): void {
  const reason = 'needs chromium: set CHROMIUM_PATH, or install it as /usr/bin/chromium';
  if (process.env['CI'] === undefined) it(reason);
  else it(reason, () => expect.fail(reason));
}

/** One person with a browser, and whatever went wrong in any of the tabs. */
export class Visitor {
  readonly problems: string[] = [];
  readonly #context: BrowserContext;

  constructor(context: BrowserContext) {
    this.#context = context;
  }

  async open(url: string): Promise<Tab> {
    const page = await this.#context.newPage();
    // A breach of the page's policy is an error of the console too.
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('dialog', (dialog) => {
      this.problems.push(`a dialog opened: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(url);
    return new Tab(page);
  }

  async offline(yes: boolean): Promise<void> {
    await this.#context.setOffline(yes);
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}

/** One tab with the chat page. */
export class Tab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async say(text: string): Promise<void> {
    const field = this.page.getByLabel('Your message');
    await field.fill(text);
    await field.press('Enter');
  }

  /** Presses a button that can be pressed: those of earlier questions cannot. */
  async press(name: string): Promise<void> {
    // A tab behind another one is drawn rarely, and a click waits for that.
    await this.page.bringToFront();
    await this.page.getByRole('button', { name, exact: true, disabled: false }).last().click();
  }

  async rows(): Promise<string[]> {
    return this.page.evaluate<string[]>(ROWS);
  }

  /** Waits until the page shows exactly this: nothing lost, nothing twice, in this order. */
  async shows(rows: readonly string[]): Promise<void> {
    // The page's policy forbids the means by which the browser could wait for this by itself.
    const until = Date.now() + PATIENCE_MS;
    let seen = await this.rows();
    while (seen.join('\n') !== rows.join('\n') && Date.now() < until) {
      await this.page.waitForTimeout(20);
      seen = await this.rows();
    }
    expect(seen).to.deep.equal(rows);
  }

  /** Waits until some message has this text. */
  async hears(text: string): Promise<void> {
    await this.page.getByText(text).last().waitFor();
  }

  async typingDots(state: 'visible' | 'hidden'): Promise<void> {
    await this.page.locator('#typing').waitFor({ state });
  }
}
