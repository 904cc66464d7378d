// docs/reference.md: flow files, block types, operators, expressions and tests, read from the registries.
import { BLOCKS } from '../../src/blocks/index.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { commonSchema, flowSchema } from '../../src/flow/schema.ts';
import { testSchema } from '../../src/testing/testfile.ts';
import { exitKeys, keyRows, keyTable } from './keys.mjs';
import { builtInNames, expressionFunctions } from './language.mjs';
import { operatorSections } from './operators.mjs';
import { fence, note } from './page.mjs';

const HEAD = `# Reference

Every key, block type, operator and function there is. [The manual](flow-language.md) explains how they work together.

In this page: [a flow file](#a-flow-file) · [every block](#every-block) · [block types](#block-types) ·
[operators](#operators) · [functions](#functions) · [built-in names](#built-in-names) · [a flow test](#a-flow-test)`;

export function referencePage() {
  const blocks = [...BLOCKS].map(([name, type]) => blockSection(name, type));
  const parts = [
    note,
    HEAD,
    `## A flow file\n\n${keyTable(keyRows(flowSchema))}`,
    `## Every block\n\n${keyTable(keyRows(commonSchema))}\n\n${TARGETS}`,
    `## Block types\n\n${[...BLOCKS.keys()].map((name) => `[\`${name}\`](#${name})`).join(' · ')}`,
    ...blocks,
    operatorSections(),
    expressionFunctions(),
    builtInNames(),
    `## A flow test\n\n${keyTable(keyRows(testSchema))}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

const TARGETS = `An exit names a block of the same flow, or \`end\` (the flow is over), or \`wait\` (stop here and stay).
A block without \`next\` goes on to the one below it; below the last one the flow ends.`;

function blockSection(name, type) {
  const rows = keyRows(type.schema);
  const draft = compileFlow(`flow: example\nblocks:\n${indented(type.example)}\n`, 'example.yaml').drafts[0];
  const stored = (draft?.sets ?? []).map((variable) => `\`@${variable}\``).join(' and ');
  return [
    `### ${name}`,
    type.summary,
    keyTable(rows),
    `Exits: ${exitsOf(rows, draft)}.${stored === '' ? '' : ` Stores, in the example, ${stored}.`}`,
    fence('yaml', type.example),
  ].join('\n\n');
}

/** Where a block can lead, its own `next` first. */
function exitsOf(rows, draft) {
  const never = draft?.next === null && draft.exits.length === 0;
  if (never) return 'none, it never goes on to the block below';
  return ['next', ...exitKeys(rows)].map((key) => `\`${key}\``).join(', ');
}

function indented(example) {
  return example.trim().replaceAll(/^/gm, '  ');
}
