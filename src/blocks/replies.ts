import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import type { Outcome, Turn } from '../domain/turn.ts';
import type { Kit } from './block.ts';
import { traceTest } from './trace.ts';

/** One rule: an operator, the category it stands for, and where to go. */
export const ruleSchema = z.looseObject({
  category: z.string().optional(),
  next: z.string().optional(),
  note: z.string().optional(),
});

/** What happens when no rule matches. */
export const otherwiseSchema = z.strictObject({
  category: z.string().default('Other'),
  text: z.string().min(1).optional(),
  retry: z.int().min(1).optional(),
  next: z.string().optional(),
});

interface RuleParams {
  readonly rules?: readonly z.output<typeof ruleSchema>[] | undefined;
  readonly otherwise?: z.output<typeof otherwiseSchema> | undefined;
}

/** Rules ready to run: `route` answers the way, or undefined to go on waiting for a better reply. */
export interface Rules {
  route(turn: Turn, text: string): Outcome | undefined;
  readonly fallsThrough: boolean;
}

/**
 * Compiles `rules` and `otherwise`: the first rule that matches decides (ilhapush's ruleset). The category
 * and the match are kept beside the answer as `@answer.category` and `@answer.match`.
 */
export function compileRules(params: RuleParams, kit: Kit): Rules {
  if (params.rules === undefined) return { route: () => kit.next, fallsThrough: true };
  const rules = params.rules.map((written, i) => {
    const test = kit.test(written as Record<string, Json>, ['rules', i]);
    const category = written.category ?? test.name;
    const exit = written.next === undefined ? undefined : kit.exit(category, written.next, ['rules', i, 'next']);
    return { category, test, to: exit ?? kit.next };
  });
  const note = noting(kit.id);
  const other = compileOtherwise(params.otherwise, kit);
  const ownNext = params.rules.some((rule) => rule.next === undefined) || params.otherwise?.next === undefined;
  return {
    fallsThrough: ownNext,
    route(turn, text) {
      for (const { category, to, test } of rules) {
        const verdict = test.run(text, turn);
        if (turn.tracing) traceTest(turn, kit.id, test.name, verdict);
        if (verdict.kind !== 'match') continue;
        note(turn, category, verdict.value);
        return to;
      }
      return other(turn);
    },
  };
}

const NO_OTHERWISE = { text: 'nothing says what happens when no rule matches, so it goes on to next' };

function compileOtherwise(written: RuleParams['otherwise'], kit: Kit): (turn: Turn) => Outcome | undefined {
  const to = kit.exit('otherwise', written?.next, ['otherwise', 'next'], NO_OTHERWISE) ?? kit.next;
  const text = written?.text === undefined ? undefined : kit.text(written.text, ['otherwise', 'text']);
  const retries = written?.retry ?? 0;
  const note = noting(kit.id);
  return (turn) => {
    note(turn, written?.category ?? 'Other', null);
    const tries = typeof turn.state['tries'] === 'number' ? turn.state['tries'] : 0;
    const again = tries < retries;
    if (text !== undefined && (again || retries === 0)) turn.say({ text: text(turn) });
    return again ? undefined : to;
  };
}

/** Keeps beside an answer which rule it came under. */
function noting(id: string): (turn: Turn, category: string, match: Json) => void {
  const [categoryName, matchName] = [`${id}.category`, `${id}.match`];
  return (turn, category, match) => {
    turn.set(categoryName, category);
    turn.set(matchName, match);
  };
}
