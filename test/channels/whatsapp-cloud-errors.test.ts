import { expect } from 'chai';
import { failureOf } from '../../channels/whatsapp-cloud/errors.ts';
import { ANA, Line, change, webhook, closeLines } from './whatsapp-cloud-kit.ts';

const NOW = Date.UTC(2026, 10, 21);

interface Row {
  readonly code: number | string;
  readonly status?: number;
  readonly retryAfter?: string;
  readonly kind: 'retry' | 'refused';
  readonly after?: number;
  readonly hold?: number;
  readonly says?: RegExp;
}

const TABLE: readonly Row[] = [
  { code: 0, status: 401, kind: 'refused', says: /WHATSAPP_CLOUD_TOKEN/ },
  { code: 1, kind: 'retry', after: 5000 },
  { code: 2, status: 503, kind: 'retry', after: 5000 },
  { code: 3, status: 500, kind: 'refused', says: /permission/ },
  { code: 4, kind: 'retry', after: 60_000, hold: 60_000 },
  { code: 10, status: 403, kind: 'refused', says: /permission/ },
  { code: 33, kind: 'refused', says: /WHATSAPP_CLOUD_PHONE_NUMBER_ID/ },
  { code: 100, kind: 'refused', says: /WHATSAPP_CLOUD_PHONE_NUMBER_ID/ },
  {
    code: 190,
    status: 401,
    kind: 'refused',
    says: /^The access token does not work: make a new one, set WHATSAPP_CLOUD_TOKEN/,
  },
  { code: 200, status: 403, kind: 'refused', says: /permission/ },
  { code: 299, status: 403, kind: 'refused', says: /permission/ },
  { code: 368, status: 403, kind: 'refused', says: /policy/ },
  { code: 80007, kind: 'retry', after: 60_000, hold: 60_000 },
  { code: 130429, kind: 'retry', after: 5000, hold: 5000, says: /WHATSAPP_CLOUD_RATE/ },
  { code: 130429, retryAfter: '30', kind: 'retry', after: 30_000, hold: 30_000 },
  { code: 130472, kind: 'refused' },
  { code: 130497, status: 403, kind: 'refused' },
  { code: 131000, status: 500, kind: 'retry', after: 5000 },
  { code: 131005, status: 403, kind: 'refused' },
  { code: 131008, kind: 'refused' },
  { code: 131009, kind: 'refused' },
  { code: 131016, status: 500, kind: 'retry', after: 10_000 },
  { code: 131021, kind: 'refused' },
  { code: 131026, kind: 'refused', says: /cannot be reached on WhatsApp/ },
  { code: 131030, kind: 'refused', says: /test number/ },
  { code: 131031, status: 403, kind: 'refused' },
  { code: 131037, kind: 'refused' },
  { code: 131042, kind: 'refused', says: /payment/ },
  { code: 131045, status: 500, kind: 'refused' },
  { code: 131047, kind: 'refused', says: /window is closed: only a template/ },
  { code: 131048, kind: 'retry', after: 600_000, hold: 600_000, says: /spam/ },
  { code: 131049, kind: 'refused' },
  { code: 131050, kind: 'refused' },
  { code: 131051, kind: 'refused' },
  { code: 131052, kind: 'refused' },
  { code: 131053, kind: 'retry', after: 10_000 },
  { code: 131056, kind: 'retry', after: 6000 },
  { code: 131056, retryAfter: '60', kind: 'retry', after: 60_000 },
  { code: 131057, status: 500, kind: 'retry', after: 60_000, hold: 60_000 },
  { code: 131062, kind: 'refused', says: /hides the phone number/ },
  { code: 132000, kind: 'refused', says: /placeholders.*WhatsApp manager/ },
  { code: 132001, status: 404, kind: 'refused', says: /no such template/ },
  { code: 132005, kind: 'refused' },
  { code: 132007, kind: 'refused' },
  { code: 132012, kind: 'refused' },
  { code: 132015, kind: 'refused' },
  { code: 132018, kind: 'refused', says: /button of the template/ },
  { code: 132016, kind: 'refused' },
  { code: 133004, status: 500, kind: 'retry', after: 10_000 },
  { code: 133010, kind: 'refused' },
  { code: 133016, kind: 'retry', after: 600_000, hold: 600_000 },
  { code: 135000, kind: 'refused' },
  { code: '190', status: 401, kind: 'refused', says: /WHATSAPP_CLOUD_TOKEN/ },
  { code: 999_999, kind: 'refused', says: /^Meta answered: 999999 Title: Details\.$/ },
  { code: 999_999, status: 500, kind: 'retry' },
  { code: 999_999, status: 429, kind: 'retry', hold: 5000 },
  { code: 'constructor', kind: 'refused' },
];

