import { expect } from 'chai';
import { failed } from '../../src/calls/failure.ts';
import { attemptsOf, retryAfter, retryable, waitBefore } from '../../src/domain/retry.ts';
import type { CallOutcome, RetryOn } from '../../src/domain/call.ts';
import { RETRY_ON } from '../../src/domain/call.ts';

const NOW = Date.UTC(2026, 0, 5, 9);

describe('tries', () => {
  const outcomes: readonly (readonly [string, CallOutcome, RetryOn | null])[] = [
    ['200', answer(200), null],
    ['302', answer(302), null],
    ['400', answer(400), null],
    ['404', answer(404), null],
    ['408', answer(408), null],
    ['429', answer(429), '429'],
    ['500', answer(500), '5xx'],
    ['503', answer(503), '5xx'],
    ['599', answer(599), '5xx'],
    ['a timeout', { kind: 'timed_out', reason: '' }, 'timeout'],
    ['network', failed('network', ''), 'network'],
    ['tls', failed('tls', ''), null],
    ['too_large', failed('too_large', ''), null],
    ['bad_request', failed('bad_request', ''), null],
    ['refused_address', failed('refused_address', ''), null],
    ['no_secret', failed('no_secret', ''), null],
    ['busy', failed('busy', ''), null],
  ];
  for (const [what, outcome, wanted] of outcomes) {
    it(`${what} is tried again ${wanted === null ? 'never' : `for ${wanted}`}`, () => {
      const on = RETRY_ON.filter((one) => retryable(outcome, { attempts: 2, backoff: 0, on: [one] }));
      expect(on).to.deep.equal(wanted === null ? [] : [wanted]);
      expect(retryable(outcome, undefined)).to.equal(false);
    });
  }

  it('are one unless the author wants more, and ten at most', () => {
    const counts = [undefined, 0, 1, 2.9, 3, 10, 1e9].map((attempts) =>
      attemptsOf(attempts === undefined ? undefined : { attempts, backoff: 0, on: [] }),
    );
    expect(counts).to.deep.equal([1, 1, 1, 2, 3, 10, 10]);
  });

  it('wait twice as long each time, between half and all of it, a minute at most', () => {
    const waits = (random: number): number[] =>
      [2, 3, 4, 5, 9].map((attempt) =>
        waitBefore({ attempt, backoff: 500, outcome: answer(500) }, { now: () => NOW, random: () => random }),
      );
    expect(waits(0)).to.deep.equal([250, 500, 1_000, 2_000, 30_000]);
    expect(waits(0.999999)).to.deep.equal([500, 1_000, 2_000, 4_000, 60_000]);
  });

  const rows: readonly (readonly [string, number, number])[] = [
    ['0', 503, 0],
    ['7', 503, 7_000],
    ['7', 429, 7_000],
    [' 7 ', 429, 7_000],
    ['7', 500, 0],
    ['7', 200, 0],
    ['60', 503, 60_000],
    ['61', 503, 60_000],
    ['1000000000', 503, 60_000],
    ['99999999999999999999999999', 503, 60_000],
    ['-5', 503, 0],
    ['1.5', 503, 0],
    ['1e9', 503, 0],
    ['', 503, 0],
    ['soon', 503, 0],
    ['Mon, 05 Jan 2026 09:00:30 GMT', 503, 30_000],
    ['Mon, 05 Jan 2026 09:00:30 GMT', 429, 30_000],
    ['Monday, 05-Jan-26 09:00:20 GMT', 503, 20_000],
    ['Mon Jan  5 09:00:10 2026 GMT', 503, 10_000],
    ['Mon, 05 Jan 2026 08:00:00 GMT', 503, 0],
    ['Mon, 05 Jan 2099 08:00:00 GMT', 503, 60_000],
    ['Mon, 99 Foo 2026 99:99:99 GMT', 503, 0],
    ['2026-01-05T09:00:30Z', 503, 0],
  ];
  for (const [value, status, wanted] of rows) {
    it(`Retry-After "${value}" with ${status} asks for ${wanted} ms`, () => {
      expect(retryAfter(answer(status, { 'retry-after': value }), NOW)).to.equal(wanted);
    });
  }

  it('wait as long as asked for when that is longer, and not less than planned', () => {
    const wait = (asked: string): number =>
      waitBefore(
        { attempt: 2, backoff: 10_000, outcome: answer(503, { 'retry-after': asked }) },
        { now: () => NOW, random: () => 0.5 },
      );
    expect([wait('2'), wait('30')]).to.deep.equal([7_500, 30_000]);
  });
});

function answer(status: number, headers: Readonly<Record<string, string>> = {}): CallOutcome {
  return { kind: 'answered', status, headers, body: '' };
}
