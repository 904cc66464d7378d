import { z } from 'zod';
import { own } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { defineBlock } from './block.ts';
import { jsonValue } from './fields.ts';
import { traceTest } from './trace.ts';

const testCase = z.looseObject({
  value: jsonValue.optional(),
  next: z.string(),
  category: z.string().optional(),
  note: z.string().optional(),
});
const schema = z.strictObject({ cases: z.array(testCase).min(1), else: z.string().optional() });

const NO_ELSE = { text: 'nothing says where to go when no case matches, so it goes on to the block below' };

/** Goes the way of the first case that holds (Truora's if/else, Landbot's conditional, ilhapush's split). */
export const condition = defineBlock({
  summary: 'Branches: the first case that holds decides; else takes the rest.',
  schema,
  example: `
- id: grown_up
  type: condition
  cases:
    - { if: "age >= 18", next: welcome }
  else: too_young
`,
  sets: () => [],
  compile(params, kit) {
    const cases = params.cases.map((written, i) => {
      const path = ['cases', i];
      const test = kit.test(written as Record<string, Json>, path);
      return { test, to: kit.exit(written.category ?? test.name, written.next, [...path, 'next']) ?? kit.next };
    });
    const otherwise = kit.exit('else', params.else, ['else'], NO_ELSE) ?? kit.next;
    kit.fallsThrough(params.else === undefined);
    return {
      enter(turn) {
        for (const { test, to } of cases) {
          const verdict = test.run(own(turn.message, 'text'), turn);
          if (turn.tracing) traceTest(turn, kit.id, test.name, verdict);
          if (verdict.kind === 'match') return to;
        }
        return otherwise;
      },
    };
  },
});
