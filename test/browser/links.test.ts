import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inBrowser } from '../support/browser.ts';
import type { Visitor } from '../support/browser.ts';
import { startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { HostSite } from './host-page.ts';

const SIGNUP = `flow: signup
channels: [web]
triggers: [ { link: true } ]
blocks:
  - id: consent
    type: data_authorization
    text: "May we process your data?"
    policy_url: https://shop.example/privacy
  - { id: name, type: question, text: "What is your name?" }
  - { id: bye, type: end, text: "Thank you, @name." }
`;

const PATIENT = `flow: patient
channels: [web]
blocks:
  - id: lookup
    type: webhook
    method: GET
    url: "@server.url/demo/orders/SLOW"
    timeout: 4
    hold: { message: "Still looking…", every: 1s }
    on_success: found
    on_failure: slow
    on_timeout: slow
  - { id: found, type: end, text: "Found." }
  - { id: slow, type: question, text: "That took too long. And now?" }
`;

inBrowser('web process links in a browser', (browsing) => {
  let dir: string;
  let server: ServerProcess;
  let shop: HostSite;
  let visitor: Visitor;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-browser-'));
    await mkdir(join(dir, 'flows'));
    await writeFile(join(dir, 'flows/signup.yaml'), SIGNUP);
    await writeFile(join(dir, 'flows/patient.yaml'), PATIENT);
    shop = await HostSite.open();
    shop.html = '<!doctype html><title>Shop</title><h1>Welcome back</h1>';
    const env = { FLOWS_DIR: join(dir, 'flows'), REDIRECT_ALLOW: `127.0.0.1:${shop.port}` };
    server = await startServer(join(dir, 'data'), env);
  });
  after(async () => {
    server.kill('SIGTERM');
    await Promise.all([server.ended(), shop.close()]);
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => (visitor = await browsing.visitor()));
  afterEach(() => visitor.leave());

  const done = (): string => `http://127.0.0.1:${shop.port}/done?order=7`;
  const link = (): string => `${server.url}/w/signup?redirect_url=${encodeURIComponent(done())}`;

  it('TF3, TF17: consent with its policy comes first; at the end the visitor is sent to the redirect_url', async () => {
    const tab = await visitor.open(link());
    await tab.shows(['bot: May we process your data?\nhttps://shop.example/privacy']);
    const policy = tab.page.getByRole('link', { name: 'https://shop.example/privacy' });
    expect(await policy.getAttribute('href')).to.equal('https://shop.example/privacy');
    expect(await policy.getAttribute('target')).to.equal('_blank');
    await tab.press('I agree');
    await tab.hears('What is your name?');
    await tab.say('Ana');
    await tab.hears('Thank you, Ana.');
    await tab.hears(`You will be taken to 127.0.0.1:${shop.port} in a moment.`);
    await tab.page.waitForURL(done());
    await tab.hears('Welcome back');
    expect(visitor.problems).to.deep.equal([]);
  });

  it('TF3: refusal ends the flow', async () => {
    const tab = await visitor.open(`${server.url}/w/signup`);
    await tab.press('I do not agree');
    await tab.hears('This conversation has ended.');
    expect(await tab.page.getByLabel('Your message').isVisible()).to.equal(false);
    expect((await tab.rows()).join()).not.to.contain('What is your name?');
  });

  it('TF16: a redirect_url that is none is refused in words', async () => {
    const tab = await visitor.open(`${server.url}/w/signup?redirect_url=http`);
    await tab.hears('must be one full http(s) URL');
    expect(await tab.page.getByLabel('Your message').count()).to.equal(0);
  });

  it('shows what is said while a call takes long, and that somebody types', async () => {
    const tab = await visitor.open(`${server.url}/w/patient`);
    await tab.hears('Still looking…');
    await tab.typingDots('visible');
    await tab.hears('That took too long. And now?');
    const rows = await tab.rows();
    expect(rows.filter((row) => row === 'bot: Still looking…').length).to.be.at.least(1);
    expect(rows.at(-1)).to.equal('bot: That took too long. And now?');
    await tab.typingDots('hidden');
    await tab.page.reload();
    await tab.shows(rows);
    expect(visitor.problems).to.deep.equal([]);
  });

  it('goes on saying that it is offline when a stream of events opens just then', async () => {
    const tab = await visitor.open('about:blank');
    // The stream is held back until the network is gone, and then it opens.
    await tab.page.addInitScript(`
      const Real = EventSource;
      window.EventSource = class extends EventTarget {
        static CLOSED = Real.CLOSED;
        readyState = Real.OPEN;
        close() {}
        constructor() { super(); window.openNow = () => this.dispatchEvent(new Event('open')); }
      };
    `);
    await tab.page.goto(`${server.url}/w/signup`);
    await tab.hears('May we process your data?');
    await visitor.offline(true);
    const banner = tab.page.getByText('You are offline.');
    await banner.waitFor();
    await tab.page.evaluate('openNow()');
    expect(await banner.isVisible()).to.equal(true);
    await visitor.offline(false);
    await banner.waitFor({ state: 'hidden' });
  });
});
