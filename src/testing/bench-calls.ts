import { setTimeout as pause } from 'node:timers/promises';
import type { TracedCall } from '../domain/bench.ts';
import { shownRequest } from '../domain/call.ts';
import type { CallOutcome, CallRequest } from '../domain/call.ts';
import type { Call } from '../domain/effect.ts';
import type { JsonObject } from '../domain/json.ts';
import type { BenchStart } from './bench-step.ts';
import { Mocks } from './mocks.ts';
import type { Replied } from './mocks.ts';
import type { Attempt } from './simulator.ts';

/** One try of a request to the real API: outcome and request without secrets, and how long it took (ms). */
export interface RealTry {
  readonly outcome: CallOutcome;
  readonly ms: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

/** Makes one try for real. Never rejects for what the other side does. */
export type MakeTry = (request: CallRequest, signal: AbortSignal) => Promise<RealTry>;

/** What a call was answered with, as the mock of a flow test that answers the same. */
export interface Answered {
  readonly on: string;
  readonly reply: JsonObject;
}

/** Characters of a body that a trace shows, and of all answers that are kept for a test. */
const MAX_SHOWN = 16_384;
const MAX_KEPT = 1_000_000;

/** Answers the calls of a simulation: by its mocks first, then for real if that is wanted, else not at all. */
export class BenchCalls {
  /** What was answered so far, in order. */
  readonly answered: Answered[] = [];
  private readonly mocks: Mocks;
  private readonly make: MakeTry | undefined;
  private readonly signal: AbortSignal;
  private kept = 0;

  constructor({ mocks, calls }: Pick<BenchStart, 'mocks' | 'calls'>, make: MakeTry, signal: AbortSignal) {
    this.mocks = new Mocks(mocks);
    this.make = calls === 'real' ? make : undefined;
    this.signal = signal;
  }

  /** Answers one try, and tells how it went. */
  async answer({ call, number, waited }: Attempt): Promise<{ replied: Replied; traced: TracedCall }> {
    const { request, flow, block } = call;
    const about = { kind: 'call', flow, block, attempt: number } as const;
    const missing = this.mocks.unanswered.length;
    const mocked = this.mocks.reply(call);
    const byMock = this.mocks.unanswered.length === missing;
    if (byMock || this.make === undefined || request.type === 'phone_code') {
      const replied = byMock ? mocked : { outcome: nobody(mocked.outcome), after: 0 };
      const shown = { ...shownRequest(request), by: byMock ? ('mock' as const) : ('nobody' as const), request: null };
      this.keep(call, replied);
      return { replied, traced: { ...about, ...shown, ...resultOf(replied.outcome), ms: replied.after } };
    }
    // The clock of the simulation has gone on already; the API gets its time to breathe.
    if (waited > 0) await pause(waited, undefined, { signal: this.signal, ref: false }).catch(() => undefined);
    const { outcome, ms, request: sent } = await this.make(request, this.signal);
    const replied = { outcome, after: lasted(request, outcome, ms) };
    this.keep(call, replied);
    const { method, url, headers, body } = sent;
    const shown = { method, url, by: 'api' as const, request: { headers, body } };
    return { replied, traced: { ...about, ...shown, ...resultOf(outcome), ms: Math.round(ms) } };
  }

  private keep({ request, flow, block }: Call, { outcome, after }: Replied): void {
    if (request.type === 'phone_code' && outcome.kind === 'answered') return;
    this.kept += outcome.kind === 'answered' ? outcome.body.length : 0;
    if (this.kept < MAX_KEPT) this.answered.push({ on: `${flow}.${block}`, reply: replyOf(outcome, after) });
  }
}

/** The clock goes on only where the contact would notice: while it is told to hold, and until a timeout. */
function lasted({ timeout, hold }: CallRequest, outcome: CallOutcome, ms: number): number {
  if (outcome.kind === 'timed_out') return timeout;
  return hold?.message !== undefined && ms > hold.every ? Math.min(Math.round(ms), timeout - 1) : 0;
}

function nobody(outcome: CallOutcome): CallOutcome {
  if (outcome.kind !== 'failed') return outcome;
  const reason = `${outcome.reason}: give the simulation a mock for it, or start it with real calls`;
  return { ...outcome, reason };
}

function resultOf(outcome: CallOutcome): Pick<TracedCall, 'result' | 'status' | 'reason' | 'response'> {
  if (outcome.kind !== 'answered')
    return { result: outcome.kind, status: null, reason: outcome.reason, response: null };
  const { status, headers, body } = outcome;
  return { result: 'answered', status, reason: null, response: { headers, body: body.slice(0, MAX_SHOWN) } };
}

function replyOf(outcome: CallOutcome, after: number): JsonObject {
  if (outcome.kind === 'timed_out') return { error: 'timeout' };
  if (outcome.kind === 'failed') return { error: 'network' };
  const { status, json, body, headers } = outcome;
  const again = headers['retry-after'];
  return {
    ...(status === 200 ? {} : { status }),
    ...(json === undefined ? { text: body } : { json }),
    ...(again === undefined ? {} : { headers: { 'retry-after': again } }),
    ...(after === 0 ? {} : { after: `${after}ms` }),
  };
}
