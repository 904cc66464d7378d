import { note, ok, problem } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';

/** Slack refuses, and is refused, beyond 5 minutes; a `Date` header is a second coarse (ms). */
const FAR = 60_000;
const NEAR = 5000;

const FIX = 'Let this machine set its clock by NTP.';

/** This machine's clock against another one, both in ms since 1970. */
export function checkClock(here: number, there: number, whose: string): Finding {
  const off = Math.abs(here - there);
  const seconds = Math.round(off / 1000);
  const text = `the clock is ${seconds} s ${here > there ? 'ahead of' : 'behind'} that of ${whose}`;
  if (off > FAR) return problem(text, FIX);
  return off > NEAR ? note(text, FIX) : ok(`the clock agrees with that of ${whose}`);
}

/** A clock that was set back: the store was written later than now (both in ms since 1970). */
export function checkLastWrite(here: number, written: number): Finding {
  if (written - here <= FAR) return ok('the clock is not behind the last write of the store');
  return problem(`the clock is behind the last write of the store, ${new Date(written).toISOString()}`, FIX);
}
