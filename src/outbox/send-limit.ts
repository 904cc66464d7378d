import { createHash } from 'node:crypto';
import type { Json } from '../domain/json.ts';
import type { Store } from '../store/store.ts';

const HOUR = 3_600_000;

/** Codes that one number may get within an hour, from all contacts together. */
const MOST = 5;

/** A durable count of what was sent to each phone number: a visitor who begins again and again gets no further. */
export class SendLimit {
  private readonly store: Pick<Store, 'get' | 'put'>;
  private readonly now: () => number;

  constructor(store: Pick<Store, 'get' | 'put'>, now: () => number) {
    this.store = store;
    this.now = now;
  }

  /** True when one more may be sent to a number; it is counted at once. */
  async allows(number: string): Promise<boolean> {
    const id = createHash('sha256').update(number).digest('hex');
    const now = this.now();
    const times = timesIn((await this.store.get('code_sends', id))?.body['times']).filter((at) => at > now - HOUR);
    if (times.length >= MOST) return false;
    await this.store.put({
      kind: 'code_sends',
      id,
      order: id,
      body: { times: [...times, now] },
      expiresAt: now + HOUR,
    });
    return true;
  }
}

function timesIn(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.filter((at): at is number => typeof at === 'number') : [];
}
