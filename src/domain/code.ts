import { timingSafeEqual } from 'node:crypto';
import type { World } from './world.ts';

/** Bytes from here on are left out, so that each digit is as likely as any other. */
const FAIR = 250;

/**
 * The digits of a one-time code. They follow from the server's key and the nonce, so nobody has to keep the code: a new
 * nonce makes a new one, and the old one is good for nothing.
 */
export function codeOf(world: Pick<World, 'derive'>, nonce: string, length: number): string {
  let digits = '';
  for (let round = 0; digits.length < length; round += 1) {
    const purpose = round === 0 ? `code:${nonce}` : `code:${nonce}:${round}`;
    for (const byte of Buffer.from(world.derive(purpose), 'base64url')) {
      if (byte < FAIR && digits.length < length) digits += String(byte % 10);
    }
  }
  return digits;
}

/** True when two codes are the same; takes as long whichever digit differs. */
export function sameCode(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