const BARE: [name: string, status: number, headers: Record<string, string>, outcome: object | null][] = [
  ['200', 200, {}, null],
  ['201', 201, {}, null],
  ['302', 302, {}, { kind: 'refused' }],
  ['400', 400, {}, { kind: 'refused' }],
  ['404', 404, {}, { kind: 'refused' }],
  ['429', 429, {}, { kind: 'retry' }],
  ['429 with seconds', 429, { 'retry-after': '7' }, { kind: 'retry', after: 7000 }],
  ['500', 500, {}, { kind: 'retry' }],
  ['503 with a date', 503, { 'retry-after': new Date(NOW + 9000).toUTCString() }, { kind: 'retry', after: 9000 }],
  ['503 with a date gone by', 503, { 'retry-after': new Date(NOW - 9000).toUTCString() }, { kind: 'retry' }],
  ['503 with nonsense', 503, { 'retry-after': '-1' }, { kind: 'retry' }],
  ['503 with a century', 503, { 'retry-after': '3153600000' }, { kind: 'retry', after: 3_600_000 }],
];

describe('whatsapp cloud: errors of Meta', function () {
  this.timeout(60_000);
  for (const { code, status = 400, retryAfter, kind, after, hold, says } of TABLE) {
    it(`${code} with HTTP ${status}${retryAfter === undefined ? '' : ` and Retry-After ${retryAfter}`}: ${kind}`, () => {
      const json = { error: { code, message: 'Title', error_data: { details: 'Details' }, fbtrace_id: 'x' } };
      const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      const failure = failureOf({ kind: 'answered', status, headers, body: '', json }, NOW);
      expect(failure?.sent.kind).to.equal(kind);
      expect(failure?.hold).to.equal(hold);
      expect(failure?.sent)
        .to.have.property('reason')
        .that.contains(`${code} Title: Details`)
        .and.matches(/^[^\n]+\.$/);
      if (failure?.sent.kind === 'retry') expect(failure.sent.after).to.equal(after);
      if (says !== undefined) expect(failure?.sent.reason).to.match(says);
    });
  }

  for (const [name, status, headers, outcome] of BARE) {
    it(`${name} without a code`, () => {
      const failure = failureOf({ kind: 'answered', status, headers, body: '<html>' }, NOW);
      if (outcome === null) expect(failure).to.equal(null);
      else expect(failure?.sent).to.deep.equal({ reason: `Meta answered: HTTP ${status}.`, ...outcome });
    });
  }

  it('no answer is tried again, a request that may not be made is not', () => {
    const reason = 'graph.example refused the connection.';
    expect(failureOf({ kind: 'timed_out', reason }, NOW)).to.deep.equal({ sent: { kind: 'retry', reason } });
    for (const code of ['network', 'tls', 'busy', 'too_large'] as const)
      expect(failureOf({ kind: 'failed', code, reason }, NOW)).to.deep.equal({ sent: { kind: 'retry', reason } });
    for (const code of ['refused_address', 'bad_request'] as const)
      expect(failureOf({ kind: 'failed', code, reason }, NOW)).to.deep.equal({ sent: { kind: 'refused', reason } });
  });
});

