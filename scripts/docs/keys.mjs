// What a zod schema takes, as rows of a table: key, kind of value, needed or not, default.
import { z } from 'zod';
import { span } from '../../src/blocks/fields.ts';

const NAMES = { string: 'text', number: 'number', integer: 'whole number', boolean: 'true or false', null: 'nothing' };
const EXIT = /(^|\.)(next|then|else|on_\w+)$/;
const ANY_RULE = 'one [operator](ref:operators.md), or `if`, `all`, `any`, `none`, `not`';

/** The rows of a schema, those of nested mappings included. */
export function keyRows(schema) {
  return rowsOf(jsonSchema(schema), '');
}

/** The keys among rows that name a block to go to. */
export function exitKeys(rows) {
  return rows.map(({ key }) => key).filter((key) => EXIT.test(key));
}

/** What a value of a schema looks like, in a few words. */
export function kindOf(schema) {
  return kind(jsonSchema(schema));
}

/** Rows as a Markdown table; with a column more where rows say what keys are for. */
export function keyTable(rows) {
  const explained = rows.some(({ meaning }) => meaning !== undefined);
  const lines = rows.map(({ key, kind: what, needed, standard, meaning = '' }) => {
    const cells = [
      `\`${key}\``,
      what,
      needed ? 'yes' : '',
      standard === undefined ? '' : `\`${standardText(standard)}\``,
    ];
    return `| ${[...cells, ...(explained ? [meaning] : [])].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  const head = ['Key', 'Value', 'Needed', 'Default', ...(explained ? ['What it is'] : [])];
  return [`| ${head.join(' | ')} |`, `|${head.map(() => '---|').join('')}`, ...lines].join('\n');
}

function standardText(standard) {
  return typeof standard === 'string' ? standard : JSON.stringify(standard);
}

function jsonSchema(schema) {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: made }) => {
      if (zodSchema === span) made.title = 'a length of time such as `90s`, `5m`, `24h`, `2d`';
    },
  });
}

function rowsOf(schema, prefix) {
  const needed = new Set(schema.required);
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const key = prefix + name;
    const row = {
      key,
      kind: EXIT.test(key) ? 'a block' : kind(value),
      needed: needed.has(name),
      standard: value.default,
    };
    return [row, ...inside(value, key)];
  });
  return [...own, ...openRows(schema, prefix)];
}

function inside(value, key) {
  if (value.type === 'array' && value.items?.properties !== undefined) return rowsOf(value.items, `${key}[].`);
  if (value.properties !== undefined) return rowsOf(value, `${key}.`);
  const each = value.additionalProperties;
  return each?.properties === undefined ? [] : rowsOf(each, `${key}.<name>.`);
}

/** A mapping that takes more than its own keys is a rule, or a block of any type. */
function openRows(schema, prefix) {
  if (schema.additionalProperties === false || schema.properties === undefined) return [];
  const block = schema.properties.type !== undefined;
  return [
    block
      ? { key: `${prefix}…`, kind: 'the keys of its [type](../reference.md#block-types)', needed: false }
      : { key: `${prefix}<operator>`, kind: ANY_RULE, needed: true },
  ];
}

function kind(schema) {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(kind))].join(', or ');
  if (Array.isArray(schema.type)) return schema.type.length > 2 ? 'text, number or boolean' : 'number or text';
  if (schema.type === 'array') return listKind(schema);
  if (schema.type === 'object') return mappingKind(schema);
  return schema.type === undefined ? 'any value' : `${NAMES[schema.type]}${range(schema)}`;
}

function listKind({ items, prefixItems }) {
  if (prefixItems !== undefined) return `a list of ${prefixItems.length}: ${prefixItems.map(kind).join(' and ')}`;
  return items?.properties === undefined ? `list of: ${kind(items)}` : 'list of mappings';
}

function mappingKind({ properties, required = [], additionalProperties }) {
  if (properties === undefined) return `mapping of names to: ${kind(additionalProperties)}`;
  const names = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
  return `\`{ ${names.join(', ')} }\``;
}

function range({ minimum, maximum }) {
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (bounded) return `, ${minimum} to ${maximum}`;
  return minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `, ${minimum} or more` : '';
}
