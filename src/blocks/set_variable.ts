import { z } from 'zod';
import { convert } from '../domain/convert.ts';
import type { Json } from '../domain/json.ts';
import type { Outcome, Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import type { Kit } from './block.ts';
import { jsonValue, variableName } from './fields.ts';

const types = z.enum(['string', 'integer', 'number', 'boolean', 'datetime', 'object', 'array']);

const schema = z
  .strictObject({
    variable: variableName.optional(),
    contact_field: variableName.optional(),
    value: jsonValue.optional(),
    value_type: types.optional(),
    set: z.record(variableName, jsonValue).optional(),
  })
  .refine((p) => [p.variable, p.contact_field, p.set].filter((k) => k !== undefined).length === 1, {
    message: 'give exactly one of variable, contact_field and set',
  })
  .refine((p) => (p.set === undefined) === (p.value !== undefined), {
    message: 'variable and contact_field need a value; set has its values inside',
  });

type Params = z.output<typeof schema>;

/** Sets variables or a field of the contact, to any JSON value (Landbot's Set Variable). */
export const set_variable = defineBlock({
  summary: 'Sets a variable, several, or a lasting field of the contact.',
  schema,
  example: `
- id: holder
  type: set_variable
  variable: data
  value: {}
`,
  sets: (p) => [...(p.variable === undefined ? [] : [p.variable]), ...Object.keys(p.set ?? {})],
  compile(params, kit) {
    const setters =
      params.set === undefined
        ? [setter(params.variable ?? params.contact_field ?? '', params.value ?? null, ['value'], params, kit)]
        : Object.entries(params.set).map(([key, written]) => setter(key, written, ['set', key], params, kit));
    return {
      enter(turn) {
        for (const set of setters) {
          const failed = set(turn);
          if (failed !== null) return failed;
        }
        return kit.next;
      },
    };
  },
});

function setter(
  target: string,
  written: Json,
  path: readonly string[],
  params: Params,
  kit: Kit,
): (turn: Turn) => Outcome | null {
  const compiled = kit.value(written, path);
  const type = params.value_type;
  const store =
    params.contact_field === undefined
      ? (turn: Turn, v: Json) => turn.set(target, v)
      : (turn: Turn, v: Json) => contactField(turn, target, v);
  return (turn) => {
    const filled = compiled(turn) ?? null;
    const converted = type === undefined ? filled : convert(filled, type);
    if (converted === undefined)
      return { kind: 'fail', code: 'bad_value', text: `the value for "${target}" is no ${type}` };
    store(turn, converted);
    return null;
  };
}

function contactField(turn: Turn, field: string, v: Json): void {
  if ((field === 'name' || field === 'language') && typeof v === 'string') turn.setContact({ [field]: v });
  else turn.setContact({ fields: { [field]: v } });
}
