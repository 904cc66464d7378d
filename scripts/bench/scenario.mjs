// The conversation that is measured: what is said, what has to be answered, and the flow that answers it.

/** The texts of the bot. Every bot has to say exactly these. */
export const TEXT = {
  greet: 'Hello! I can look up an order for you.',
  ask: 'What is your order number?',
  checking: (number) => `One moment, checking order ${number}...`,
  shipped: (order) => `Good news, ${order.name}! Order ${order.number} was shipped on ${order.ship_date}.`,
  pending: (order) => `Order ${order.number} for ${order.name} is still being prepared.`,
  cancelled: (order) => `Order ${order.number} was cancelled, ${order.name}.`,
  other: (order) => `Order ${order.number} is in state "${order.status}".`,
  more: 'Anything else? (yes/no)',
  bye: (order) => `Goodbye, ${order.name}!`,
};

export const ORDERS = {
  CU001: { number: 'CU001', name: 'Ana', status: 'Shipped', ship_date: '2026-03-14' },
  CU002: { number: 'CU002', name: 'Bruno', status: 'Pending', ship_date: '' },
  CU003: { number: 'CU003', name: 'Carla', status: 'Cancelled', ship_date: '' },
  CU004: { number: 'CU004', name: 'Davi', status: 'Returned', ship_date: '2026-01-02' },
};

/** An order as a hand-written bot tells it. */
export function statusText(order) {
  if (order.status === 'Shipped') return TEXT.shipped(order);
  if (order.status === 'Pending') return TEXT.pending(order);
  return order.status === 'Cancelled' ? TEXT.cancelled(order) : TEXT.other(order);
}

/** One conversation about these orders, one after the other: what the contact says, and what it must hear. */
export function script(...numbers) {
  const steps = [{ say: 'hi', hear: [TEXT.greet, TEXT.ask] }];
  for (const [index, number] of numbers.entries()) {
    if (index > 0) steps.push({ say: 'yes', hear: [TEXT.ask] });
    steps.push({ say: number, hear: [TEXT.checking(number), statusText(ORDERS[number]), TEXT.more] });
  }
  return [...steps, { say: 'no', hear: [TEXT.bye(ORDERS[numbers.at(-1)])] }];
}

/** How the flow comes to know the order: by a call, or from values that stand in the flow. */
function lookup(ordersUrl) {
  if (ordersUrl === null) {
    const { name, status, ship_date: date } = ORDERS.CU001;
    return `
  - { id: lookup, type: set_variable, set: { order: { number: "@number", name: ${name}, status: ${status}, ship_date: "${date}" } } }`;
  }
  return `
  - { id: lookup, type: webhook, method: GET, url: "${ordersUrl}/orders/@number", on_success: by_status, on_failure: sorry }
  - { id: sorry, type: end, text: "Sorry." }`;
}

/** Blocks that nobody comes to, for flows of any size. */
function padding(blocks) {
  return Array.from(
    { length: blocks },
    (_, i) => `
  - id: spare_${i}
    type: ${i % 2 === 0 ? 'message' : 'question'}
    text: "Spare ${i}, @number"`,
  ).join('');
}

/**
 * The flow of the conversation as an author would write it. `ordersUrl` null: no call is made, and every order is the
 * first one. `blocks`: so many more blocks stand in the file.
 */
export function flowText(ordersUrl, blocks = 0) {
  const order = ordersUrl === null ? '@order' : '@extra';
  return `flow: order-status
triggers: [{ link: true }, { catch_all: true }]
blocks:
  - { id: greet, type: message, text: "${TEXT.greet}" }
  - { id: number, type: question, text: "${TEXT.ask}" }
  - { id: checking, type: message, text: "One moment, checking order @number..." }${lookup(ordersUrl)}
  - id: by_status
    type: condition
    cases:
      - { value: "${order}.status", has_all_words: Shipped, next: shipped }
      - { value: "${order}.status", has_all_words: Pending, next: pending }
      - { value: "${order}.status", has_all_words: Cancelled, next: cancelled }
    else: other
  - { id: shipped, type: message, text: "Good news, ${order}.name! Order ${order}.number was shipped on ${order}.ship_date.", next: more }
  - { id: pending, type: message, text: "Order ${order}.number for ${order}.name is still being prepared.", next: more }
  - { id: cancelled, type: message, text: "Order ${order}.number was cancelled, ${order}.name.", next: more }
  - { id: other, type: message, text: 'Order ${order}.number is in state "${order}.status".', next: more }
  - id: more
    type: question
    text: "${TEXT.more}"
    rules:
      - { has_yes: true, next: number }
      - { has_no: true, next: bye }
    otherwise: { text: "${TEXT.more}", retry: 3, next: bye }
  - { id: bye, type: end, text: "Goodbye, ${order}.name!" }${padding(blocks)}
`;
}
