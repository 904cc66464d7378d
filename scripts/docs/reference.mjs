// docs/reference.md and docs/reference/: everything a flow author can write, read from the registries.
import { blockIndex, blockPages } from './blocks.mjs';
import { channelsPage } from './channels.mjs';
import { flowFilePage } from './flow-file.mjs';
import { integrationsPage } from './integrations.mjs';
import { builtInNames, expressionFunctions } from './language.mjs';
import { operatorIndex, operatorSections } from './operators.mjs';
import { referencePage } from './page.mjs';
import { testsPage } from './tests.mjs';

const HEAD = `# Reference

Every key, block type, operator and function there is. [The manual](flow-language.md) explains how they work together.

- [A flow file](ref:flow-file.md): its keys, triggers, variables, settings, and the keys of every block
- [Block types](#block-types), one page each
- [Operators](ref:operators.md) for rules and conditions
- [Expressions](ref:expressions.md): functions and built-in names
- [What channels show](ref:channels.md): their limits, and what becomes of a message that is over them
- [A custom integration](ref:integrations.md)
- [A flow test](ref:tests.md)
- [What \`parley check\` finds](diagnostics.md)`;

const EXPRESSIONS =
  '# Expressions\n\nWhat stands in `@(…)`, in `if:` and in `formula`, and the names that are always there.';

/** All pages by their paths. */
export function referencePages() {
  const pages = {
    'docs/reference.md': [
      HEAD,
      `## Block types\n\n${blockIndex()}`,
      `## Operators\n\n${operatorIndex()}`,
      '## Functions\n\nThey are with [expressions](ref:expressions.md#functions).',
      '## Built-in names\n\nThey are with [expressions](ref:expressions.md#built-in-names).',
    ],
    'docs/reference/flow-file.md': flowFilePage(),
    'docs/reference/operators.md': operatorSections(),
    'docs/reference/expressions.md': [EXPRESSIONS, expressionFunctions(), builtInNames()],
    'docs/reference/channels.md': channelsPage(),
    'docs/reference/integrations.md': integrationsPage(),
    'docs/reference/tests.md': testsPage(),
    ...blockPages(),
  };
  return Object.fromEntries(Object.entries(pages).map(([path, parts]) => [path, referencePage(path, parts)]));
}
