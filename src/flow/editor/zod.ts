import { z } from 'zod';
import { span } from '../../blocks/fields.ts';
import { isObject } from '../../domain/json.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { EXIT_KEY, TARGET } from './texts.ts';

/** The dialect that the YAML extension of VS Code reads best. */
export const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** What `parseSpan` reads, as a pattern: zod's own schema of a length of time is any text and a transform. */
const SPAN = {
  pattern: String.raw`^\s*(\d{1,9}(\.\d{1,3})?(ms|[smhdw]))+\s*$`,
  description: 'A length of time, such as 90s, 5m, 24h or 2d.',
};

/**
 * A zod schema as JSON Schema for editors. Refinements are lost on the way: how keys depend on each other, and what
 * a text has to be besides its pattern, only `parley check` knows.
 */
export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === span) Object.assign(jsonSchema, SPAN);
      if (jsonSchema.pattern !== undefined) jsonSchema['patternErrorMessage'] = complaint(zodSchema);
    },
  });
  const tidied = tidy(made);
  return isObject(tidied) ? tidied : {};
}

/** What a schema says of a text that surely has not its pattern: editors say the same. */
function complaint(schema: z.core.$ZodType): string | undefined {
  return z.safeParse(schema, '!').error?.issues[0]?.message;
}

/** Plain JSON without the parts that say nothing, and with the operators where a mapping takes them. */
function tidy(value: unknown): Json {
  if (Array.isArray(value)) return value.map((item: unknown) => tidy(item));
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (!isObject(value)) return null;
  const entries = Object.entries(value).filter(([key, held]) => held !== undefined && !saysNothing(key, held));
  const plain = Object.fromEntries(entries.map(([key, held]) => [key, withTarget(key, tidy(held))]));
  return takesOperators(plain) ? asRule(plain) : plain;
}

/** A text under the key of an exit says where to go. */
function withTarget(key: string, value: Json): Json {
  const isExit = EXIT_KEY.test(key) && isObject(value) && value['type'] === 'string';
  return isExit ? { description: `Where to go: ${TARGET}`, ...value } : value;
}

function saysNothing(key: string, value: unknown): boolean {
  if (key === 'propertyNames') return JSON.stringify(value) === '{"type":"string"}';
  return key === '$schema' || value === Number.MAX_SAFE_INTEGER || value === Number.MIN_SAFE_INTEGER;
}

/** A mapping that names some keys and takes any other is a rule or case: the other keys are operators. */
function takesOperators({ properties, additionalProperties: others }: JsonObject): boolean {
  return isObject(properties) && isObject(others) && Object.keys(others).length === 0;
}

/** A rule that names a field of the contact is one of an audience. */
function asRule({ required, properties }: JsonObject): JsonObject {
  const name = isObject(properties) && 'field' in properties ? 'audience' : 'rule';
  const rule = { $ref: `#/definitions/${name}` };
  return required === undefined ? rule : { allOf: [rule], required };
}
