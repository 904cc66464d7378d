import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CredentialRow, IntegrationFacts, KeyRow } from '../../src/api/v1/operations.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Config } from '../../src/config/config.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { OVERDUE_AFTER, overdueSince } from '../../src/domain/overdue.ts';
import { checkClock, checkLastWrite } from '../../src/wiring/doctor/clock.ts';
import { checkFlows } from '../../src/wiring/doctor/flows.ts';
import { checkFolder, checkNode, diskFinding } from '../../src/wiring/doctor/machine.ts';
import { checkKeys, checkStock } from '../../src/wiring/doctor/secrets.ts';
import { suspiciousSettings, wrongSettings } from '../../src/wiring/doctor/settings.ts';
import { checkWork } from '../../src/wiring/doctor/work.ts';

function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ state, text }) => `${state} ${text}`);
}

function configOf(env: Record<string, string>): Config {
  const read = readConfig(env);
  if (!('config' in read)) throw new Error(read.problem);
  return read.config;
}

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
    ['WhatsApp without an address', { CHANNELS: 'whatsapp-cloud' }, [/^problem PUBLIC_URL is not set, and whatsapp-cloud/]],
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
    ['Slack by socket', { CHANNELS: 'slack', SLACK_APP_TOKEN: 'xapp-1' }, [/^note PUBLIC_URL is not set, so links.* slack/]],
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

describe('doctor: machine', () => {
  it('Node as package.json wants it', () => {
    for (const [version, state] of [
      ['20.19.0', 'ok'],
      ['20.20.2', 'ok'],
      ['22.0.0', 'ok'],
      ['20.18.3', 'problem'],
      ['18.20.0', 'problem'],
    ] as const)
      expect(checkNode(version, '>=20.19').state, version).to.equal(state);
  });

  it('room on the disk, and whose disk it is', () => {
    const disk = (megabytes: number, type = 0xef53): string[] =>
      lines(diskFinding({ type, bsize: 4096, bavail: megabytes * 256 }, true));
    expect(disk(50)).to.deep.equal(['problem only 50 MB are free where DATA_DIR is']);
    expect(disk(500)).to.deep.equal(['note 500 MB are free where DATA_DIR is']);
    expect(disk(2560)).to.deep.equal(['ok 2.5 GB are free where DATA_DIR is']);
    expect(disk(2560, 0x6969)[1]).to.match(/^problem DATA_DIR is on a network share/);
    expect(diskFinding({ type: 0x6969, bsize: 4096, bavail: 1_000_000 }, false)).to.have.length(1);
  });

  it('the data folder: not there yet, open to others, and a file in its place', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-doctor-'));
    const look = async (name: string): Promise<string[]> =>
      lines(await checkFolder(configOf({ DATA_DIR: join(dir, name) }))).filter((line) => !line.includes('are free'));
    try {
      expect((await look('a/b'))[0]).to.match(/^ok DATA_DIR .* will be made by the first start$/);
      await mkdir(join(dir, 'closed'), { mode: 0o700 });
      expect((await look('closed'))[0]).to.match(/^ok DATA_DIR .* can be written/);
      await mkdir(join(dir, 'open'));
      await chmod(join(dir, 'open'), 0o755);
      await writeFile(join(dir, 'open/keys.json'), '{}');
      await chmod(join(dir, 'open/keys.json'), 0o644);
      const [folder, keys] = await look('open');
      expect(folder).to.match(/^note other users .* DATA_DIR \(mode 755\)$/);
      expect(keys).to.match(/^problem other users .* can read .*keys\.json \(mode 644\)$/);
      await writeFile(join(dir, 'file'), '');
      expect((await look('file'))[0]).to.match(/^problem DATA_DIR/);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('the clock, against another and against the past', () => {
    expect(checkClock(1_000_000, 1_000_900, 'MongoDB')).to.deep.equal({
      state: 'ok',
      text: 'the clock agrees with that of MongoDB',
    });
    expect(lines([checkClock(1_000_000, 1_010_000, 'MongoDB')])).to.deep.equal([
      'note the clock is 10 s behind that of MongoDB',
    ]);
    expect(lines([checkClock(1_100_000, 1_000_000, 'the server')])).to.deep.equal([
      'problem the clock is 100 s ahead of that of the server',
    ]);
    expect(checkLastWrite(1_000_000, 900_000).state).to.equal('ok');
    expect(lines([checkLastWrite(0, 3_600_000)])[0]).to.match(/^problem the clock is behind .* 1970-01-01T01:00/);
  });
});

describe('doctor: flows', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'parley-doctor-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));
  const look = async (files: Record<string, string>, env: Record<string, string> = {}): Promise<string[]> => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
    return lines(await checkFlows(configOf({ FLOWS_DIR: dir, ...env })));
  };
  const GOOD = 'flow: a\ntriggers: [{ link: true }]\nblocks: [{ id: x, type: end, text: Bye }]\n';

  it('counts what check finds', async () => {
    expect(await look({})).to.deep.equal(['note there are no flows']);
    expect(await look({ 'a.yaml': GOOD })).to.deep.equal(['ok 1 flow without errors or warnings']);
    expect(await look({ 'b.yaml': 'flow: b\nblocks: [{ id: x, type: nonsense }]\n' })).to.deep.equal([
      'problem the flows have 1 error, so some are not live as written',
    ]);
    expect(await look({}, { FLOWS_DIR: join(dir, 'none') })).to.match(/^problem FLOWS_DIR names .* not there/);
  });

  it('a flow that no open channel speaks, and an SMS action that is not there', async () => {
    const found = await look({ 'a.yaml': `${GOOD}channels: [whatsapp]\n` }, { SMS_ACTION: 'sms.send' });
    expect(found.slice(1)).to.deep.equal([
      'note the flow a speaks only whatsapp, and none of that is on',
      'problem SMS_ACTION names sms.send, which is no action that checks',
    ]);
    expect(await look({}, { CHANNELS: 'whatsapp-web' })).to.have.length(1);
  });
});

