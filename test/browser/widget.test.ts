import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { Visitor, inBrowser } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { HostSite, partitioningBrowser } from './host-page.ts';

/** What the frame shows of the conversation, in order. */
async function texts(page: Page): Promise<string[]> {
  return page.frameLocator('iframe').locator('#log .row:not(#typing) .bubble').allTextContents();
}

async function say(chat: FrameLocator, text: string): Promise<void> {
  const field = chat.getByLabel('Your message');
  await field.fill(text);
  await field.press('Enter');
}

inBrowser('the widget on a page of another site', () => {
  let dir: string;
  let server: ServerProcess;
  let shop: HostSite;
  let stranger: HostSite;
  let browser: Browser;
  let visitor: Visitor;

  before(async () => {
    browser = await partitioningBrowser();
    dir = await mkdtemp(join(tmpdir(), 'parley-browser-'));
    [shop, stranger] = await Promise.all([HostSite.open(), HostSite.open()]);
    // To a browser localhost and 127.0.0.1 are two sites: the chat is on the second, the shop on both.
    const allowed = `http://localhost:${shop.port},http://127.0.0.1:${shop.port}`;
    server = await startServer(dir, { EMBED_ALLOW: allowed });
    const script = `<script src="${server.url}/widget.js" data-flow="order-status" data-label="Ask us" async></script>`;
    const html = `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1><a href="/x">A link</a>${script}`;
    for (const site of [shop, stranger]) {
      site.html = html;
      // All that a strict site has to allow.
      site.policy = `default-src 'none'; script-src ${server.url}; frame-src ${server.url}`;
    }
  });
  after(async () => {
    server.kill('SIGTERM');
    await Promise.all([browser.close(), server.ended(), shop.close(), stranger.close()]);
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => (visitor = new Visitor(await browser.newContext())));
  afterEach(() => visitor.leave());

  it('opens by keyboard, talks, closes with Escape, and goes on after a reload without cookies', async () => {
    const { page } = await visitor.open(`http://localhost:${shop.port}/`);
    const button = page.getByRole('button', { name: 'Ask us' });
    await button.waitFor();
    expect(await page.locator('iframe').count(), 'nothing is loaded before it is opened').to.equal(0);
    await button.focus();
    await page.keyboard.press('Enter');
    const chat = page.frameLocator('iframe');
    await chat.getByText('What is your order number?').waitFor();
    expect(await page.getByRole('dialog', { name: 'Ask us' }).isVisible()).to.equal(true);
    const closing = page.getByRole('button', { name: 'Close the chat' });
    expect(await closing.getAttribute('aria-expanded')).to.equal('true');
    // The field has the focus, so what is typed arrives there.
    await chat.locator('#text:focus').waitFor();
    await page.keyboard.type('CU003');
    await page.keyboard.press('Enter');
    await chat.getByText('Would you like to track another order?').waitFor();
    await page.keyboard.press('Escape');
    await button.waitFor();
    expect(await page.getByRole('dialog').count()).to.equal(0);
    expect(await page.evaluate('document.activeElement.shadowRoot.activeElement.tagName')).to.equal('BUTTON');
    const before = await texts(page);
    await page.reload();
    await page.getByRole('button', { name: 'Ask us' }).click();
    await chat.getByText('Would you like to track another order?').waitFor();
    expect(await texts(page)).to.deep.equal(before);
    expect(await page.context().cookies()).to.deep.equal([]);
    expect(visitor.problems).to.deep.equal([]);
  });

  it('keeps one conversation for each site', async () => {
    const here = (await visitor.open(`http://localhost:${shop.port}/`)).page;
    await here.getByRole('button', { name: 'Ask us' }).click();
    await here.frameLocator('iframe').getByText('What is your order number?').waitFor();
    await say(here.frameLocator('iframe'), 'CU001');
    await here.frameLocator('iframe').getByText('Good news, Ben Haggerty').waitFor();
    const second = (await visitor.open(`http://localhost:${shop.port}/another`)).page;
    await second.getByRole('button', { name: 'Ask us' }).click();
    await second.frameLocator('iframe').getByText('Good news, Ben Haggerty').waitFor();
    const there = (await visitor.open(`http://127.0.0.1:${shop.port}/`)).page;
    await there.getByRole('button', { name: 'Ask us' }).click();
    await there.frameLocator('iframe').getByText('What is your order number?').waitFor();
    expect(await texts(there)).to.have.length(2);
    expect(visitor.problems).to.deep.equal([]);
  });

  it('adds one name to the page, with which it can be opened and closed', async () => {
    const { page } = await visitor.open(`http://localhost:${shop.port}/`);
    await page.getByRole('button', { name: 'Ask us' }).waitFor();
    const added = await page.evaluate<string[]>(`(() => {
      const clean = document.createElement('iframe');
      document.body.append(clean);
      const known = new Set(Object.getOwnPropertyNames(clean.contentWindow));
      clean.remove();
      return Object.getOwnPropertyNames(window).filter((name) => !known.has(name) && !/^\\d+$|playwright/i.test(name));
    })()`);
    expect(added).to.deep.equal(['parley']);
    await page.evaluate('parley.open()');
    await page.frameLocator('iframe').getByText('What is your order number?').waitFor();
    await page.evaluate('parley.close()');
    expect(await page.getByRole('dialog').count()).to.equal(0);
    // A message of another window closes nothing.
    await page.evaluate(`parley.open(), window.postMessage({ parley: 'close' }, '*')`);
    await page.evaluate('new Promise((done) => setTimeout(done, 0))');
    expect(await page.getByRole('dialog').count()).to.equal(1);
  });

  it('fills a small screen, and its button stays in reach', async () => {
    await visitor.leave();
    visitor = new Visitor(await browser.newContext({ viewport: { width: 320, height: 480 } }));
    const { page } = await visitor.open(`http://localhost:${shop.port}/`);
    await page.getByRole('button', { name: 'Ask us' }).click();
    await page.frameLocator('iframe').getByText('What is your order number?').waitFor();
    const panel = await page.getByRole('dialog').boundingBox();
    expect(panel).to.include({ x: 0, y: 0, width: 320, height: 400 });
    await page.getByRole('button', { name: 'Close the chat' }).click();
    expect(await page.getByRole('dialog').count()).to.equal(0);
  });

  it('says on a site that is not allowed how it is', async () => {
    const { page } = await visitor.open(`http://localhost:${stranger.port}/`);
    await page.getByRole('button', { name: 'Ask us' }).click();
    const frame = page.frameLocator('iframe');
    await frame.getByText(`EMBED_ALLOW=http://localhost:${stranger.port}`).waitFor();
    expect(await frame.getByLabel('Your message').count()).to.equal(0);
  });

  it('is not shown where a site lies about which it is', async () => {
    const lie = `${server.url}/w/order-status?embed=1&on=http://localhost:${shop.port}`;
    const { html } = stranger;
    stranger.html = `<!doctype html><title>Stranger</title><iframe src="${lie}"></iframe>`;
    const { page } = await visitor.open(`http://localhost:${stranger.port}/`);
    stranger.html = html;
    expect(await page.frameLocator('iframe').getByLabel('Your message').count()).to.equal(0);
    expect(visitor.problems.join()).to.contain('frame-ancestors');
  });
});
