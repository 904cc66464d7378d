import { z } from 'zod';
import { isObject, own } from '../domain/json.ts';
import type { JsonObject } from '../domain/json.ts';
import { defineBlock } from './block.ts';
import { jsonValue, variableName } from './fields.ts';

const schema = z.strictObject({
  flow: z.string().min(1),
  inputs: z.record(variableName, jsonValue).optional(),
  outputs: z.record(variableName, variableName).optional(),
});

/** Calls another flow and goes on when it ends. It sees only its inputs; only the outputs come back. */
export const subflow = defineBlock({
  summary: 'Calls another flow with inputs and goes on when it ends, with its outputs.',
  schema,
  example: `
- id: rating
  type: subflow
  flow: survey
  inputs: { topic: delivery }
  outputs: { stars: score }
`,
  sets: ({ outputs }, id) => [id, ...Object.keys(outputs ?? {})],
  compile(params, kit) {
    kit.calls(params.flow, ['flow']);
    const inputs = kit.value(params.inputs ?? {}, ['inputs']);
    const outputs = Object.entries(params.outputs ?? {});
    return {
      enter(turn) {
        const given = inputs(turn);
        return { kind: 'enter', flow: params.flow, variables: isObject(given) ? given : {} };
      },
      returned(turn, result: JsonObject) {
        const values = outputs.map(([name, theirs]) => [name, own(result, theirs) ?? null] as const);
        for (const [name, value] of values) turn.set(name, value);
        turn.set(kit.id, Object.fromEntries(values));
        return kit.next;
      },
    };
  },
});
