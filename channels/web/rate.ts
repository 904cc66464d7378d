import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { clientOf } from './address.ts';
import { sendJson } from './http.ts';
import type { Exchange } from './http.ts';
import { isSession } from './session.ts';

const MINUTE = 60_000;

/** Offices and schools share an address. */
const SESSIONS_PER_ADDRESS = 10;

/** Names that are counted at once; the ones that were quiet longest are forgotten. */
const MAX_NAMES = 50_000;

/** Allowances by name: each is full after a minute of silence, and may be used up at once. */
export class Allowances {
  readonly #perMinute: number;
  readonly #used = new Map<string, { used: number; at: number }>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Takes `cost` of a name's allowance; answers the milliseconds until there is that much, or 0 when it was taken. */
  take(name: string, cost: number, now: number): number {
    const known = this.#used.get(name) ?? { used: 0, at: now };
    const back = (Math.max(0, now - known.at) / MINUTE) * this.#perMinute;
    const used = Math.max(0, known.used - back) + cost;
    const over = used - this.#perMinute;
    if (over > 0) return Math.max(1, Math.ceil((over / this.#perMinute) * MINUTE));
    // The newest stands last, so the first is the quietest.
    this.#used.delete(name);
    this.#used.set(name, { used, at: now });
    this.#forget(now);
    return 0;
  }

  /** Who was quiet for a minute has all of it back, so there is nothing to remember. */
  #forget(now: number): void {
    for (const [name, { at }] of this.#used) {
      if (this.#used.size <= MAX_NAMES && now - at < MINUTE) return;
      this.#used.delete(name);
    }
  }
}

/** Keeps one visitor from using up the server: counts the requests of each session and of each address, in memory. */
export class RateLimit {
  readonly #host: ChannelHost;
  readonly #rate: number;
  readonly #sessions: Allowances;
  readonly #addresses: Allowances;

  /** `rate`: requests a minute for one session; 0 sets no limit. */
  constructor(host: ChannelHost, rate: number) {
    this.#host = host;
    this.#rate = rate;
    this.#sessions = new Allowances(rate);
    this.#addresses = new Allowances(rate * SESSIONS_PER_ADDRESS);
  }

  /** True when a request may go on; otherwise it was answered 429. `cost` is more for what is more work than a message. */
  admits({ request, response }: Exchange, session: string, cost = 1): boolean {
    const wait = this.#rate === 0 ? 0 : this.#wait(request, session, Math.min(cost, this.#rate));
    if (wait > 0) refuse(request, response, Math.ceil(wait / 1000));
    return wait === 0;
  }

  #wait(request: IncomingMessage, session: string, cost: number): number {
    const now = this.#host.now();
    const address = clientOf(request);
    const wait = address === null ? 0 : this.#addresses.take(address, cost, now);
    return wait > 0 || !isSession(session) ? wait : this.#sessions.take(session, cost, now);
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, seconds: number): void {
  // Who is still sending a body would not see the answer otherwise; one that does not end soon is broken off.
  request.resume();
  response.setHeader('Retry-After', String(seconds));
  const message = 'too many requests of one visitor';
  const hint = `Send it again in ${seconds} s. CHAT_RATE sets how many are allowed.`;
  sendJson(response, 429, { error: { code: 'too_many_requests', message, hint } });
}
