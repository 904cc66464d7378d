// docs/reference/blocks/<type>.md: one page per block type.
import { BLOCKS } from '../../src/blocks/index.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { exitKeys, keyRows, keyTable } from './keys.mjs';
import { fence } from './page.mjs';

/** The pages by their paths. */
export function blockPages() {
  const paged = [...BLOCKS].map(([name, type]) => [`docs/reference/blocks/${name}.md`, blockPage(name, type)]);
  return Object.fromEntries(paged);
}

/** A line per block type, for the index. */
export function blockIndex() {
  const rows = [...BLOCKS].map(([name, { summary }]) => `| [\`${name}\`](ref:blocks/${name}.md) | ${summary} |`);
  return ['| Type | What it does |', '|---|---|', ...rows].join('\n');
}

function blockPage(name, type) {
  const rows = keyRows(type.schema);
  const { drafts } = compileFlow(`flow: example\nblocks:\n${indented(type.example)}\n`, 'example.yaml');
  const draft = drafts.find((each) => each.type === name);
  const stored = (draft?.sets ?? []).map((variable) => `\`@${variable}\``).join(' and ');
  return [
    `# ${name}`,
    type.summary,
    fence('yaml', type.example),
    `## Keys\n\n${keyTable(rows)}`,
    'Besides these, [the keys of every block](ref:flow-file.md#every-block).',
    `Exits: ${exitsOf(rows, draft)}.`,
    ...(stored === '' ? [] : [`Stores, in the example, ${stored}.`]),
    'All blocks: [the reference](../../reference.md#block-types)',
  ];
}

/** Where a block can lead, its own \`next\` first. */
function exitsOf(rows, draft) {
  const never = draft?.next === null && draft.exits.length === 0;
  if (never) return 'none, it never goes on to the block below';
  return ['next', ...exitKeys(rows)].map((key) => `\`${key}\``).join(', ');
}

function indented(example) {
  return example.trim().replaceAll(/^/gm, '  ');
}
