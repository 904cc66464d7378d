import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inBrowser } from '../support/browser.ts';
import type { Visitor } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { GOODBYE, HELLO, SHIPPED, unknown } from './orders.ts';

/** What people type to see whether it is more than text. */
const HOSTILE = [
  `<img src=x onerror="document.title='broken into'">`,
  `</div><script>alert(1)</script>`,
  '@(1+1) @order_number @contact.id @server.url',
  '__proto__',
  'constructor',
  '${7*7} {{7*7}} %7B%7D',
  '\u001B[31mred\u001B[0m',
  'javascript:alert(1)',
  'abc \u202Edcba',
  '👩‍👩‍👧 é ﷽',
];

inBrowser('the chat page in a browser', (browsing) => {
  let dir: string;
  let server: ServerProcess;
  let visitor: Visitor;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-browser-'));
    server = await startServer(dir);
  });
  after(async () => {
    server.kill('SIGTERM');
    await server.ended();
    await rm(dir, { recursive: true, force: true });
  });
  afterEach(() => visitor.leave());

  it('shows what visitors type as the same text, and runs none of it', async () => {
    visitor = await browsing.visitor();
    const tab = await visitor.open(`${server.url}/w/order-status`);
    const title = await tab.page.title();
    const rows = [...HELLO];
    for (const text of HOSTILE) {
      await tab.say(text);
      rows.push(...unknown(text));
      await tab.shows(rows);
    }
    // The same from the server's memory.
    await tab.page.reload();
    await tab.shows(rows);
    expect(await tab.page.title()).to.equal(title);
    expect(await tab.page.locator('#log :is(img, script, a)').count()).to.equal(0);
    expect(visitor.problems).to.deep.equal([]);
  });

  it('fits a screen of 320 pixels, whatever is said', async () => {
    visitor = await browsing.visitor({ viewport: { width: 320, height: 480 } });
    const tab = await visitor.open(`${server.url}/w/order-status`);
    await tab.say('W'.repeat(300));
    await tab.hears('I could not find order');
    await tab.say('CU001');
    await tab.hears('Would you like to track another order?');
    const widths = await tab.page.evaluate<number[]>(
      `['html', '#log', 'footer'].map((name) => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; })`,
    );
    expect(widths).to.deep.equal([0, 0, 0]);
    const last = await tab.page.getByRole('button', { name: 'No', exact: true }).boundingBox();
    expect(last).to.include.keys('x', 'y');
    expect((last?.y ?? 0) + (last?.height ?? 0)).to.be.lessThan(480);
  });

  it('keeps what is written offline, says so, and sends it later in its order', async () => {
    visitor = await browsing.visitor();
    const tab = await visitor.open(`${server.url}/w/order-status`);
    // A stream of events that is only now being opened would count as a connection.
    await Promise.all([tab.page.waitForResponse(/\/events/), tab.page.reload()]);
    await tab.shows(HELLO);
    await visitor.offline(true);
    await tab.hears('You are offline.');
    await tab.say('first');
    await tab.say('second');
    await tab.shows([...HELLO, 'you: first', 'you: second']);
    await visitor.offline(false);
    await tab.hears('I could not find order second.');
    const rows = await tab.rows();
    const [both, answers] = [rows.filter((row) => row.startsWith('you: ')), rows.filter((row) => /not find/.test(row))];
    expect(both).to.deep.equal(['you: first', 'you: second']);
    expect(answers).to.have.length(2);
    await tab.page.getByText('You are offline.').waitFor({ state: 'hidden' });
    await tab.page.getByText('Not sent yet').first().waitFor({ state: 'hidden' });
  });

  it('keeps what is typed before the chat has begun', async () => {
    visitor = await browsing.visitor();
    const tab = await visitor.open(`${server.url}/w/order-status`);
    await tab.shows(HELLO);
    const held: (() => void)[] = [];
    await tab.page.route('**/start', (route) => void held.push(() => void route.continue()));
    await tab.page.reload();
    await tab.say('CU001');
    await tab.shows(['you: CU001']);
    for (const letGo of held) letGo();
    await tab.shows([...HELLO, 'you: CU001', ...SHIPPED]);
  });

  it('can be used by keyboard alone', async () => {
    visitor = await browsing.visitor();
    const tab = await visitor.open(`${server.url}/w/order-status`);
    const { keyboard } = tab.page;
    await tab.shows(HELLO);
    // Who comes to a chat comes to write: the field has the focus.
    await keyboard.type('CU001');
    await keyboard.press('Enter');
    await tab.shows([...HELLO, 'you: CU001', ...SHIPPED]);
    await tab.page.evaluate('document.activeElement.blur()');
    const focused: string[] = [];
    for (let presses = 0; presses < 10 && focused.at(-1) !== 'No'; presses += 1) {
      await keyboard.press('Tab');
      focused.push(await tab.page.evaluate<string>('document.activeElement.textContent'));
    }
    expect(focused).to.include('Yes');
    const outline = await tab.page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline, 'the focus can be seen').not.to.equal('none');
    await keyboard.press('Enter');
    await tab.shows([...HELLO, 'you: CU001', ...SHIPPED, 'you: No', GOODBYE]);
    const again = tab.page.getByRole('button', { name: 'Start again' });
    await again.waitFor();
    await again.focus();
    await keyboard.press('Enter');
    await tab.shows(HELLO);
    expect(visitor.problems).to.deep.equal([]);
  });

  it('tells screen readers what it is and what is new', async () => {
    visitor = await browsing.visitor();
    const tab = await visitor.open(`${server.url}/w/order-status`);
    await tab.shows(HELLO);
    const log = tab.page.getByRole('log', { name: 'Conversation' });
    expect(await log.getAttribute('aria-live')).to.equal('polite');
    expect(await log.getAttribute('aria-busy')).to.equal('false');
    expect(await tab.page.getByRole('heading', { level: 1 }).textContent()).to.equal('Order status');
    expect(await tab.page.locator('html').getAttribute('lang')).to.equal('en');
    expect(await tab.page.getByRole('textbox', { name: 'Your message' }).isVisible()).to.equal(true);
    expect(await tab.page.getByRole('button', { name: 'Send' }).isVisible()).to.equal(true);
  });
});
