import { expect } from 'chai';
import type { Report } from '../../channels/whatsapp-web/protocol.ts';
import { meaningOf } from '../../channels/whatsapp-web/reasons.ts';
import { Supervisor } from '../../channels/whatsapp-web/supervisor.ts';
import { FakeBrowser } from '../support/wweb-browser.ts';
import { FakeClock, settle } from '../support/wweb-clock.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const READY: Report = { kind: 'ready', me: '1@c.us', name: 'Shop', version: '2.3' };

describe('whatsapp web: the keeper of the browser process', () => {
  let clock: FakeClock;
  let browser: FakeBrowser;
  let keeper: Supervisor;
  let states: string[];
  let lines: string[];

  beforeEach(async () => {
    clock = new FakeClock();
    browser = new FakeBrowser();
    states = [];
    lines = [];
    keeper = new Supervisor({
      clock,
      start: browser.start,
      memory: 1000,
      changed: (state) => states.push(state.kind === 'qr' ? `qr ${state.code}` : state.kind),
      message: () => undefined,
      log: (level, text) => lines.push(`${level} ${text}`),
    });
    keeper.open();
    await settle();
  });

  /** How often a process was started. */
  const starts = (): number => browser.story.filter((step) => step === 'started').length;
  const ready = async (): Promise<void> => {
    browser.says({ kind: 'authenticated' }, READY);
    await settle();
  };

  it('follows the login from the first code to ready', async () => {
    browser.says({ kind: 'qr', code: 'a' }, { kind: 'qr', code: 'b' }, { kind: 'authenticated' }, READY);
    await clock.pass(10 * MINUTE);
    expect(states).to.deep.equal(['starting', 'qr a', 'qr b', 'authenticated', 'ready']);
    expect(starts()).to.equal(1);
  });

  it('a process that dies is started again, and the server is told', async () => {
    await ready();
    browser.die('SIGSEGV');
    await settle();
    expect(states.at(-1)).to.equal('waiting');
    expect(lines).to.include('warn the process of WhatsApp Web has ended: SIGSEGV');
    await clock.pass(SECOND);
    expect(starts()).to.equal(2);
  });

  it('a process that dies again and again is started after 1, 2, 4 s and so on, at most every 5 minutes', async () => {
    const pauses: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      const before = starts();
      browser.die('exit code 1');
      const from = clock.time;
      for (let waited = 0; starts() === before && waited < 400; waited += 1) await clock.pass(SECOND);
      pauses.push((clock.time - from) / SECOND);
    }
    expect(pauses).to.deep.equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  it('after a long good run the pauses are short again', async () => {
    for (let i = 0; i < 4; i += 1) {
      browser.die('exit code 1');
      await clock.pass(10 * SECOND);
    }
    await ready();
    await clock.pass(6 * MINUTE);
    browser.die('exit code 1');
    await clock.pass(SECOND);
    expect(starts()).to.equal(6);
  });

  /** A stage of the login that leads nowhere, after which time a fresh start is made, and why. */
  const STUCK: readonly (readonly [string, readonly Report[], number, RegExp])[] = [
    ['nothing is heard', [], 2 * MINUTE, /did not load/],
    ['nobody scans the code', [{ kind: 'qr', code: 'a' }], 5 * MINUTE, /nobody has scanned/],
    ['it is authenticated but never ready', [{ kind: 'authenticated' }], 2 * MINUTE, /did not become ready/],
    ['it loads for ever', [{ kind: 'loading' }], 2 * MINUTE, /did not finish loading/],
  ];
  for (const [name, reports, after, why] of STUCK) {
    it(`starts afresh when ${name}`, async () => {
      browser.says(...reports);
      await clock.pass(after - 1);
      expect(starts()).to.equal(1);
      await clock.pass(2 * SECOND);
      expect(starts()).to.equal(2);
      expect(lines.join('\n')).to.match(why);
    });
  }

  /** How it answers the heartbeat, and what is done about it. */
  const BEATS: readonly (readonly [string, () => object | undefined, number, RegExp, string])[] = [
    ['does not answer', () => undefined, MINUTE, /did not answer within 20 s/, 'killed'],
    [
      'uses too much memory',
      () => ({ state: 'CONNECTED', memory: 2000 }),
      MINUTE,
      /WHATSAPP_WEB_MEMORY/,
      'told to close',
    ],
    [
      'is not connected',
      () => ({ state: 'TIMEOUT', memory: 1 }),
      7 * MINUTE,
      /no connection .*TIMEOUT/,
      'told to close',
    ],
    ['answers nonsense', () => ({ state: 1 }), MINUTE, /memory/, 'killed'],
  ];
  for (const [name, state, after, why, how] of BEATS) {
    it(`starts afresh when the browser ${name}`, async () => {
      await ready();
      browser.will({ state });
      await clock.pass(after);
      expect(browser.story.slice(0, 3)).to.deep.equal(['started', how, 'started']);
      expect(lines.join('\n')).to.match(why);
    });
  }

  it('a short loss of the connection is sat out', async () => {
    await ready();
    browser.will({ state: () => ({ state: 'TIMEOUT', memory: 1 }) });
    await clock.pass(3 * MINUTE);
    browser.will({ state: () => ({ state: 'CONNECTED', memory: 1 }) });
    await clock.pass(60 * MINUTE);
    expect(starts()).to.equal(1);
  });

  it('a process that does not close when it is told to is killed', async () => {
    await ready();
    browser.obeys = false;
    keeper.restart('a test');
    await clock.pass(9 * SECOND);
    expect(browser.story).to.deep.equal(['started', 'told to close', 'killed', 'started']);
  });

  it('what is asked while nobody is there, or was on the way, is answered at once', async () => {
    await ready();
    browser.will({ whois: () => undefined });
    const asked = keeper.remote.whois('1@lid').catch((error: unknown) => String(error));
    browser.die('SIGKILL');
    await settle();
    expect(await asked).to.match(/SIGKILL/);
    expect(await keeper.remote.whois('1@lid').catch((error: unknown) => String(error))).to.match(/not running/);
  });

  it('words of a process that is gone are not heard', async () => {
    const old = browser;
    await ready();
    old.die('SIGKILL');
    await settle();
    old.says({ kind: 'qr', code: 'late' });
    expect(states).not.to.include('qr late');
  });

  it('closing ends the process and starts no other, also during a pause', async () => {
    await ready();
    const closing = keeper.close();
    await clock.pass(10 * MINUTE);
    await closing;
    expect(browser.story).to.deep.equal(['started', 'told to close']);
    browser = new FakeBrowser();
    keeper.open();
    expect(browser.story).to.deep.equal([]);
  });

  it('a process that ignores closing is killed', async () => {
    browser.obeys = false;
    const closing = keeper.close();
    await clock.pass(9 * SECOND);
    await closing;
    expect(browser.story).to.deep.equal(['started', 'told to close', 'killed']);
  });

  it('a reason to stop is told in words, and followed by a fresh start', async () => {
    await ready();
    browser.says({ kind: 'gone', reason: 'LOGOUT' });
    browser.die('exit code 1');
    await clock.pass(2 * SECOND);
    expect(lines).to.include('error The phone has unlinked this server: scan the new QR code');
    expect(lines.join('\n')).not.to.contain('exit code');
    expect(starts()).to.equal(2);
  });

  it('a number that WhatsApp has blocked is tried again after an hour', async () => {
    await ready();
    browser.says({ kind: 'gone', reason: 'TOS_BLOCK' });
    browser.die('exit code 1');
    await clock.pass(59 * MINUTE);
    expect(starts()).to.equal(1);
    await clock.pass(2 * MINUTE);
    expect(starts()).to.equal(2);
  });

  it('the child says that it is over and hangs: it is killed', async () => {
    browser.says({ kind: 'gone', reason: 'the browser has died' });
    await clock.pass(10 * SECOND);
    expect(browser.story).to.deep.equal(['started', 'killed', 'started']);
  });
});

/** What the end of a session means. */
const REASONS: readonly (readonly [string, RegExp])[] = [
  ['LOGOUT', /unlinked this server: scan/],
  ['UNPAIRED', /link to the phone is gone/],
  ['UNPAIRED_IDLE', /link to the phone is gone/],
  ['CONFLICT', /somewhere else/],
  ['TOS_BLOCK', /blocked this number/],
  ['SMB_TOS_BLOCK', /blocked this number/],
  ['PROXYBLOCK', /refuses the address/],
  ['DEPRECATED_VERSION', /newer page/],
  ['net::ERR_NAME_NOT_RESOLVED at https://web.whatsapp.com/', /cannot be reached/],
  ["Couldn't load version x from the cache", /WHATSAPP_WEB_VERSION/],
  ['the login is in use by process 12', /one process only/],
  ['Failed to launch the browser process!', /Chromium does not start/],
  ['auth timeout', /not what was expected/],
  ['something\nnew', /has stopped: something\\u000anew/],
];

describe('whatsapp web: reasons to stop', () => {
  for (const [reason, text] of REASONS)
    it(reason.replace('\n', ' '), () => {
      expect(meaningOf(reason).text).to.match(text);
    });
});
