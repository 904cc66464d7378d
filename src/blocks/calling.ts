import { z } from 'zod';
import type { CallExit, CallOutcome } from '../domain/call.ts';
import type { Json } from '../domain/json.ts';
import type { Outcome, Turn } from '../domain/turn.ts';
import type { Behaviour, Kit } from './block.ts';

/** The exits that every block with a call has. */
export const callExits = {
  on_success: z.string().optional(),
  on_failure: z.string().optional(),
  on_timeout: z.string().optional(),
  on_http_error: z.string().optional(),
  on_invalid_output: z.string().optional(),
};

type Wired = { readonly [E in CallExit]?: string | undefined };

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
function compileExits(params: Wired, kit: Kit): (judged: Judged) => Outcome {
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
  if (outcome.status >= 200 && outcome.status < 300)
    return { exit: 'on_success', reason: `answered ${outcome.status}` };
  return { exit: 'on_http_error', reason: `answered ${outcome.status}` };
}

/** The values every call leaves behind, whichever way it ended; there is no status when nobody answered. */
export function callFacts(outcome: CallOutcome): { readonly [key: string]: Json } {
  const answered = outcome.kind === 'answered';
  return {
    succeeded: judge(outcome).exit === 'on_success',
    timed_out: outcome.kind === 'timed_out',
    ...(answered ? { status_code: outcome.status } : { error: outcome.reason }),
  };
}

/** Puts how the call ended into the trace. */
function traceCall(turn: Turn, block: string, judged: Judged): void {
  if (turn.tracing) turn.record({ kind: 'call_finished', block, result: `${judged.reason} → ${judged.exit}` });
}

/** What every block with a call does: makes the request, waits, keeps what came of it, leaves by the exit that fits. */
export function calling(
  params: Wired,
  kit: Kit,
  request: ReturnType<Kit['request']>,
  keep: (turn: Turn, outcome: CallOutcome) => void,
): Behaviour {
  const leave = compileExits(params, kit);
  return {
    enter(turn) {
      const built = request(turn);
      if ('problem' in built) return leave({ exit: 'on_failure', reason: built.problem });
      return { kind: 'call', request: built };
    },
    resume(turn, entry) {
      if (entry.kind !== 'call') return kit.next;
      keep(turn, entry.outcome);
      const judged = judge(entry.outcome);
      traceCall(turn, kit.id, judged);
      return leave(judged);
    },
  };
}
