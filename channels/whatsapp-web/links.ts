import { createHmac, randomBytes } from 'node:crypto';
import type { Notes } from '../../src/channel/channel.ts';
import { isSame } from '../../src/channel/same.ts';

/** Signs addresses of this server, so that nobody can make one up. */
export class Links {
  private readonly secret: string;

  constructor(secret: string) {
    this.secret = secret;
  }

  sign(purpose: string): string {
    return createHmac('sha256', this.secret).update(purpose).digest('base64url');
  }

  isSigned(purpose: string, signature: string): boolean {
    return isSame(signature, this.sign(purpose));
  }
}

/** Links that go on working over restarts: their secret is made once. */
export async function lastingLinks(notes: Notes): Promise<Links> {
  const kept = await notes.get('secret');
  if (kept !== null) return new Links(kept);
  const secret = newSecret();
  await notes.set('secret', secret);
  return new Links((await notes.get('secret')) ?? secret);
}

/** Links of this run of the server only. */
export function passingLinks(): Links {
  return new Links(newSecret());
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
