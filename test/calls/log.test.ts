import { expect } from 'chai';
import { createCallLog } from '../../src/calls/log.ts';
import type { CallDocument, CallLog } from '../../src/calls/log.ts';
import { maskOf } from '../../src/calls/mask.ts';
import { MAX_HEADER, MAX_HEADERS, MAX_SHOWN, rowOf } from '../../src/calls/row.ts';
import type { CallRow } from '../../src/calls/row.ts';
import type { CallRequest } from '../../src/domain/call.ts';

const SEALED: CallRequest = { type: 'webhook', method: 'GET', url: 'https://a.example/', headers: {}, timeout: 1 };
const NOBODY = { contact: null, channel: null, flow: null, block: null };

function row(
  at: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
  secrets: readonly string[] = [],
): CallRow {
  const outcome = { kind: 'answered', status: 200, headers, body } as const;
  const made = { key: `k${at}`, attempt: 1, attempts: 1, at, ms: 1.6, received: Buffer.byteLength(body) };
  return rowOf(
    { sealed: SEALED, plain: undefined, outcome, credential: undefined, about: NOBODY, ...made },
    maskOf(secrets),
  );
}

describe('a row of the call log', () => {
  const bodies: readonly (readonly [string, string, number])[] = [
    ['short', 'abc', 3],
    ['just at the limit', 'x'.repeat(MAX_SHOWN), MAX_SHOWN],
    ['a byte over it', 'x'.repeat(MAX_SHOWN + 1), MAX_SHOWN],
    ['large', 'x'.repeat(256 * 1024), MAX_SHOWN],
    ['wide characters, never cut in two', `x${'😀'.repeat(10_000)}`, MAX_SHOWN - 3],
  ];
  for (const [what, body, kept] of bodies) {
    it(`keeps a body that is ${what}, and its true size`, () => {
      const { response } = row(0, body);
      expect(response).to.include({ size: Buffer.byteLength(body) });
      expect(Buffer.byteLength(response?.body ?? '')).to.equal(kept);
      expect(body.startsWith(response?.body ?? '?')).to.equal(true);
    });
  }

  it('keeps a text that every store can hold', () => {
    expect(row(0, 'a\0b\ud800c').response?.body).to.equal('ab\uFFFDc');
  });

  it('cuts headers: each value, and all of them together', () => {
    const many = Array.from({ length: 40 }, (_, i) => [`x-${i}`, '😀'.repeat(1000)] as const);
    const { response } = row(0, '', Object.fromEntries(many));
    const kept = Object.entries(response?.headers ?? {});
    expect(kept[0]).to.deep.equal(['x-0', '😀'.repeat(MAX_HEADER / 4)]);
    const size = kept.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
    expect(size).to.be.within(MAX_HEADERS - 8, MAX_HEADERS);
    expect(row(0, '', { a: 'b\0' }).response?.headers).to.deep.equal({ a: 'b' });
  });

  const named: readonly (readonly [string, boolean])[] = [
    ['Authorization', true],
    ['proxy-authorization', true],
    ['Cookie', true],
    ['Set-Cookie', true],
    ['X-Auth-Token', true],
    ['Api-Key', true],
    ['apikey', true],
    ['X-API-KEY', true],
    ['client_secret', true],
    ['X-Hub-Signature', true],
    ['X-Password', true],
    ['Idempotency-Key', false],
    ['Content-Type', false],
    ['X-Keyboard', false],
    ['X-Request-Id', false],
  ];
  for (const [name, hidden] of named) {
    it(`${hidden ? 'hides' : 'shows'} the header ${name}`, () => {
      expect(row(0, '', { [name]: 'some value' }).response?.headers).to.deep.equal({
        [name]: hidden ? '***' : 'some value',
      });
    });
  }

  it('keeps the scheme of an authorization, and nothing else of it', () => {
    const schemes = ['Basic abc', 'Bearer abc def', 'Token abc', 'abc def', 'Custom abc'];
    const shown = schemes.map((value) => row(0, '', { Authorization: value }).response?.headers['Authorization']);
    expect(shown).to.deep.equal(['Basic ***', 'Bearer ***', 'Token ***', '***', '***']);
  });
});

describe('the call log', () => {
  const made = (put: (document: CallDocument) => Promise<void>): { log: CallLog; warnings: string[] } => {
    const warnings: string[] = [];
    let ids = 0;
    const id = (): string => `id-${(ids += 1)}`;
    const warn = (text: string, facts: Readonly<Record<string, unknown>>): void =>
      void warnings.push(`${text} ${JSON.stringify(facts)}`);
    return { log: createCallLog({ put, retentionMs: 1000, warn, id }), warnings };
  };

  it('keeps each row as a document, sorted by time and gone when its time is up', async () => {
    const kept: CallDocument[] = [];
    const { log } = made(async (document) => void kept.push(await Promise.resolve(document)));
    for (const at of [5, 1_767_603_600_000, 40]) log.write(row(at));
    await log.drain();
    expect(kept.map(({ kind, id, expiresAt, body }) => [kind, id, expiresAt, body.at])).to.deep.equal([
      ['call', 'id-1', 1005, 5],
      ['call', 'id-2', 1_767_603_601_000, 1_767_603_600_000],
      ['call', 'id-3', 1040, 40],
    ]);
    const sorted = kept.toSorted((a, b) => (a.order < b.order ? -1 : 1));
    expect(sorted.map(({ body }) => body.at)).to.deep.equal([5, 40, 1_767_603_600_000]);
  });

  it('never waits for the store: rows queue up, and too many are lost and counted', async () => {
    const waiting: (() => void)[] = [];
    const kept: string[] = [];
    const { log, warnings } = made(async ({ id }) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      kept.push(id);
    });
    for (let at = 0; at < 2000; at += 1) log.write(row(at));
    expect(waiting.length).to.equal(8);
    const drained = log.drain();
    while (kept.length < 1008) {
      for (const go of waiting.splice(0)) go();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await drained;
    expect(kept).to.have.length(1008);
    expect(warnings).to.deep.equal(['the store is too slow for the call log: rows were lost {"rows":992}']);
  });

  it('a store that fails costs the row and a warning, nothing else', async () => {
    let count = 0;
    const { log, warnings } = made(async () => {
      count += 1;
      if (count === 1) throw new Error('disk full');
      await Promise.resolve();
    });
    log.write(row(1));
    log.write(row(2));
    await log.drain();
    log.write(row(3));
    await log.drain();
    expect(count).to.equal(3);
    expect(warnings).to.deep.equal([
      'a row of the call log could not be kept {"key":"k1","attempt":1,"reason":"disk full"}',
    ]);
  });

  it('a store that throws at once does no harm either', async () => {
    const { log, warnings } = made(() => {
      throw new Error('no store');
    });
    log.write(row(1));
    await log.drain();
    expect(warnings).to.have.length(1);
  });
});