describe('doctor: keys, credentials, secrets', () => {
  const key = (id: string, records: number, more: Partial<KeyRow> = {}): KeyRow => ({
    id,
    records,
    current: id === 'k1',
    in_ring: true,
    ...more,
  });

  it('keys that are lost, or old', () => {
    expect(lines(checkKeys([key('k1', 3), key('k0', 0)]))).to.deep.equal([
      'ok the key opens everything that is encrypted (3 records)',
    ]);
    expect(lines(checkKeys([key('k1', 3), key('k0', 2), key('kx', 1, { in_ring: false })]))).to.deep.equal([
      'problem 1 credential or secret cannot be opened: the key kx is not in SECRET_KEY',
      'note 2 records under an older key',
    ]);
  });

  const integration = (id: string, names: readonly string[], required = true): IntegrationFacts => ({
    id,
    group: 'custom',
    name: id,
    description: null,
    logo: null,
    file: `${id}.yaml`,
    origins: [],
    actions: [],
    authentication: { name: null, fields: [{ identifier: 'key', name: null, type: 'password', required }] },
    credentials: names.map((name) => ({ name })),
  });
  const uses = (id: string, ...blocks: readonly object[]): { id: string; data: { blocks: never } } => ({
    id,
    data: JSON.parse(JSON.stringify({ blocks })),
  });
  const call = (to: string, credential?: string): object => ({ type: 'custom_integration', integration: to, credential });
  const credentials: CredentialRow[] = [];

  it('integrations without a credential, blocks that name none or a wrong one, secrets that are not set', () => {
    const findings = checkStock({
      integrations: [integration('crm', []), integration('mail', []), integration('pay', ['main', 'test']), integration('open', [], false)],
      credentials,
      secrets: [{ name: 'known', created_at: '', readable: true }],
      flows: [
        uses('order', call('crm'), call('pay'), call('pay', 'tset'), call('pay', 'main'), call('open')),
        uses('news', { url: 'https://x.example/?k=@secret.known&l=@(secret.missing)' }, { text: 'no secret.other here' }),
      ],
    });
    expect(lines(findings)).to.deep.equal([
      'problem the integration crm has no credential, and order cannot call it',
      'note the integration mail has no credential; no flow uses it',
      'problem the flow order calls pay without naming one of its credentials',
      'problem the flow order names the credential "tset" of pay, which is not there',
      'problem news uses @secret.missing, which is not set',
    ]);
  });

  it('says so when all is there', () => {
    const flows = [uses('order', call('crm'))];
    expect(lines(checkStock({ integrations: [integration('crm', ['a'])], credentials, secrets: [], flows }))).to.deep.equal([
      'ok 1 integration, 0 credentials, 0 secrets: flows find all that they name',
    ]);
  });
});

describe('doctor: conversations', () => {
  const NOW = 10 * OVERDUE_AFTER;
  const conversation: Conversation = {
    id: 'web:a',
    contact: newContact('web', 'a'),
    session: null,
    inbox: [],
    owed: [],
    revision: 1,
    lines: 0,
  };
  const waiting = (at: number): Conversation => ({ ...conversation, inbox: [{ kind: 'reset', id: 'r', at }] });
  const again = (notBefore: number): Conversation['owed'] => [
    { kind: 'delivery', key: 'k', cause: 'c', flow: 'f', block: 'b', message: { text: 'x' }, notBefore },
  ];

  it('is overdue when nobody has taken what waits, or woken it', () => {
    const late = NOW - OVERDUE_AFTER - 1;
    expect(overdueSince(conversation, NOW)).to.equal(null);
    expect(overdueSince(waiting(NOW - 1000), NOW)).to.equal(null);
    expect(overdueSince(waiting(late), NOW)).to.equal(late);
    expect(overdueSince({ ...waiting(late), owed: again(NOW + 1) }, NOW)).to.equal(null);
    expect(overdueSince({ ...conversation, owed: again(late) }, NOW)).to.equal(late);
  });

  it('counts over all pages, and dead letters with them', async () => {
    const row = { contact: 'web:a', since: '2026-01-05T09:00:00.000Z' };
    const operations = {
      deadLetters: async () => ({ items: [{ id: 'a' }, { id: 'b' }] }),
      overdue: async ({ after }: { after?: string }) =>
        after === undefined ? { items: [row], next: 'x' } : { items: [{ ...row, since: '2026-01-04T00:00:00.000Z' }] },
    };
    const late = '2 conversations overdue, the longest since 2026-01-04T00:00:00.000Z';
    const dead = 'problem 2 dead letters: entries that no try could take';
    expect(lines(await checkWork(operations, true))).to.deep.equal([dead, `problem ${late}`]);
    expect(lines(await checkWork(operations, false))).to.deep.equal([dead, `note ${late}`]);
    const quiet = { deadLetters: async () => ({ items: [] }), overdue: async () => ({ items: [] }) };
    expect(lines(await checkWork(quiet, true))).to.deep.equal([
      'ok there are no dead letters',
      'ok no conversation is overdue',
    ]);
  });
});
