/** The last second that was written, with its text: messages come in droves. */
let second = Number.NaN;
let text = '';

/** A time (ms since 1970) as ISO 8601 in UTC with milliseconds, as `Date` writes it, in a fraction of its time. */
export function isoOf(at: number): string {
  const [whole, ms] = [Math.floor(at / 1000), Math.floor(at) % 1000];
  if (whole !== second) [second, text] = [whole, new Date(whole * 1000).toISOString().slice(0, -4)];
  return ms < 0 ? new Date(at).toISOString() : `${text}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`;
}
