// Functions of expressions and built-in names, for docs/reference/expressions.md.
import { FUNCTIONS } from '../../src/flow/language/functions.ts';
import { RESERVED, knownRoots } from '../../src/flow/language/names.ts';

/** What each built-in name is. A name without a line here stops the generator. */
const NAMES = {
  contact: 'the contact: `id`, `name`, `channel`, `address`, `language`, and every field that `contact_field` stored',
  id: 'the same as `@contact.id`',
  message: 'the last message of the contact: `id`, `at`, `text`, `attachments`, `choice`, `location`',
  extra: 'the JSON object of the last `webhook` answer',
  flow: 'the variables of the flow: `@flow.name` is `@name` written out',
  bot_id: 'the id of the flow',
  block_id: 'the id of the block',
  conversation: '`@conversation.id` is the id of the conversation',
  resume: '`@resume.url` and `@resume.token` let something outside move this conversation on, once, for a while',
  server: '`@server.url` is the address of this server, as it sees itself',
  now: 'date and time, in UTC',
  today: 'the date, in UTC',
};

const HEAD = `## Functions

For use in \`@(…)\`, \`if:\` and \`formula\`. \`upper(name)\` and \`name.upper()\` are the same. What cannot be computed is null,
with a note in the trace.`;

const BUILT_IN = `| \`has(x)\` | 1 | true if \`x\` is set |
| \`matches(text, pattern)\` | 2 | true if the regular expression is found in the text; no look-around, no back-references |
| \`list.map(x, …)\`, \`list.filter(x, …)\` | | a list made of each item, and the items for which the expression holds |
| \`list.exists(x, …)\`, \`list.all(x, …)\`, \`list.exists_one(x, …)\` | | true if it holds for some, for all, for exactly one item |`;

export function expressionFunctions() {
  const rows = [...FUNCTIONS].map(([name, { args, summary }]) => `| \`${name}\` | ${count(args)} | ${summary} |`);
  return `${HEAD}\n\n${['| Function | Takes | Gives |', '|---|---|---|', ...rows, BUILT_IN].join('\n')}`;
}

export function builtInNames() {
  const known = knownRoots({ variables: new Map(), aliases: new Map() });
  const strange = known.filter((name) => NAMES[name] === undefined);
  if (strange.length > 0) throw new Error(`scripts/docs/language.mjs does not say what ${strange.join(', ')} is`);
  const rows = Object.keys(NAMES)
    .filter((name) => known.includes(name))
    .map((name) => `| \`@${name}\` | ${NAMES[name]} |`);
  const rest = [...RESERVED].filter((name) => !known.includes(name)).map((name) => `\`${name}\``);
  return `## Built-in names

| Name | Is |
|---|---|
${rows.join('\n')}
| \`@EXTCALL_1\`, \`@EXTCALL_2\`, … | the results of the \`external_web_call\` blocks, in file order |

No variable can have one of these names, or one of ${rest.join(', ')}.`;
}

function count([least, most]) {
  return least === most ? String(least) : `${least} to ${most}`;
}
