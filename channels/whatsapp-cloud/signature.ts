import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * True when one of the app secrets signed exactly these bytes (Meta's `X-Hub-Signature-256`). Compares in constant time;
 * an empty secret signs nothing.
 */
export function isSigned(bytes: Buffer, header: string | undefined, secrets: readonly string[]): boolean {
  const hex = /^sha256=([0-9a-fA-F]{64})$/.exec(header ?? '')?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, 'hex');
  return secrets.some(
    (secret) => secret !== '' && timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), given),
  );
}
