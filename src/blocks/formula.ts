import { z } from 'zod';
import { defineBlock } from './block.ts';

const schema = z.strictObject({ expression: z.string().min(1) });

/** Computes an expression and keeps the result under the block's id (Landbot's formula block). */
export const formula = defineBlock({
  summary: 'Computes an expression over variables; the result is stored under the block id.',
  schema,
  example: `
- id: status
  type: formula
  expression: get(data, "status")
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    const source = /^\s*@\(([\s\S]*)\)\s*$/.exec(params.expression)?.[1] ?? params.expression;
    const evaluate = kit.expression(source, ['expression']);
    return {
      enter(turn) {
        turn.set(kit.id, evaluate(turn) ?? null);
        return kit.next;
      },
    };
  },
});
