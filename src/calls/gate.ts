import type { CallOutcome } from '../domain/call.ts';
import { BREAKER_LIMITS, Breaker, healthOf } from './breaker.ts';
import type { BreakerLimits } from './breaker.ts';
import type { Deadline } from './deadline.ts';
import { failed } from './failure.ts';

/** What one host may take of this server. */
export interface GateLimits extends BreakerLimits {
  /** Calls under way to one host. */
  readonly running: number;
  /** Calls that wait for one of these to end. */
  readonly waiting: number;
  /** Hosts that something is remembered about. */
  readonly hosts: number;
}

/**
 * `waiting` is large, as each waits within its own time limit: a thousand contacts that answer at once, or are taken up
 * after a crash, must not find a failure where there is only a queue. The conversations of other hosts have room beside.
 */
const LIMITS: GateLimits = { ...BREAKER_LIMITS, running: 32, waiting: 2000, hosts: 1000 };

/** Keeps one slow or broken host from taking everything: places for each, a queue with an end, a circuit breaker. */
export interface Gate {
  /**
   * Makes the call when there is a place for it. Waiting counts against the deadline; `busy` means nothing was sent.
   * `who` is the contact that it is made for.
   */
  pass(host: string, deadline: Deadline, send: Send, who?: string | null): Promise<CallOutcome>;
}

type Send = () => Promise<CallOutcome>;

/** What is known about one host. */
interface Host {
  readonly name: string;
  readonly breaker: Breaker;
  readonly queue: Set<() => void>;
  running: number;
}

/** Makes a gate; `now` in milliseconds on any scale that only goes forward. */
export function createGate(limits: Partial<GateLimits> = {}, now = (): number => performance.now()): Gate {
  const rules = { ...LIMITS, ...limits };
  const hosts = new Map<string, Host>();

  async function pass(name: string, deadline: Deadline, send: Send, who?: string | null): Promise<CallOutcome> {
    const host = hostFor(hosts, name, rules);
    const refused = resting(host, now()) ?? (await placeIn(host, rules, deadline));
    if (refused !== undefined) return refused;
    try {
      return deadline.outcome() ?? resting(host, now()) ?? (await through(host.breaker, send, now, who));
    } finally {
      handOn(host);
      if (host.running === 0 && host.breaker.idle()) hosts.delete(name);
    }
  }

  return { pass };
}

async function through(
  breaker: Breaker,
  send: Send,
  now: () => number,
  who: string | null = null,
): Promise<CallOutcome> {
  const probe = breaker.begin();
  let outcome: CallOutcome | undefined;
  try {
    outcome = await send();
    return outcome;
  } finally {
    breaker.end({ health: outcome === undefined ? 'none' : healthOf(outcome), who }, probe, now());
  }
}

/** The refusal while the host is left alone, or undefined. */
function resting({ name, breaker }: Host, now: number): CallOutcome | undefined {
  const wait = breaker.waitsFor(now);
  if (wait === 0) return undefined;
  return failed('busy', `${name} answers nothing but failures; next try in ${Math.ceil(wait / 1000)} s.`);
}

/** Takes a place, or waits for one; the outcome of a call that gets none. */
async function placeIn(host: Host, rules: GateLimits, deadline: Deadline): Promise<CallOutcome | undefined> {
  if (host.running < rules.running) {
    host.running += 1;
    return undefined;
  }
  if (host.queue.size >= rules.waiting) {
    return failed('busy', `${host.name} has ${rules.waiting} requests waiting already; nothing was sent.`);
  }
  return await new Promise((resolve) => {
    const go = (): void => {
      host.queue.delete(go);
      forget();
      resolve(undefined);
    };
    host.queue.add(go);
    const forget = deadline.onEnd(() => {
      host.queue.delete(go);
      resolve(deadline.outcome());
    });
  });
}

/** Gives the place to whoever waits longest, who need not take it first then. */
function handOn(host: Host): void {
  const [go] = host.queue;
  if (go === undefined) host.running -= 1;
  else go();
}

function hostFor(hosts: Map<string, Host>, name: string, rules: GateLimits): Host {
  const host = hosts.get(name) ?? { name, breaker: new Breaker(rules), queue: new Set(), running: 0 };
  hosts.delete(name);
  hosts.set(name, host);
  if (hosts.size > rules.hosts) dropOldest(hosts);
  return host;
}

/** Hosts in use are never dropped: their number is bounded by the calls under way. */
function dropOldest(hosts: Map<string, Host>): void {
  for (const host of hosts.values()) {
    if (host.running > 0 || host.queue.size > 0) continue;
    hosts.delete(host.name);
    return;
  }
}
