import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { CallOutcome, CallRequest } from '../domain/call.ts';
import type { Client } from './client.ts';
import { CANCELLED } from './deadline.ts';
import { maskOutcome } from './echo.ts';
import type { CallLog } from './log.ts';
import { UNMASKED, maskOf } from './mask.ts';
import type { Mask } from './mask.ts';
import { attemptsOf, retryable, waitBefore } from '../domain/retry.ts';
import { rowOf, shownRequest } from './row.ts';
import type { About, Shown, Try } from './row.ts';
import type { SecretSource } from './secrets.ts';
import { isUnsealed, unseal } from './unseal.ts';
import type { Unsealed } from './unseal.ts';

/** Makes the calls that conversations owe, and those that people try out. Neither ever rejects. */
export interface Caller {
  /** All tries of one call. What comes back, and what is written down, has no secret in it. */
  call(request: CallRequest, key: string, about: About, signal?: AbortSignal): Promise<CallOutcome>;
  /** Writes the row of a try that a process was at when it ended: it may have arrived, and is made again with its key. */
  interrupted(request: CallRequest, key: string, about: About): Promise<void>;
  /** One try, for nobody. */
  test(request: CallRequest, options?: TestOptions): Promise<Tested>;
}

/** How a request is tried out. */
export interface TestOptions {
  /** The integration whose credential `@auth` is read from, when the request names none. */
  readonly integration?: string;
  readonly credential?: string;
  /** In place of the caller's own: for values that are not kept yet. */
  readonly secrets?: SecretSource;
  readonly signal?: AbortSignal;
}

/** What trying gave. */
export interface Tested {
  readonly outcome: CallOutcome;
  readonly request: Shown & { readonly method: string; readonly url: string };
  /** Milliseconds it took. */
  readonly ms: number;
}

/** What the caller is made of. */
export interface CallerOptions {
  readonly client: Pick<Client, 'send'>;
  readonly secrets: SecretSource;
  readonly log: Pick<CallLog, 'write'>;
  /** Clock (ms since 1970) and chance. */
  readonly world: { now(): number; random(): number };
  /** Waits; ends early, without an error, when the signal says so. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Milliseconds on a scale that only goes forward, for durations. */
  readonly ticks?: () => number;
}

/** One call on its way: what all its tries have in common. */
interface Course extends Pick<Try, 'sealed' | 'key' | 'about' | 'attempts'> {
  readonly signal: AbortSignal | undefined;
  /** The request in clear with its mask, or why there is none. */
  readonly ready: (Unsealed & { readonly mask: Mask }) | CallOutcome;
}

/** How one try went; the outcome is masked. */
interface Tried {
  readonly outcome: CallOutcome;
  readonly ms: number;
}

/** Makes a caller. */
export function createCaller(options: CallerOptions): Caller {
  const { secrets, sleep = pause, world } = options;
  return {
    async call(sealed, key, about, signal) {
      const ready = await readied(sealed, secrets);
      const course = { sealed, key, about, attempts: attemptsOf(sealed.retry), signal, ready };
      for (let attempt = 1; ; attempt += 1) {
        const { outcome } = await tryOnce(course, attempt, options);
        if (outcome === CANCELLED || attempt >= course.attempts || !retryable(outcome, sealed.retry)) return outcome;
        const backoff = sealed.retry?.backoff ?? 0;
        await sleep(waitBefore({ attempt: attempt + 1, backoff, outcome }, world), signal);
        if (signal?.aborted === true) return CANCELLED;
      }
    },
    async interrupted(sealed, key, about) {
      const ready = await readied(sealed, secrets);
      const made = { sealed, ...clear(ready), key, about, attempt: 1, attempts: attemptsOf(sealed.retry) };
      const nothing = { outcome: INTERRUPTED, received: 0, at: world.now(), ms: 0, interrupted: true } as const;
      options.log.write(rowOf({ ...made, ...nothing }, maskFor(ready)));
    },
    async test(request, { signal, secrets: other = secrets, ...how } = {}) {
      const sealed = { ...request, ...actionFor(request, how) };
      const ready = await readied(sealed, other);
      const course = { sealed, key: randomUUID(), about: NOBODY, attempts: 1, signal, ready };
      return { ...(await tryOnce(course, 1, options)), request: shownTry(course) };
    },
  };
}

const INTERRUPTED: CallOutcome = {
  kind: 'failed',
  code: 'network',
  reason: 'The server ended during this try. Whether it arrived is not known; it was made again with the same key.',
};

const NOBODY: About = { contact: null, channel: null, flow: null, block: null };

async function readied(sealed: CallRequest, secrets: SecretSource): Promise<Course['ready']> {
  const ready = await unseal(sealed, secrets);
  return isUnsealed(ready) ? { mask: maskOf(ready.secrets), ...ready } : ready;
}

/** Makes one try and writes its row, also when nothing was sent. */
async function tryOnce(course: Course, attempt: number, options: CallerOptions): Promise<Tried> {
  const { client, log, world, ticks = (): number => performance.now() } = options;
  const { ready, key, signal } = course;
  const [at, begun] = [world.now(), ticks()];
  const raw = 'mask' in ready ? await client.send(ready.request, key, signal, course.about.contact) : ready;
  const ms = ticks() - begun;
  const mask = maskFor(ready);
  const outcome = maskOutcome(raw, mask);
  const received = raw.kind === 'answered' ? Buffer.byteLength(raw.body) : 0;
  log.write(rowOf({ outcome, received, attempt, at, ms, ...clear(ready), ...course }, mask));
  return { outcome, ms };
}

function shownTry(course: Course): Tested['request'] {
  const { method, url, request } = shownRequest({ ...course, ...clear(course.ready) }, maskFor(course.ready));
  return { method, url, ...request };
}

function clear(ready: Course['ready']): Pick<Try, 'plain' | 'credential'> {
  return 'mask' in ready
    ? { plain: ready.request, credential: ready.credential }
    : { plain: undefined, credential: undefined };
}

function maskFor(ready: Course['ready']): Mask {
  return 'mask' in ready ? ready.mask : UNMASKED;
}

/** A test request belongs to no action, and still goes with its integration's credential. */
function actionFor({ action }: CallRequest, { integration, credential }: TestOptions): Pick<CallRequest, 'action'> {
  const named = credential === undefined ? {} : { credential };
  if (integration === undefined) return action === undefined ? {} : { action: { ...action, ...named } };
  return { action: { integration, action: action?.action ?? 'test_request', ...named } };
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
