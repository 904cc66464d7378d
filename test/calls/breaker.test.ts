import { expect } from 'chai';
import { BREAKER_LIMITS, Breaker, healthOf } from '../../src/calls/breaker.ts';
import type { Health } from '../../src/calls/breaker.ts';
import { CANCELLED } from '../../src/calls/deadline.ts';
import { failed } from '../../src/calls/failure.ts';
import type { CallOutcome } from '../../src/domain/call.ts';

const [SILENT, GOOD, NOTHING] = [{ health: 'silent' }, { health: 'good' }, { health: 'none' }] as const;

describe('the circuit breaker', () => {
  const rows: readonly (readonly [string, CallOutcome, Health])[] = [
    ['200', answer(200), 'good'],
    ['302', answer(302), 'good'],
    ['404', answer(404), 'good'],
    ['429', answer(429), 'good'],
    ['500', answer(500), 'fault'],
    ['503', answer(503), 'fault'],
    ['a timeout', { kind: 'timed_out', reason: '' }, 'silent'],
    ['network', failed('network', ''), 'silent'],
    ['cancelled', CANCELLED, 'none'],
    ['TLS', failed('tls', ''), 'none'],
    ['too large', failed('too_large', ''), 'none'],
    ['a refused address', failed('refused_address', ''), 'none'],
    ['a bad request', failed('bad_request', ''), 'none'],
    ['busy', failed('busy', ''), 'none'],
  ];
  for (const [what, outcome, wanted] of rows) {
    it(`${what} is ${wanted} news of a host`, () => expect(healthOf(outcome)).to.equal(wanted));
  }

  const opened = (): Breaker => {
    const breaker = new Breaker(BREAKER_LIMITS);
    for (let i = 0; i < 10; i += 1) breaker.end(SILENT, breaker.begin(), 0);
    return breaker;
  };

  it('opens at the tenth failure in a row, for ten seconds', () => {
    const breaker = new Breaker(BREAKER_LIMITS);
    for (let i = 0; i < 9; i += 1) breaker.end(SILENT, false, 0);
    expect(breaker.waitsFor(0)).to.equal(0);
    breaker.end(SILENT, false, 0);
    expect([0, 4_000, 9_999, 10_000].map((now) => breaker.waitsFor(now))).to.deep.equal([10_000, 6_000, 1, 0]);
  });

  it('an answer between failures starts the count anew; what says nothing does not', () => {
    const breaker = new Breaker(BREAKER_LIMITS);
    for (let i = 0; i < 9; i += 1) breaker.end(SILENT, false, 0);
    breaker.end(GOOD, false, 0);
    for (let i = 0; i < 9; i += 1) breaker.end(SILENT, false, 0);
    breaker.end(NOTHING, false, 0);
    expect(breaker.waitsFor(0)).to.equal(0);
    breaker.end(SILENT, false, 0);
    expect(breaker.waitsFor(0)).to.equal(10_000);
  });

  it('lets one probe through at a time', () => {
    const breaker = opened();
    expect(breaker.begin()).to.equal(true);
    expect(breaker.waitsFor(20_000)).to.equal(1_000);
  });

  it('closes when the probe is answered', () => {
    const breaker = opened();
    breaker.end(GOOD, breaker.begin(), 10_000);
    expect(breaker.waitsFor(10_000)).to.equal(0);
    expect(breaker.begin()).to.equal(false);
    expect(breaker.idle()).to.equal(true);
  });

  it('stays open for twice the time after each probe that fails, a minute at most', () => {
    const breaker = opened();
    const waits = [0, 1, 2, 3].map(() => {
      breaker.end(SILENT, breaker.begin(), 100_000);
      return breaker.waitsFor(100_000);
    });
    expect(waits).to.deep.equal([20_000, 40_000, 60_000, 60_000]);
  });

  it('a probe that says nothing leaves the decision to the next one', () => {
    const breaker = opened();
    breaker.end(NOTHING, breaker.begin(), 10_000);
    expect(breaker.waitsFor(10_000)).to.equal(0);
    expect(breaker.begin()).to.equal(true);
  });

  it('calls begun before it opened neither prolong it, nor hide that the host is back', () => {
    const breaker = opened();
    breaker.end(SILENT, false, 9_000);
    expect(breaker.waitsFor(9_000)).to.equal(1_000);
    breaker.end(GOOD, false, 9_000);
    expect(breaker.waitsFor(9_000)).to.equal(0);
  });

  const faults = (breaker: Breaker, who: readonly (string | null)[], times: number): number => {
    for (let i = 0; i < times; i += 1) breaker.end({ health: 'fault', who: who[i % who.length] ?? null }, false, 0);
    return breaker.waitsFor(0);
  };
  const crowd = ['a', 'b', 'c', 'd', 'e'];
  const crowds: readonly (readonly [string, readonly (string | null)[], number, number])[] = [
    ['one contact', ['a'], 1000, 0],
    ['four contacts', crowd.slice(0, 4), 1000, 0],
    ['nobody', [null], 1000, 0],
    ['five contacts, nine times', crowd, 9, 0],
    ['five contacts, ten times', crowd, 10, 10_000],
  ];
  for (const [what, who, times, wanted] of crowds) {
    it(`faults for answers of ${what}: ${wanted === 0 ? 'stays closed' : 'opens'}`, () =>
      expect(faults(new Breaker(BREAKER_LIMITS), who, times)).to.equal(wanted));
  }

  it('silence counts beside the faults of many, and not beside those of one', () => {
    const [one, many] = [new Breaker(BREAKER_LIMITS), new Breaker(BREAKER_LIMITS)];
    faults(one, ['a'], 9);
    faults(many, crowd, 9);
    for (const breaker of [one, many]) breaker.end(SILENT, false, 0);
    expect([one.waitsFor(0), many.waitsFor(0)]).to.deep.equal([0, 10_000]);
    expect([one.idle(), many.idle()]).to.deep.equal([false, false]);
    one.end(GOOD, false, 0);
    expect(one.idle()).to.equal(true);
    expect(faults(one, crowd.slice(1), 20)).to.equal(0);
  });

  it('a contact whose probes all end in a fault does not keep the host shut', () => {
    const breaker = opened();
    const probe = (who: string): number => {
      breaker.end({ health: 'fault', who }, breaker.begin(), 100_000);
      return breaker.waitsFor(100_000);
    };
    expect(probe('a')).to.equal(20_000);
    breaker.end({ health: 'fault', who: 'a' }, breaker.begin(), 120_000);
    expect(breaker.waitsFor(120_000)).to.equal(0);
    expect(breaker.begin()).to.equal(true);
    breaker.end({ health: 'fault', who: 'b' }, true, 120_000);
    expect(breaker.waitsFor(120_000)).to.equal(40_000);
  });
});

function answer(status: number): CallOutcome {
  return { kind: 'answered', status, headers: {}, body: '' };
}
