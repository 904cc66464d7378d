import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inBrowser } from '../support/browser.ts';
import type { Visitor } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { ANOTHER, GOODBYE, HELLO, SHIPPED, impatientFlows, unknown } from './orders.ts';

inBrowser('the order conversation in a browser', (browsing) => {
  let dir: string;
  let server: ServerProcess;
  let visitor: Visitor;
  let chat: string;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-browser-'));
    server = await startServer(join(dir, 'data'), { FLOWS_DIR: await impatientFlows(dir) });
    chat = `${server.url}/w/order-status`;
  });
  after(async () => {
    server.kill('SIGTERM');
    await server.ended();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => (visitor = await browsing.visitor()));
  afterEach(async () => {
    await visitor.leave();
    expect(visitor.problems).to.deep.equal([]);
  });

  it('goes from hello to goodbye by buttons, over a reload, and starts again', async () => {
    const tab = await visitor.open(chat);
    await tab.shows(HELLO);
    await tab.say('CU001');
    await tab.shows([...HELLO, 'you: CU001', ...SHIPPED]);
    await tab.page.reload();
    await tab.shows([...HELLO, 'you: CU001', ...SHIPPED]);
    await tab.press('Yes');
    await tab.hears('What is your order number?');
    await tab.say('cu002');
    const second = ['you: Yes', HELLO[1], 'you: cu002', 'bot: One moment, I am checking order cu002…'];
    const pending = 'bot: Order CU002 (Trail Tyre x 2) is pending. We will ship it soon.';
    const before = [...HELLO, 'you: CU001', ...SHIPPED, ...second, pending, ANOTHER].map(String);
    await tab.shows(before);
    await tab.press('No');
    await tab.shows([...before, 'you: No', GOODBYE]);
    await tab.hears('This conversation has ended.');
    expect(await tab.page.getByLabel('Your message').isVisible()).to.equal(false);
    await tab.page.reload();
    await tab.shows([...before, 'you: No', GOODBYE]);
    await tab.press('Start again');
    await tab.shows(HELLO);
    await tab.say('CU003');
    await tab.hears('Order CU003 was cancelled.');
  });

  it('shows the same in two tabs, whichever is typed in', async () => {
    const [one, two] = await Promise.all([visitor.open(chat), visitor.open(chat)]);
    await Promise.all([one.shows(HELLO), two.shows(HELLO)]);
    await one.say('CU001');
    await two.hears('Good news, Ben Haggerty');
    await two.press('Yes');
    await one.hears('What is your order number?');
    // Both at once: the server's order is the order, and nobody's words are lost.
    await Promise.all([one.say('first'), two.say('second')]);
    await Promise.all([one.hears('find order first'), one.hears('find order second')]);
    await two.shows(await one.rows());
    const rows = await one.rows();
    expect(rows.filter((row) => row.startsWith('you: ')).sort()).to.deep.equal([
      'you: CU001',
      'you: Yes',
      'you: first',
      'you: second',
    ]);
    expect(rows).to.have.length(HELLO.length + 1 + SHIPPED.length + 2 + 2 * unknown('x').length);
    const late = await visitor.open(chat);
    await late.shows(rows);
  });

  it('keeps to one answer for a button that was pressed', async () => {
    const [one, two] = [await visitor.open(chat), await visitor.open(chat)];
    await one.say('CU001');
    await two.hears('Would you like to track another order?');
    await one.press('No');
    await two.hears('Thank you, goodbye!');
    const choices = two.page.getByRole('button', { name: /^(Yes|No)/ });
    expect(await choices.allTextContents()).to.deep.equal(['Yes', 'No (your answer)']);
    for (const choice of await choices.all()) expect(await choice.isDisabled()).to.equal(true);
  });

  it('asks again for an order that is unknown', async () => {
    const tab = await visitor.open(chat);
    await tab.say('CU999');
    await tab.shows([...HELLO, ...unknown('CU999')]);
  });

  it('shows that an answer is on its way while the shop is slow, and goes on when it gives up', async () => {
    const [tab, other] = [await visitor.open(chat), await visitor.open(chat)];
    await tab.say('SLOW');
    await Promise.all([tab.hears('One moment'), other.hears('One moment')]);
    await Promise.all([tab.typingDots('visible'), other.typingDots('visible')]);
    await tab.page.reload();
    await tab.typingDots('visible');
    // Words typed meanwhile wait for their turn.
    await tab.say('no');
    const slow = 'bot: The shop takes too long to answer. Please try again in a moment.';
    const checking = 'bot: One moment, I am checking order SLOW…';
    await tab.hears('Thank you, goodbye!');
    const rows = await tab.rows();
    expect(rows.filter((row) => row.startsWith('bot: '))).to.deep.equal([...HELLO, checking, slow, ANOTHER, GOODBYE]);
    expect(rows.filter((row) => row.startsWith('you: '))).to.deep.equal(['you: SLOW', 'you: no']);
    await other.shows(rows);
    await tab.typingDots('hidden');
  });

  it('says so when the shop is broken, and goes on', async () => {
    const tab = await visitor.open(chat);
    await tab.say('BROKEN');
    await tab.hears('Something went wrong on our side.');
    await tab.press('No');
    await tab.hears('Thank you, goodbye!');
  });
});
