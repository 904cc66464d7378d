import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the clock of a request may be from ours, either way (s): Slack's own advice. */
const WINDOW = 300;

/** The headers by which Slack signs. */
export interface Signed {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

/**
 * True when the signing secret signed exactly these bytes (Slack's `v0` signature), at about the given time (ms since 1970).
 * Compares in constant time; an empty secret signs nothing.
 */
export function isSigned(bytes: Buffer, { timestamp, signature }: Signed, secret: string, now: number): boolean {
  const hex = /^v0=([0-9a-f]{64})$/.exec(signature ?? '')?.[1];
  if (hex === undefined || secret === '' || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Number(timestamp) - now / 1000) > WINDOW) return false;
  const wanted = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest();
  return timingSafeEqual(Buffer.from(hex, 'hex'), wanted);
}
