import { expect } from 'chai';
import { cardLine } from '../../channels/whatsapp-web/card.ts';
import { findChromium } from '../../channels/whatsapp-web/chromium.ts';
import { readSettings } from '../../channels/whatsapp-web/settings.ts';

describe('whatsapp web: what it finds', () => {
  it('chromium: the one that is named, else along PATH, else where it usually is', () => {
    const has =
      (...files: string[]) =>
      (file: unknown): boolean =>
        files.includes(String(file));
    expect(findChromium('/opt/c', '/bin', has('/opt/c', '/bin/chromium'))).to.equal('/opt/c');
    expect(findChromium(undefined, '/a:/b', has('/b/google-chrome', '/usr/bin/chromium'))).to.equal('/b/google-chrome');
    expect(findChromium(undefined, '', has('/usr/bin/chromium'))).to.equal('/usr/bin/chromium');
  });

  it('no chromium: says what to install', () => {
    expect(() => findChromium(undefined, '/a', () => false)).to.throw(
      'whatsapp-web needs Chromium, and none was found',
    );
    expect(() => findChromium('/nope', '/a', () => false)).to.throw(
      'PUPPETEER_EXECUTABLE_PATH names "/nope", which is not there',
    );
  });

  it('settings: an empty value counts as not set', () => {
    const settings = readSettings({
      DATA_DIR: '/d',
      WHATSAPP_WEB_SESSION: ' ',
      PORT: '8080',
      WHATSAPP_WEB_BROWSER_ARGS: ' --a  --b ',
    });
    expect(settings).to.deep.equal({
      session: 'default',
      folder: '/d/whatsapp-web',
      browserArgs: ['--a', '--b'],
      dailyCap: 1000,
      memory: 1024 * 1024 * 1024,
      publicUrl: 'http://localhost:8080',
    });
  });

  const CARDS: readonly (readonly [string, string])[] = [
    ['BEGIN:VCARD\r\nFN:Ana\r\nTEL;TYPE=cell:+57 1\r\nTEL:+57 2\r\nEND:VCARD', 'Ana: +57 1, +57 2'],
    ['BEGIN:VCARD\nN:Ruiz;Ana;;;\nEND:VCARD', 'Ana Ruiz'],
    ['FN:Ana\\, the\n  second', 'Ana, the second'],
    ['TEL:+57', '+57'],
    ['rubbish', ''],
    ['', ''],
  ];
  for (const [card, line] of CARDS)
    it(`card ${JSON.stringify(card)}`, () => {
      expect(cardLine(card)).to.equal(line);
    });
});
