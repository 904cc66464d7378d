import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inBrowser } from '../support/browser.ts';
import type { Visitor } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';

inBrowser('the samples in a browser', (browsing) => {
  let dir: string;
  let server: ServerProcess;
  let visitor: Visitor;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-samples-'));
    server = await startServer(join(dir, 'data'));
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

  it('TF1, TF17: login-otp goes from its link over consent and code to the page of the settings', async () => {
    const tab = await visitor.open(`${server.url}/w/login-otp`);
    await tab.page.route('https://example.com/**', (route) => route.fulfill({ contentType: 'text/plain', body: 'in' }));
    await tab.press('I agree');
    await tab.hears('Please enter your Username:');
    await tab.say('ana');
    await tab.hears('Please enter the CODE sent to your registered email');
    await tab.say('654321');
    await tab.hears('That is not the code. You have 2 tries left.');
    await tab.say('123456');
    await tab.page.waitForURL('https://example.com/');
  });

  it('payment-resume goes on in the browser when the bank answers', async () => {
    const tab = await visitor.open(`${server.url}/w/payment-resume`);
    await tab.say('Ana');
    await tab.hears('Where shall the receipt go?');
    await tab.say('ana@example.com');
    await tab.hears('Please wait until your bank has confirmed the payment.');
    const bank = /at (http\S+)\)/.exec((await tab.rows()).at(-1) ?? '')?.[1] ?? '';
    const commands = await (await fetch(bank)).text();
    const resume = /curl -X POST '([^']+)'/.exec(commands)?.[1] ?? '';
    const body = JSON.stringify({ variables: { data: { status: 'refused' } } });
    const answer = await fetch(resume, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    expect(answer.status).to.equal(200);
    await tab.hears('Your bank has refused the payment. Nothing was charged.');
  });
});