describe('whatsapp cloud: errors on the wire', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
    line.heard();
  });
  afterEach(closeLines);

  const problem = (code: number): object => ({ error: { code, message: 'Title', error_data: { details: 'Details' } } });

  it('a limit of the number holds back every contact, not only this one', async () => {
    line.heard('573002222222');
    line.meta.failWith({ status: 429, headers: { 'Retry-After': '30' }, body: problem(130429) });
    expect(await line.send({ text: 'a' })).to.include({ kind: 'retry', after: 30_000 });
    expect(await line.send({ text: 'b' }, '1-1', '573002222222')).to.include({ kind: 'retry', after: 30_000 });
    expect(line.meta.got).to.have.length(1);
    line.host.time += 30_000;
    expect(await line.send({ text: 'a' })).to.deep.equal({ kind: 'sent' });
  });

  it('a limit of a pair holds back that contact only', async () => {
    line.heard('573002222222');
    line.meta.failWith({ status: 400, body: problem(131056) });
    expect(await line.send({ text: 'a' })).to.include({ kind: 'retry', after: 6000 });
    expect(await line.send({ text: 'b' }, '1-1', '573002222222')).to.deep.equal({ kind: 'sent' });
  });

  it('the token never shows', async () => {
    line.meta.failWith({ status: 401, body: problem(190) });
    const sent = await line.send({ text: 'a' });
    expect(JSON.stringify([sent, line.host.logged])).not.to.contain('the-token');
  });

  describe('statuses', () => {
    const ORDER = ['sent', 'delivered', 'read', 'played', 'failed', 'deleted'];
    const take = async (...states: readonly unknown[]): Promise<string[]> => {
      const errors = [{ code: 131026, title: 'Message undeliverable', error_data: { details: 'No account' } }];
      const one = (status: unknown): object => ({
        id: 'wamid.out',
        status,
        timestamp: '1',
        recipient_id: ANA,
        ...(status === 'failed' ? { errors } : {}),
      });
      expect((await line.post(webhook(change({ statuses: states.map(one) })))).status).to.equal(200);
      return line.host.logged;
    };
    const FAILED =
      'WhatsApp did not deliver a message. The contact cannot be reached on WhatsApp: no account there, or a version too old (131026 Message undeliverable: No account).';

    const table: [states: unknown[], logged: string[]][] = [
      [
        ['sent', 'delivered', 'read'],
        ['status sent', 'status delivered', 'status read'],
      ],
      [['read', 'delivered', 'sent'], ['status read']],
      [['delivered', 'delivered'], ['status delivered']],
      [['played', 'read'], ['status played']],
      [['failed'], [FAILED]],
      [
        ['sent', 'failed', 'delivered', 'failed'],
        ['status sent', FAILED],
      ],
      [['delivered', 'failed'], ['status delivered']],
      [
        ['read', 'deleted'],
        ['status read', 'status deleted'],
      ],
      [['warning'], ['a status that is not known was ignored']],
      [['constructor'], ['a status that is not known was ignored']],
      [[null], ['a status that is not known was ignored']],
    ];
    for (const [states, logged] of table) {
      it(`${states.join(', ')}: ${logged.length} in the log`, async () => {
        expect(await take(...states)).to.deep.equal(logged);
      });
    }

    it('never go backwards, in whatever order and number they come', async () => {
      for (const first of ORDER) for (const second of ORDER) await take(first, second, first);
      const seen = line.host.logged.filter((text) => text.startsWith('status '));
      expect(new Set(seen).size).to.equal(seen.length);
    });

    it('of groups, without errors, without prices: taken', async () => {
      const statuses = [
        { id: '1', status: 'failed', recipient_id: 'g', recipient_type: 'group', recipient_participant_id: ANA },
        { id: '2', status: 'sent', conversation: { id: 'x' }, pricing: null },
        { id: '3', status: 'failed', errors: [{}] },
      ];
      expect((await line.post(webhook(change({ statuses })))).status).to.equal(200);
      expect(line.host.logged).to.have.length(3);
    });
  });
});
