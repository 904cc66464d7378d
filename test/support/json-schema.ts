import { isDeepStrictEqual } from 'node:util';
import { isObject, own, toText } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';

/** Keywords that say something to people only. `format` is one of them in draft-07. */
const TEXTS = new Set([
  '$schema',
  'title',
  'description',
  'markdownDescription',
  'markdownEnumDescriptions',
  'default',
  'definitions',
  'errorMessage',
  'patternErrorMessage',
  'doNotSuggest',
  'format',
]);

type Keyword = (argument: Json, value: Json, on: Checking) => boolean;

interface Checking {
  readonly schema: JsonObject;
  readonly root: JsonObject;
}

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const keys = (value: Json): string[] => (isObject(value) ? Object.keys(value) : []);
const number =
  (check: (value: number, limit: number) => boolean): Keyword =>
  (limit, value) =>
    typeof value !== 'number' || check(value, Number(limit));
const length =
  (check: (length: number, limit: number) => boolean, of: 'string' | 'array' | 'object'): Keyword =>
  (limit, value) =>
    typeOf(value) !== of ||
    check(
      typeof value === 'string' ? value.length : isObject(value) ? keys(value).length : list(value).length,
      Number(limit),
    );
const count = (schemas: Json, value: Json, { root }: Checking): number =>
  list(schemas).filter((schema) => isValid(schema, value, root)).length;

/** The keywords of draft-07 that the schemas use. One that is not here is reported, so that nothing goes unchecked. */
const KEYWORDS: Readonly<Record<string, Keyword>> = {
  $ref: (name, value, { root }) => isValid(resolve(toText(name), root), value, root),
  type: (types, value) => (Array.isArray(types) ? types : [types]).some((type: Json) => isOfType(type, value)),
  enum: (values, value) => list(values).some((one) => isDeepStrictEqual(one, value)),
  const: (wanted, value) => isDeepStrictEqual(wanted, value),
  pattern: (pattern, value) => typeof value !== 'string' || new RegExp(toText(pattern), 'u').test(value),
  minLength: length((a, b) => a >= b, 'string'),
  minItems: length((a, b) => a >= b, 'array'),
  maxItems: length((a, b) => a <= b, 'array'),
  minProperties: length((a, b) => a >= b, 'object'),
  maxProperties: length((a, b) => a <= b, 'object'),
  minimum: number((a, b) => a >= b),
  maximum: number((a, b) => a <= b),
  exclusiveMinimum: number((a, b) => a > b),
  items: (items, value, { root }) =>
    list(value).every((item, i) => isValid(Array.isArray(items) ? (items[i] ?? {}) : items, item, root)),
  additionalItems: (rest, value, { schema, root }) =>
    list(value)
      .slice(list(schema['items']).length)
      .every((item) => isValid(rest, item, root)),
  contains: (item, value, { root }) => !Array.isArray(value) || value.some((one: Json) => isValid(item, one, root)),
  required: (names, value) => !isObject(value) || list(names).every((name) => Object.hasOwn(value, toText(name))),
  properties: (properties, value, { root }) =>
    keys(value).every((key) => isValid(own(properties, key) ?? true, own(value, key) ?? null, root)),
  additionalProperties: (rest, value, { schema, root }) =>
    keys(value).every(
      (key) => own(schema['properties'], key) !== undefined || isValid(rest, own(value, key) ?? null, root),
    ),
  propertyNames: (names, value, { root }) => keys(value).every((key) => isValid(names, key, root)),
  allOf: (schemas, value, on) => count(schemas, value, on) === list(schemas).length,
  anyOf: (schemas, value, on) => count(schemas, value, on) > 0,
  oneOf: (schemas, value, on) => count(schemas, value, on) === 1,
  if: (condition, value, { schema, root }) =>
    isValid(schema[isValid(condition, value, root) ? 'then' : 'else'] ?? true, value, root),
  then: () => true,
  else: () => true,
};

/** Whether a value is as a JSON Schema (draft-07) says. Throws for a keyword or a reference it does not know. */
export function isValid(schema: Json, value: Json, root: JsonObject = isObject(schema) ? schema : {}): boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) throw new Error(`no schema: ${JSON.stringify(schema)}`);
  return Object.entries(schema).every(([name, argument]) => {
    if (TEXTS.has(name)) return true;
    const keyword = KEYWORDS[name];
    if (keyword === undefined || argument === undefined) throw new Error(`unknown keyword "${name}"`);
    return keyword(argument, value, { schema, root });
  });
}

function resolve(name: string, root: JsonObject): Json {
  let found: Json | undefined = root;
  for (const step of name.split('/').slice(1)) found = own(found, step);
  if (found === undefined) throw new Error(`nothing at ${name}`);
  return found;
}

function typeOf(value: Json): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function isOfType(type: Json, value: Json): boolean {
  return type === 'integer' ? Number.isInteger(value) : type === typeOf(value);
}
