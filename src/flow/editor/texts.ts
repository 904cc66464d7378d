import { isObject } from '../../domain/json.ts';
import type { Json, JsonObject } from '../../domain/json.ts';

/** What a key takes that says where the conversation goes on. */
export const TARGET = 'the id of a block, `end`, or `wait` to stay until something from outside moves on.';

/** Keys that say where the conversation goes on. */
export const EXIT_KEY = /^(next|then|else|on_\w+)$/;

/** Facts about keys by their path, such as `settings.on_error`, `triggers[].link` or `variables.*.type`. */
export type Facts = Readonly<Record<string, JsonObject>>;

/** A schema with facts added to its keys. A path that leads nowhere is a mistake of ours. */
export function withFacts(schema: JsonObject, facts: Facts): JsonObject {
  const unused = new Set(Object.keys(facts));
  const annotated = annotate(schema, '', facts, unused);
  if (unused.size > 0) throw new Error(`the schema has no ${[...unused].join(', ')}`);
  return annotated;
}

function annotate(schema: JsonObject, path: string, facts: Facts, unused: Set<string>): JsonObject {
  unused.delete(path);
  const { properties, items, additionalProperties: others } = schema;
  const dot = path === '' ? '' : '.';
  const inside = (value: Json | undefined, step: string): Json | undefined =>
    isObject(value) ? annotate(value, `${path}${step}`, facts, unused) : value;
  const keys = Object.entries(isObject(properties) ? properties : {});
  return {
    ...schema,
    ...facts[path],
    ...(keys.length === 0
      ? {}
      : { properties: Object.fromEntries(keys.map(([key, value]) => [key, inside(value, `${dot}${key}`)])) }),
    ...(items === undefined ? {} : { items: inside(items, '[]') }),
    ...(others === undefined ? {} : { additionalProperties: inside(others, `${dot}*`) }),
  };
}
