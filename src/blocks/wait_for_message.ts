import { z } from 'zod';
import type { Inbound } from '../domain/message.ts';
import type { Outcome, Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import type { Kit } from './block.ts';
import { compileRules, otherwiseSchema, ruleSchema } from './replies.ts';
import type { Rules } from './replies.ts';
import { span } from './fields.ts';
import { compileTimeout, timeoutSchema } from './timeout.ts';

const schema = z.strictObject({
  rules: z.array(ruleSchema).min(1).optional(),
  otherwise: otherwiseSchema.optional(),
  timeout: timeoutSchema.optional(),
  merge_within: span.optional(),
});

type Params = z.output<typeof schema>;

/** Waits for what the contact says next, without asking; quick messages can be gathered into one. */
export const wait_for_message = defineBlock({
  summary: 'Waits for the next message without asking; merge_within gathers quick ones.',
  schema,
  example: `
- id: story
  type: wait_for_message
  merge_within: 5s
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    const rules = compileRules(params, kit);
    const { late, falls } = compileTimeout(params.timeout, kit);
    kit.fallsThrough(rules.fallsThrough || falls);
    const wait = waiting(params);
    return {
      enter: (turn) => wait(turn, []),
      resume(turn, entry) {
        const before = textsOf(turn);
        if (entry.kind === 'message' && params.merge_within !== undefined)
          return wait(turn, [...before, wordsOf(entry.message)]);
        if (entry.kind === 'message') return finish(turn, wordsOf(entry.message), kit, rules) ?? wait(turn, []);
        return before.length > 0 ? (finish(turn, before.join('\n'), kit, rules) ?? wait(turn, [])) : late;
      },
    };
  },
});

/** The first wait ends by the timeout; once something was said, by the silence after it. */
function waiting({ timeout, merge_within: quiet }: Params): (turn: Turn, texts: readonly string[]) => Outcome {
  return (turn, texts) => {
    const after = texts.length > 0 ? quiet : timeout?.after;
    const until = after === undefined ? {} : { until: turn.world.now() + after };
    return { kind: 'wait', wait: { for: 'reply', ...until, ...(texts.length === 0 ? {} : { state: { texts } }) } };
  };
}

function textsOf(turn: Turn): string[] {
  const { texts } = turn.state;
  return Array.isArray(texts) ? texts.filter((text): text is string => typeof text === 'string') : [];
}

function wordsOf({ text, attachments }: Inbound): string {
  return text === '' ? (attachments?.[0]?.url ?? '') : text;
}

function finish(turn: Turn, text: string, kit: Kit, rules: Rules): Outcome | undefined {
  turn.set(kit.id, text.trim());
  return rules.route(turn, text);
}
