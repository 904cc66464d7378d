// docs/reference/flow-file.md: the keys of a flow file and of every block, with what they are for.
import { flowJsonSchema } from '../../src/flow/editor/flow.ts';
import { commonSchema, flowSchema } from '../../src/flow/schema.ts';
import { keyRows, keyTable } from './keys.mjs';
import { fence } from './page.mjs';

const EXAMPLE = `
flow: order-status
name: Where is my order
channels: [web, whatsapp]
language: en
triggers:
  - keywords: [order, "where is"]
  - link: true
  - event: order.shipped
  - schedule: { cron: "0 9 * * 1-5", timezone: America/Bogota, audience: { field: plan, equals: gold } }
variables:
  tries: { type: integer, default: 0 }
  order: { type: object, default: {} }
settings:
  expire_after: 12h
  on_expire: bye
  on_error: sorry
  exit_keywords: [stop, salir]
  redirect_url: https://shop.example/done
blocks:
  - { id: number, type: question, text: "What is your order number?", accept: integer }
  - { id: say, type: message, text: "Order @number: @(default(order.state, 'no news')), after @tries tries.", next: bye }
  - { id: sorry, type: end, text: "Something went wrong here." }
  - { id: bye, type: end, text: "Goodbye!" }
`;

const TRIGGERS = `How a flow starts. Each entry of \`triggers\` has exactly one key. A message that comes while no flow runs starts one flow:
the one with the longest keyword that the message begins with, else a flow with \`new_contact\` if it is the contact's
first message, else one with \`catch_all\`; between equals the first by id. A flow without triggers starts by a \`jump\`,
a \`subflow\`, \`start_flow\`, the API or a test.`;

const TARGETS = `An exit names a block of the same flow, or \`end\` (the flow is over), or \`wait\` (stop here and stay).
A block without \`next\` goes on to the one below it; below the last one the flow ends.`;

export function flowFilePage() {
  const editor = flowJsonSchema();
  const block = editor.definitions.block_end;
  const rows = keyRows(flowSchema).map((row) => ({ ...row, meaning: meaningOf(editor, row.key) }));
  const groups = ['triggers', 'variables', 'settings'];
  const under = (name) => rows.filter(({ key }) => key.startsWith(`${name}[]`) || key.startsWith(`${name}.`));
  const top = rows.filter(
    ({ key }) => !groups.some((name) => key.startsWith(`${name}[]`) || key.startsWith(`${name}.`)),
  );
  const common = keyRows(commonSchema).map((row) => ({
    ...row,
    meaning:
      row.key === 'type'
        ? 'What the block does: one of the [types](../reference.md#block-types).'
        : meaningOf(block, row.key),
  }));
  return [
    '# A flow file',
    'One flow in one file of `flows/`, UTF-8, YAML 1.2. [The manual](../flow-language.md) explains how it works.',
    fence('yaml', EXAMPLE),
    keyTable(top),
    `## Triggers\n\n${TRIGGERS}`,
    keyTable(under('triggers')),
    '## Variables\n\nVariables with a type and a default. Others may be used without being declared.',
    keyTable(under('variables')),
    `## Settings\n\n${keyTable(under('settings'))}`,
    `## Every block\n\n${keyTable(common)}`,
    TARGETS,
  ];
}

/** What the editors' schema says of a key. */
function meaningOf(schema, key) {
  const steps = key.replaceAll('[]', '.[]').split('.');
  const found = steps.reduce((at, step) => {
    if (step === '[]') return at?.items;
    return step === '<name>' ? at?.additionalProperties : at?.properties?.[step];
  }, schema);
  return found?.description?.replaceAll('<', '&lt;');
}
