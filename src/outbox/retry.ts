/** Tries before a delivery is given up. With these pauses that is about an hour. */
export const MAX_ATTEMPTS = 16;

const FIRST = 1000;
const LONGEST = 5 * 60_000;

/** Milliseconds to wait after so many failed tries: doubling from 1 s to 5 min, at least what the channel asks. */
export function pause(attempts: number, asked = 0): number {
  return Math.max(Math.min(LONGEST, FIRST * 2 ** Math.min(20, attempts - 1)), Math.min(asked, 3_600_000));
}
