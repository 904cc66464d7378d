import { isObject } from '../../domain/json.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { OPERATORS } from '../../operators/index.ts';
import type { Operator } from '../../operators/operator.ts';
import { TARGET } from './texts.ts';
import { jsonSchemaOf } from './zod.ts';

/** Keys of a rule or case that say where to go, not what to test. */
const WIRING: JsonObject = {
  value: { description: 'What is tested, such as "@order.status". Without it: the text of the last message.' },
  next: { type: 'string', description: `Where to go when it matches: ${TARGET}` },
  category: { type: 'string', description: 'What a match is called, in @block.category and in traces.' },
  note: { type: 'string', description: 'A remark for whoever reads the flow.' },
  text: { doNotSuggest: true },
};

/** The same for an audience, which is a rule over one contact. */
const AUDIENCE: JsonObject = {
  field: { type: 'string', description: 'A field of the contact, such as plan or contact.language.' },
  value: { description: 'What is tested, instead of a field: such as "@contact.plan".' },
};

const rule = { $ref: '#/definitions/rule' };
const rules = { type: 'array', minItems: 1, items: rule };

const LOGIC: JsonObject = {
  all: { ...rules, description: 'Holds when every one of these rules holds.' },
  any: { ...rules, description: 'Holds when one of these rules holds.' },
  none: { ...rules, description: 'Holds when none of these rules holds.' },
  not: { allOf: [rule], description: 'Holds when this rule does not hold.' },
  if: { type: 'string', description: 'Holds when this expression gives a true value, such as "age >= 18".' },
};

/** What rules and cases are made of: the definitions `rule`, `audience` and `template`. */
export function ruleDefinitions(): JsonObject {
  const tests = { ...LOGIC, ...operatorKeys() };
  return {
    rule: definition('rule', WIRING, tests),
    audience: definition('audience', AUDIENCE, tests),
    template: {
      anyOf: [
        { type: 'string', pattern: '@' },
        { type: 'array', contains: { $ref: '#/definitions/template' } },
      ],
    },
  };
}

/** A mapping of some keys and exactly one operator. In steps, so that a key that is misspelled is the one thing reported. */
function definition(title: string, wiring: JsonObject, tests: JsonObject): JsonObject {
  const isWiring = { propertyNames: { enum: Object.keys(wiring) } };
  const isKnown = { propertyNames: { enum: [...Object.keys(wiring), ...Object.keys(tests)] } };
  const one = { oneOf: Object.keys(tests).map((name) => ({ required: [name] })) };
  const missing = { required: ['<operator>'], errorMessage: 'A rule has exactly one operator; this one has none.' };
  return {
    title,
    type: 'object',
    properties: { ...wiring, ...tests },
    additionalProperties: false,
    if: isWiring,
    then: missing,
    else: { if: isKnown, then: one },
  };
}

/** Operators by canonical name, and by their other names, which are known but not suggested. */
function operatorKeys(): JsonObject {
  return Object.fromEntries(
    [...OPERATORS].flatMap(([name, operator]) => [
      [name, { ...argumentOf(operator), ...textsOf(operator) }],
      ...(operator.aliases ?? []).map((alias) => [alias, aliasOf(name, operator)]),
    ]),
  );
}

function textsOf({ summary, example }: Operator): JsonObject {
  return { description: summary, markdownDescription: `${summary}\n\n\`\`\`yaml\n- ${example.trim()}\n\`\`\`` };
}

function aliasOf(name: string, { summary }: Operator): JsonObject {
  const same = { $ref: `#/definitions/rule/properties/${name}` };
  return { allOf: [same], description: `Another name of ${name}. ${summary}`, doNotSuggest: true };
}

/** What may stand right of an operator; a template may give any argument when the flow runs. */
function argumentOf({ argument }: Operator): JsonObject {
  if (argument === undefined) return { enum: [true, null] };
  const made = jsonSchemaOf(argument);
  return takesAnyText(made) ? made : { anyOf: [made, { $ref: '#/definitions/template' }] };
}

function takesAnyText(schema: Json): boolean {
  if (!isObject(schema) || schema['enum'] !== undefined) return false;
  const { type, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.some((branch: Json) => takesAnyText(branch));
  return type === 'string' || (Array.isArray(type) && type.includes('string'));
}
