import { expect } from 'chai';
import { suspiciousSettings, wrongSettings } from '../../src/wiring/doctor/settings.ts';
import { configOf, lines } from './kit.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const TOKEN = 'Zr7vQ2mN9xLcT4bWk1pYhD6s';
const MONGO = { MONGODB_URI: 'mongodb://localhost/parley' };

describe('doctor: settings', () => {
  it('tells every wrong one, secret ones without their values, and goes on without them', () => {
    const { findings, env } = wrongSettings({ PORT: 'x', SECRET_KEY: 'geheim', LOG_LEVEL: 'loud', HOST: '127.0.0.1' });
    expect(lines(findings)).to.deep.equal([
      'problem PORT must be a port number from 0 to 65535: "x"',
      'problem SECRET_KEY must be 32 bytes in base64, or a comma list of such keys',
      'problem LOG_LEVEL must be one of error, warn, info, debug: "loud"',
    ]);
    expect(findings.every(({ fix }) => fix !== undefined)).to.equal(true);
    expect(env).to.deep.equal({ HOST: '127.0.0.1' });
  });

  const cases: readonly [what: string, env: Record<string, string>, expected: RegExp[]][] = [
    ['nothing set', {}, []],
    ['a good server', { HOST: '0.0.0.0', PUBLIC_URL: 'https://bot.example', ADMIN_TOKEN: TOKEN, DEMO_API: 'off' }, []],
    ['MongoDB with its own keys', MONGO, [/^problem SECRET_KEY is not set/, /^problem ADMIN_TOKEN is not set/]],
    ['MongoDB with given keys', { ...MONGO, SECRET_KEY: KEY, ADMIN_TOKEN: TOKEN }, []],
    ['a short token', { ADMIN_TOKEN: 'correct-horse-staple' }, [/^problem ADMIN_TOKEN can be guessed/]],
    ['a token of one letter', { ADMIN_TOKEN: 'a'.repeat(40) }, [/^problem ADMIN_TOKEN can be guessed/]],
    [
      'WhatsApp without an address',
      { CHANNELS: 'whatsapp-cloud' },
      [/^problem PUBLIC_URL is not set, and whatsapp-cloud/],
    ],
    [
      'WhatsApp with a local address',
      { CHANNELS: 'whatsapp-cloud', PUBLIC_URL: 'https://localhost:3000' },
      [/^problem PUBLIC_URL is on this machine/],
    ],
    [
      'Slack by HTTP with plain http',
      { CHANNELS: 'slack', SLACK_SIGNING_SECRET: 'x', PUBLIC_URL: 'http://bot.example' },
      [/^problem PUBLIC_URL is not https, and slack/],
    ],
    [
      'Slack by socket',
      { CHANNELS: 'slack', SLACK_APP_TOKEN: 'xapp-1' },
      [/^note PUBLIC_URL is not set, so links.* slack/],
    ],
    [
      'open to the network',
      { HOST: '0.0.0.0' },
      [/^note HOST is 0\.0\.0\.0, .* no https/, /^note the network reaches the demo API/],
    ],
    ['any port', { PORT: '0' }, [/^note PORT is 0/]],
    ['any site', { EMBED_ALLOW: '*' }, [/^note EMBED_ALLOW/]],
    ['words in the log', { LOG_LEVEL: 'debug' }, [/^note LOG_LEVEL is debug/]],
    ['a soft store', { STORE_SYNC: 'NORMAL' }, [/^note STORE_SYNC/]],
    ['a list that cannot be read', { OUTBOUND_ALLOW: 'http://x' }, [/^problem OUTBOUND_ALLOW has the entry/]],
    ['a whole network', { OUTBOUND_ALLOW: 'crm.lan,10.0.0.0/8' }, [/^note OUTBOUND_ALLOW opens all of 10\.0\.0\.0\/8/]],
    ['a misspelt name', { WHATSAPP_CLOUD_TOKN: 'x' }, [/^note WHATSAPP_CLOUD_TOKN is no setting/]],
    ['names of other programs', { SLACK_TOKEN: 'x', HOSTNAME: 'x', LOGNAME: 'x', PUBLIC_URLS: '' }, [/PUBLIC_URLS/]],
  ];
  for (const [what, env, expected] of cases)
    it(what, () => {
      const found = lines(suspiciousSettings(configOf(env)));
      expect(found.length, found.join('\n')).to.equal(expected.length);
      for (const [i, each] of expected.entries()) expect(found[i]).to.match(each);
    });
});
