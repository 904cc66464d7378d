import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inBrowser } from '../support/browser.ts';
import type { Tab, Visitor } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { HELLO } from './orders.ts';

/** A picture of one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

inBrowser('files that a visitor sends', (browsing) => {
  let dir: string;
  let server: ServerProcess;
  let visitor: Visitor;
  let tab: Tab;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-browser-'));
    server = await startServer(dir, { UPLOAD_MAX: '100KB' });
  });
  after(async () => {
    server.kill('SIGTERM');
    await server.ended();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    visitor = await browsing.visitor();
    tab = await visitor.open(`${server.url}/w/order-status`);
    await tab.shows(HELLO);
  });
  afterEach(() => visitor.leave());

  const choose = async (name: string, mimeType: string, buffer: Buffer): Promise<void> => {
    const [chooser] = await Promise.all([
      tab.page.waitForEvent('filechooser'),
      tab.page.getByRole('button', { name: 'Attach a file' }).click(),
    ]);
    await chooser.setFiles({ name, mimeType, buffer });
  };

  it('are shown as pictures, also after a reload, and can be fetched', async () => {
    await choose('my cat.png', 'image/png', PNG);
    const picture = tab.page.locator('.own img');
    await picture.waitFor();
    expect(await picture.getAttribute('alt')).to.equal('my cat.png');
    await tab.page.reload();
    await picture.waitFor();
    const width = await tab.page.evaluate<number>(
      `document.querySelector('.own img').decode().then(() => document.querySelector('.own img').naturalWidth)`,
    );
    expect(width).to.equal(1);
    const response = await fetch((await picture.getAttribute('src')) ?? '');
    expect(Buffer.from(await response.arrayBuffer())).to.deep.equal(PNG);
    expect(visitor.problems).to.deep.equal([]);
  });

  it('are links when they are no pictures, with the name made safe', async () => {
    await choose('Grüße.html', 'text/html', Buffer.from('<script>alert(1)</script>'));
    const link = tab.page.locator('.own').getByRole('link', { name: 'Grüße.html.txt' });
    await link.waitFor();
    const [download] = await Promise.all([tab.page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).to.equal('Grüße.html.txt');
    expect(visitor.problems).to.deep.equal([]);
  });

  it('are refused in words when too large or of another kind, and the chat goes on', async () => {
    await choose('large.png', 'image/png', Buffer.alloc(100 * 1024 + 1));
    await tab.hears('The file is too large: at most 100 KB.');
    await choose('cat.png', 'image/png', Buffer.from('MZ\u0090\0\u0003', 'latin1'));
    await tab.hears('This kind of file is not taken');
    await tab.say('CU003');
    await tab.hears('Order CU003 was cancelled.');
    // That a request was refused is an error to the browser's console.
    expect(visitor.problems.filter((problem) => !/status of 400/.test(problem))).to.deep.equal([]);
  });

  it('wait until the network is back', async () => {
    await visitor.offline(true);
    await choose('cat.png', 'image/png', PNG);
    await tab.hears('The file is on its way…');
    await visitor.offline(false);
    await tab.page.locator('.own img').waitFor();
  });
});
