import { BLOCKS } from '../../blocks/index.ts';
import type { BlockType } from '../../blocks/block.ts';
import { isObject, own } from '../../domain/json.ts';
import type { JsonObject } from '../../domain/json.ts';
import { commonSchema, flowSchema } from '../schema.ts';
import { ruleDefinitions } from './rules.ts';
import { TARGET, withFacts } from './texts.ts';
import type { Facts } from './texts.ts';
import { DRAFT, jsonSchemaOf } from './zod.ts';

const says = (description: string): JsonObject => ({ description });

/** What the keys of a flow are for, and what refinements know about them. */
const FLOW: Facts = {
  flow: says('The id of the flow: unique, and the same for ever.'),
  name: says('What people call the flow.'),
  note: says('A remark for whoever reads the flow.'),
  channels: says('The channels it runs on; without this key, any.'),
  language: says('The language of the flow, such as en or es-CO, for contacts whose own is not known.'),
  triggers: says('How the flow starts. Without triggers: only by a jump, the API, a link or a test.'),
  'triggers[]': { minProperties: 1, maxProperties: 1 },
  'triggers[].keywords': says('First words of a message that start the flow, in any case and without accents.'),
  'triggers[].catch_all': says('Any message, when nothing else takes it.'),
  'triggers[].new_contact': says('The first message of a contact.'),
  'triggers[].link': says('The web page /w/<flow>.'),
  'triggers[].event': says('An event: of another flow, or of POST /api/v1/events. Its data are variables of the flow.'),
  'triggers[].schedule': says('The clock, for the contacts that are known.'),
  'triggers[].schedule.cron': says('Minute, hour, day of the month, month and day of the week, such as "0 9 * * 1-5".'),
  'triggers[].schedule.timezone': says(
    'The time zone that the hours are in, such as America/Bogota; UTC without this key.',
  ),
  'triggers[].schedule.audience': says('Which contacts: a field of theirs and an operator. Without this key: all.'),
  variables: says('Variables with a type and a default. Others may be used too.'),
  settings: says('What holds for the whole flow.'),
  'settings.expire_after': says('How long a contact may be silent; 24h without this key.'),
  'settings.on_expire': says('The block that runs when the contact was silent too long.'),
  'settings.on_error': says('The block that runs when a block fails and has no exit for it.'),
  'settings.redirect_url': {
    description: 'Where a visitor of the web page goes at the end.',
    pattern: String.raw`^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\s]`,
    patternErrorMessage: 'write an absolute address with scheme and host, such as https://shop.example/done',
  },
  'settings.exit_keywords': says('Words that leave the flow at any question; the whole message has to be the word.'),
  moved: says(
    'Blocks that the flow does not have any more, and where conversations that wait there go on: a block, or `end`.',
  ),
  blocks: says('The steps, from top to bottom. A block without `next` goes on to the one below it.'),
};

/** What the keys that every block has are for. */
const COMMON: Facts = {
  id: says('The name of the block, unique in the flow. Its result is the variable of this name.'),
  note: says('A remark for whoever reads the flow.'),
  next: says(`Where to go after this block, instead of the one below: ${TARGET}`),
  save_as: says('A second variable that gets the result of the block.'),
};

/** The JSON Schema of a flow file, made of the registries: block types, operators and the keys they take. */
export function flowJsonSchema(): JsonObject {
  const envelope = withFacts(jsonSchemaOf(flowSchema), FLOW);
  const keys = part(envelope, 'properties');
  const common = commonKeys();
  const types = [...BLOCKS].map(([name, type]) => [`block_${name}`, blockOf(name, type, common)] as const);
  return {
    $schema: DRAFT,
    title: 'Parley flow',
    ...envelope,
    properties: { ...keys, blocks: { ...part(keys, 'blocks'), items: { $ref: '#/definitions/block' } } },
    definitions: { block: anyBlock(common), ...Object.fromEntries(types), ...ruleDefinitions() },
  };
}

function part(schema: JsonObject, key: string): JsonObject {
  const value = own(schema, key);
  return isObject(value) ? value : {};
}

/** The keys that every block has, `type` aside. What an id looks like stands with the flow. */
function commonKeys(): JsonObject {
  const { type: _, ...keys } = part(withFacts(jsonSchemaOf(commonSchema), COMMON), 'properties');
  const { id } = flowSchema.shape.blocks.element.shape;
  return { ...keys, id: { ...jsonSchemaOf(id), ...part(keys, 'id') } };
}

/** A block of any type: its type decides which of the others it has to be. */
function anyBlock(common: JsonObject): JsonObject {
  const summaries = [...BLOCKS.values()].map(({ summary }) => summary);
  return {
    title: 'block',
    type: 'object',
    required: ['id', 'type'],
    properties: { ...common, type: { type: 'string', enum: [...BLOCKS.keys()], markdownEnumDescriptions: summaries } },
    allOf: [...BLOCKS.keys()].map((name) => ({
      if: { properties: { type: { const: name } }, required: ['type'] },
      then: { $ref: `#/definitions/block_${name}` },
    })),
  };
}

/** A block of one type: its own keys and the common ones, and no others. */
function blockOf(name: string, { summary, example, schema }: BlockType, common: JsonObject): JsonObject {
  const { properties, ...made } = jsonSchemaOf(schema);
  const texts = { description: summary, markdownDescription: `${summary}\n\n\`\`\`yaml\n${example.trim()}\n\`\`\`` };
  const keys = isObject(properties) ? properties : {};
  return { title: name, ...texts, ...made, properties: { ...common, type: { const: name, ...texts }, ...keys } };
}
