import { toText } from '../domain/json.ts';
import type { Turn } from '../domain/turn.ts';
import type { Verdict } from '../operators/operator.ts';

/** Puts into the trace which rule was tried and what came of it. Only called when somebody is looking. */
export function traceTest(turn: Turn, block: string, rule: string, verdict: Verdict): void {
  turn.record({ kind: 'rule_tested', block, rule, matched: verdict.kind === 'match', reason: reasonOf(verdict) });
}

function reasonOf(verdict: Verdict): string {
  if (verdict.kind === 'error') return verdict.reason;
  return verdict.kind === 'match' ? `matched ${toText(verdict.value)}` : 'does not match';
}
