/**
 * A flow of some number of blocks that looks like what people write: questions, branches, messages and calls in turn,
 * with references back, exits ahead, and a menu that all of it leads back to.
 */
export function largeFlow(blocks: number, id = 'large'): string {
  const rounds = Math.floor((blocks - 2) / 6);
  const parts = Array.from({ length: rounds }, (_, i) => round(i, i + 1 < rounds ? `ask_${i + 1}` : 'bye'));
  const rest = Array.from(
    { length: blocks - 2 - rounds * 6 },
    (_, i) => `  - { id: rest_${i}, type: message, text: Rest ${i} }`,
  );
  return [
    `flow: ${id}`,
    `triggers: [{ keywords: [${id}] }, { link: true }]`,
    'settings: { on_error: bye, exit_keywords: [stop] }',
    'variables: { total: { type: number, default: 0 } }',
    'blocks:',
    '  - id: menu',
    '    type: question',
    '    text: "What can I do for you?"',
    '    buttons: [Order, Help]',
    ...parts,
    ...rest,
    '  - { id: bye, type: end, text: "Total: @total" }',
    '',
  ].join('\n');
}

function round(i: number, ahead: string): string {
  const before = i === 0 ? 'menu' : `ask_${i - 1}`;
  return `
  - id: ask_${i}
    type: question
    text: "Round ${i}: after @${before}, how many?"
    accept: integer
    retry: { text: "A number, please", max: 3, then: bye }
  - id: check_${i}
    type: condition
    cases:
      - { value: "@ask_${i}", number_gt: 100, next: big_${i} }
      - { if: "ask_${i} + total > 50", next: ${ahead} }
    else: add_${i}
  - { id: big_${i}, type: message, text: "@ask_${i} is a lot, @contact.name", next: menu }
  - { id: add_${i}, type: set_variable, variable: total, value: "@(total + ask_${i})" }
  - id: call_${i}
    type: external_web_call
    method: POST
    url: "https://shop.example/orders/@ask_${i}"
    body: { count: "@ask_${i}", total: "@total" }
    response_variables: { state: order.state }
  - id: said_${i}
    type: message
    text: "It is @call_${i}.state, and in all @(upper(string(total)))"`
    .replace('string(total)', 'text(total)')
    .slice(1);
}
