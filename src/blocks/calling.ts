import { z } from 'zod';
import type { CallExit, CallOutcome, CallRequest, Hold } from '../domain/call.ts';
import { TooLarge } from '../domain/error.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Outcome, Scope, Turn } from '../domain/turn.ts';
import type { BadRequest, Behaviour, Kit } from './block.ts';
import { retrySchema, span } from './fields.ts';

const MIN_HOLD = 1000;

const holdSchema = z
  .strictObject({
    message: z.string().min(1).optional(),
    every: span.prefault('15s'),
    typing: z.boolean().default(true),
  })
  .refine(({ every }) => every >= MIN_HOLD, { path: ['every'], message: 'every 1s at most' });

/** The keys that every block with a call has: what is said before and meanwhile, when to try again, and the exits. */
export const callKeys = {
  message: z.string().min(1).optional(),
  retry: retrySchema.optional(),
  hold: holdSchema.optional(),
  on_success: z.string().optional(),
  on_failure: z.string().optional(),
  on_timeout: z.string().optional(),
  on_http_error: z.string().optional(),
  on_invalid_output: z.string().optional(),
};

const keys = z.object(callKeys);
type CallKeys = z.output<typeof keys>;

/** How a call ended, as the block judged it. */
export interface Judged {
  readonly exit: CallExit;
  /** One sentence for the trace and for `on_error`. */
  readonly reason: string;
}

const NO_FAILURE_EXIT = {
  text: 'nothing says what happens when the call fails, and the flow has no on_error',
  unlessOnError: true,
} as const;

/** Declares the call exits and answers the way out for each: the finer falls back to `on_failure`, that to `on_error`. */
function compileExits(params: CallKeys, kit: Kit): (judged: Judged) => Outcome {
  const declared = (name: CallExit): Outcome | undefined =>
    kit.exit(name, params[name], [name], name === 'on_failure' ? NO_FAILURE_EXIT : undefined);
  const ways: Record<CallExit, Outcome | undefined> = {
    on_success: declared('on_success'),
    on_failure: declared('on_failure'),
    on_timeout: declared('on_timeout'),
    on_http_error: declared('on_http_error'),
    on_invalid_output: declared('on_invalid_output'),
  };
  kit.fallsThrough(params.on_success === undefined);
  return ({ exit, reason }) => {
    if (exit === 'on_success') return ways.on_success ?? kit.next;
    return ways[exit] ?? ways.on_failure ?? { kind: 'fail', code: 'call_failed', text: reason };
  };
}

/** What became of a call: success is an answer with a 2xx status. */
export function judge(outcome: CallOutcome): Judged {
  if (outcome.kind === 'timed_out') return { exit: 'on_timeout', reason: outcome.reason };
  if (outcome.kind === 'failed') return { exit: 'on_failure', reason: outcome.reason };
  return { exit: succeeded(outcome) ? 'on_success' : 'on_http_error', reason: `answered ${outcome.status}` };
}

function succeeded(outcome: CallOutcome): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

/** The values every call leaves behind, whichever way it ended; there is no status when nobody answered. */
export function callFacts(outcome: CallOutcome): { readonly [key: string]: Json } {
  const answered = outcome.kind === 'answered';
  return {
    succeeded: succeeded(outcome),
    timed_out: outcome.kind === 'timed_out',
    ...(answered ? { status_code: outcome.status } : { error: outcome.reason }),
  };
}

/** Puts how the call ended into the trace. */
function traceCall(turn: Turn, block: string, judged: Judged): void {
  if (turn.tracing) turn.record({ kind: 'call_finished', block, result: `${judged.reason} → ${judged.exit}` });
}

/** What a block with a call does of its own. */
export interface CallWork {
  /** Makes the request; a problem ends the call before it begins. */
  request(turn: Turn): CallRequest | BadRequest;
  /** Keeps what came of it and says which exit that is. */
  keep(turn: Turn, outcome: CallOutcome): Judged;
  /** What is kept of an answer that is too large: how the call ended, without what came back. */
  facts(outcome: CallOutcome, judged: Judged): JsonObject;
}

/** An answer that is allowed may still make values that no variable holds: the block's own exits take that. */
function kept(turn: Turn, block: string, outcome: CallOutcome, work: CallWork): Judged {
  try {
    return work.keep(turn, outcome);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const { exit } = judge(outcome);
    const reason = `what the answer holds is too much to keep: ${error.message}`;
    const judged: Judged = { exit: exit === 'on_success' ? 'on_invalid_output' : exit, reason };
    turn.set(block, { ...work.facts(outcome, judged), succeeded: false, error: reason });
    return judged;
  }
}

/** What every block with a call does: says so, makes the request, waits, keeps what came of it, leaves by the exit that fits. */
export function calling(params: CallKeys, kit: Kit, work: CallWork): Behaviour {
  const leave = compileExits(params, kit);
  const message = params.message === undefined ? undefined : kit.text(params.message, ['message']);
  const also = params.retry === undefined && params.hold === undefined ? undefined : compileAlso(params, kit);
  const finish = (turn: Turn, outcome: CallOutcome): Outcome => {
    const judged = kept(turn, kit.id, outcome, work);
    traceCall(turn, kit.id, judged);
    return leave(judged);
  };
  return {
    enter(turn) {
      const built = work.request(turn);
      if ('problem' in built) return finish(turn, { kind: 'failed', code: 'bad_request', reason: built.problem });
      if (message !== undefined) turn.say({ text: message(turn) });
      return { kind: 'call', request: also === undefined ? built : { ...built, ...also(turn) } };
    },
    resume(turn, entry) {
      return entry.kind === 'call' ? finish(turn, entry.outcome) : kit.next;
    },
  };
}

/** What is said of a request beside the request itself. */
function compileAlso(
  { retry, hold: written }: CallKeys,
  kit: Kit,
): (scope: Scope) => Pick<CallRequest, 'retry' | 'hold'> {
  const hold = compileHold(written, kit);
  return (scope) => ({ ...(retry === undefined ? {} : { retry }), ...hold(scope) });
}

function compileHold(written: CallKeys['hold'], kit: Kit): (scope: Scope) => { readonly hold?: Hold } {
  if (written === undefined) return () => ({});
  const { message, every, typing } = written;
  if (message === undefined) return () => ({ hold: { every, typing } });
  const text = kit.text(message, ['hold', 'message']);
  return (scope) => ({ hold: { message: text(scope), every, typing } });
}
