// docs/reference/operators.md, by group.
import { OPERATORS } from '../../src/operators/index.ts';
import { kindOf } from './keys.mjs';

const GROUPS = {
  presence: 'Presence',
  equality: 'Equality',
  text: 'Text',
  words: 'Words',
  pattern: 'Patterns',
  number: 'Numbers',
  date: 'Dates and times',
  entity: 'Things in a text',
  list: 'Lists and objects',
  contact: 'Contact and channel',
  call: 'Calls',
  logic: 'Logic',
};

const HEAD = `# Operators

Tests that \`rules\` and \`condition.cases\` make. A rule has exactly one. Without \`value\` it looks at the last message.
An operator whose argument is "none" is written with \`true\`: \`has_email: true\`. A value that cannot be judged
counts as no match, and the trace says why.`;

const LOGIC = `## Combining

| Operator | Argument | Holds when | Example |
|---|---|---|---|
| \`all\` | list of rules | every one of them holds | \`{ all: [{ value: "@age", number_gte: 18 }, { value: "@city", equals: Lima }], next: in }\` |
| \`any\` | list of rules | one of them holds | \`{ any: [{ has_yes: true }, { equals: "1" }], next: go_on }\` |
| \`none\` | list of rules | none of them holds | \`{ none: [{ has_email: true }, { has_phone: true }], next: ask }\` |
| \`not\` | one rule | it does not hold | \`{ not: { contains: "@@" }, next: ask }\` |
| \`if\` | an expression | it gives anything but false, null, 0 and the empty text | \`{ if: "age >= 18 && size(name) > 0", next: in }\` |`;

export function operatorSections() {
  const groups = [...new Set([...OPERATORS.values()].map(({ group }) => group))];
  const order = Object.keys(GROUPS);
  return [HEAD, ...groups.sort((a, b) => order.indexOf(a) - order.indexOf(b)).map(groupSection), LOGIC];
}

/** The names of all operators by group, for the index. */
export function operatorIndex() {
  const rows = Object.entries(GROUPS).flatMap(([group, title]) => {
    const names = [...OPERATORS].filter(([, operator]) => operator.group === group).map(([name]) => `\`${name}\``);
    return names.length === 0 ? [] : [`| [${title}](ref:operators.md#${anchor(title)}) | ${names.join(', ')} |`];
  });
  const logic = '| [Combining](ref:operators.md#combining) | `all`, `any`, `none`, `not`, `if` |';
  return ['| Group | Operators |', '|---|---|', ...rows, logic].join('\n');
}

function anchor(title) {
  return title.toLowerCase().replaceAll(' ', '-');
}

function groupSection(group) {
  const rows = [...OPERATORS]
    .filter(([, operator]) => operator.group === group)
    .map(([name, operator]) => row(name, operator));
  return [
    `## ${GROUPS[group] ?? group}`,
    ['| Operator | Argument | Holds when | Example |', '|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

function row(name, { aliases = [], argument, summary, example }) {
  const also = aliases.length === 0 ? '' : `<br>also ${aliases.map((alias) => `\`${alias}\``).join(', ')}`;
  const takes = argument === undefined ? 'none' : kindOf(argument);
  return `| \`${name}\`${also} | ${takes} | ${cell(summary)} | \`${cell(example.trim())}\` |`;
}

/** A bar would end the cell. */
function cell(text) {
  return text.replaceAll('|', String.raw`\|`);
}
