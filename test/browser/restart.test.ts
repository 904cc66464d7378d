import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inBrowser } from '../support/browser.ts';
import type { Visitor } from '../support/browser.ts';
import { freePort, startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { ANOTHER, GOODBYE, HELLO, SHIPPED, impatientFlows } from './orders.ts';

inBrowser('a server that is killed under an open page', (browsing) => {
  let dir: string;
  let port: string;
  let flows: string;
  let server: ServerProcess;
  let visitor: Visitor;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-browser-'));
    port = String(await freePort());
    flows = await impatientFlows(dir);
    server = await startServer(dir, { PORT: port, FLOWS_DIR: flows });
  });
  after(async () => {
    server.kill('SIGKILL');
    await server.ended();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => (visitor = await browsing.visitor()));
  afterEach(() => visitor.leave());

  const kill = async (): Promise<void> => {
    server.kill('SIGKILL');
    await server.ended();
  };
  const startAgain = async (): Promise<void> => {
    server = await startServer(dir, { PORT: port, FLOWS_DIR: flows });
  };
  /** A lost connection, or 503 of a server that is still starting, is an error to the browser's console; here it is none. */
  const faults = (): string[] => visitor.problems.filter((problem) => !/net::ERR_|status of 503/.test(problem));

  it('is connected to again by itself, and the conversation is the one without a fault', async () => {
    const [tab, other] = [
      await visitor.open(`${server.url}/w/order-status`),
      await visitor.open(`${server.url}/w/order-status`),
    ];
    await Promise.all([tab.shows(HELLO), other.shows(HELLO)]);
    await kill();
    // What is typed while nobody is there is kept and sent later.
    await tab.say('CU001');
    await tab.hears('Not sent yet');
    await startAgain();
    await Promise.all([tab, other].map((each) => each.shows([...HELLO, 'you: CU001', ...SHIPPED])));
    await tab.page.getByText('Not sent yet').waitFor({ state: 'hidden' });
    await kill();
    await startAgain();
    await tab.press('No');
    const whole = [...HELLO, 'you: CU001', ...SHIPPED, 'you: No', GOODBYE];
    await Promise.all([tab, other].map((each) => each.shows(whole)));
    await tab.page.reload();
    await tab.shows(whole);
    expect(faults()).to.deep.equal([]);
  });

  it('makes the call again that was under way', async () => {
    const tab = await visitor.open(`${server.url}/w/order-status`);
    await tab.say('SLOW');
    await tab.hears('One moment');
    await tab.typingDots('visible');
    await kill();
    await startAgain();
    await tab.hears('The shop takes too long to answer.');
    const slow = 'bot: The shop takes too long to answer. Please try again in a moment.';
    await tab.shows([...HELLO, 'you: SLOW', 'bot: One moment, I am checking order SLOW…', slow, ANOTHER]);
    expect(faults()).to.deep.equal([]);
  });
});
