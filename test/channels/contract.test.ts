import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { CHANNELS } from '../../channels/index.ts';
import type { HttpAnswer } from '../../src/channel/channel.ts';
import { CHANNEL_LIMITS } from '../../src/channel/limits.ts';
import { newContact, windowOpen } from '../../src/domain/contact.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { SAID, TALE, saidIn } from './everywhere-flow.ts';
import { OWN_PLACES } from './places.ts';
import type { Visit } from './places.ts';
import { VENDOR_PLACES } from './places-vendors.ts';

const root = resolve(import.meta.dirname, '../..');
const PLACES = [...OWN_PLACES, ...VENDOR_PLACES];

describe('any channel', function () {
  this.timeout(60_000);

  for (const [name, channel] of CHANNELS) {
    it(`${name} says what it is, what it needs, and what it can show`, () => {
      expect(channel.name).to.equal(name);
      expect(channel.title).to.not.equal('');
      expect(channel.limits).to.equal(CHANNEL_LIMITS.get(name));
      // What flows ask by window_open is what the channel's limits say.
      const { window } = channel.limits;
      expect(windowOpen(newContact(name, 'x'), 0)).to.equal(window === undefined);
      expect(windowOpen({ ...newContact(name, 'x'), heardAt: 0 }, (window ?? 1) - 1)).to.equal(true);
      for (const setting of channel.needs.flat()) expect(SETTINGS).to.have.property(setting);
    });

    it(`${name} has a guide that ends in a yes of the doctor`, () => {
      const guide = readFileSync(join(root, `docs/channels/${name}.md`), 'utf8');
      expect(guide)
        .to.contain('npx parley doctor')
        .and.match(/this is a yes:\n\n```text/i);
    });

    it(`${name} is looked at without a network, and without a throw`, async () => {
      const away = async (): Promise<HttpAnswer> => ({ kind: 'failed', code: 'network', reason: 'nobody is there' });
      const env = Object.fromEntries(channel.needs.flat().map((need) => [need, 'x']));
      for (const { state, text, fix } of (await channel.check?.({ DATA_DIR: '/nowhere', ...env }, away)) ?? []) {
        expect(text).to.match(/^\S.*[^.]$/s);
        if (state === 'problem') expect(fix, text).to.match(/\S/);
      }
    });

    it(`${name} is tried by the contract below`, () =>
      expect(PLACES.map(({ channel: tried }) => tried.name)).to.include(name));
  }

  it('installs no browser', () => {
    // The library asks for puppeteer, whose installation downloads one; here it gets the part that does not.
    const library = createRequire(createRequire(import.meta.url).resolve('whatsapp-web.js'));
    const facts = JSON.parse(readFileSync(library.resolve('puppeteer/package.json'), 'utf8')) as object;
    expect(facts).to.include({ name: 'puppeteer-core' }).and.not.to.have.nested.property('scripts.postinstall');
  });

  it('loads its SDK when it is opened, and not before', async () => {
    const script = `
      const { CHANNELS } = await import('./channels/index.ts');
      const { createRequire } = await import('node:module');
      const loaded = Object.keys(createRequire(process.cwd() + '/x.js').cache);
      const sdk = /node_modules.(?:@slack|whatsapp-web|puppeteer|qrcode)/;
      console.log(CHANNELS.size, loaded.filter((file) => sdk.test(file)).length);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    expect(stdout.trim()).to.equal(`${CHANNELS.size} 0`);
  });

  for (const { name, channel, open } of PLACES)
    describe(name, () => {
      let visit: Visit;
      beforeEach(async () => (visit = await open()));
      afterEach(() => visit.close());

      it('sends a long text whole, in order, in pieces that it can show', async () => {
        await visit.begin('story');
        const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
        expect(words(visit.texts().join(' '))).to.equal(TALE);
        for (const piece of visit.texts()) expect(piece.trim().length).to.be.at.most(channel.limits.text);
      });

      it('counts once what comes twice', async () => {
        await visit.begin();
        await visit.type('Rent');
        await visit.again?.();
        await visit.again?.();
        await visit.type('Cali');
        expect(saidIn(visit.app.turns)).to.deep.equal(SAID.slice(0, 4));
      });

      it('is told when something was not taken', async () => {
        await visit.begin();
        const before = visit.app.turns.length;
        await visit.app.app.inbox.close();
        if (visit.inVain !== undefined) expect(await visit.inVain('Rent')).to.equal(true);
        expect(visit.app.turns).to.have.length(before);
      });
    });
});
